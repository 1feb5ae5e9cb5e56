package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code acceld release --back --repaired}, for GPUs that show nothing of a reset. */
class TakenBackAsRepairedTest {
  private static final Map<Setting, String> V100 = Map.of(Setting.MACHINE, "v100x4");
  private static final int NOT_SUPPORTED = 3;

  private AgentStage stage;
  private Agent agent;

  /** Driver 470 has no recovery action; energy and ECC are taken from it here. */
  @BeforeEach
  void anAgentWithGpusWithoutCounters() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", V100);
    machine().fail("nvmlDeviceGetTotalEnergyConsumption", NOT_SUPPORTED);
    machine().fail("nvmlDeviceGetTotalEccErrors", NOT_SUPPORTED);
    machine().fail("nvmlDeviceGetFieldValues", NOT_SUPPORTED);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private String release(String... arguments) {
    List<String> line = new ArrayList<>(List.of("release"));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    Said said = Said.by(line.toArray(String[]::new));
    return "exit " + said.status() + "\n" + said.text();
  }

  private void awaitTaints(String... wanted) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(taints()).containsExactlyInAnyOrder(wanted));
  }

  private List<String> taints() {
    List<String> taints = new ArrayList<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        for (JsonNode taint : device.at("/taints")) {
          taints.add(taint.path("key").asText() + " " + taint.path("value").asText());
        }
      }
    }
    return taints;
  }

  @Test
  void theOperatorsWordEndsWhatNothingElseShowsToBeOver() throws Exception {
    machine().xid("gpu-1", 79);
    machine().xid("gpu-1", 64);
    awaitTaints("acceld.dev/xid 64");
    assertThat(release("gpu-1")).contains("exit 0", "--repaired");
    assertThat(release("--back", "gpu-1")).contains("exit 0", "is taken back");
    awaitTaints("acceld.dev/xid 64");

    assertThat(release("gpu-1")).contains("exit 0");
    assertThat(release("--back", "gpu-1", "--repaired"))
        .contains(
            "exit 0",
            "gpu-1 (" + agent.inventory().devices().get(1).name() + ") is taken back",
            "ended: XID 64: memory row could not be remapped",
            "ended: XID 79: GPU has fallen off the bus");
    awaitTaints();
    agent.close();

    agent = stage.ready("a1", V100);
    awaitTaints();
    machine().xid("gpu-1", 79);
    awaitTaints("acceld.dev/xid 79");
  }

  @Test
  void oneThatWasReleasedBeforeTheAgentStartedIsTakenBackAsRepairedToo() throws Exception {
    machine().xid("gpu-1", 79);
    awaitTaints("acceld.dev/xid 79");
    Device gpu = agent.inventory().devices().get(1);
    String address = gpu.common().pci().orElseThrow().toString();
    assertThat(release("gpu-1")).contains("exit 0");
    agent.close();

    agent = stage.ready("a1", V100);
    assertThat(agent.inventory().find(gpu.name())).isEmpty();
    assertThat(release("--back", "gpu-9", "--repaired"))
        .contains("no GPU 'gpu-9'", gpu.name().value(), address);
    assertThat(release("--back", address, "--repaired"))
        .contains("exit 0", gpu.name() + ") is taken back", "ended: XID 79");
    await().atMost(PATIENCE).until(() -> agent.inventory().find(gpu.name()).isPresent());
    awaitTaints();
  }

  @Test
  void allTogether() {
    machine().xid("gpu-0", 48);
    machine().xid("gpu-2", 79);
    awaitTaints("acceld.dev/xid 48", "acceld.dev/xid 79");
    assertThat(release("--all")).contains("exit 0");
    assertThat(release("--back", "gpu-0", "--repaired"))
        .contains("exit 1", "released together", "--all --back");
    assertThat(release("--back", "--all", "--repaired"))
        .contains("exit 0", "ended: XID 48", "ended: XID 79", "it had no fault to clear");
    awaitTaints();
  }

  @Test
  void aGpuThatIsNotReleasedKeepsItsFault() {
    machine().xid("gpu-1", 79);
    awaitTaints("acceld.dev/xid 79");
    assertThat(release("--back", "gpu-1", "--repaired"))
        .contains("exit 1", "gpu-1", "is not released", "acceld devices");
    assertThat(release("--back", "--all", "--repaired")).contains("exit 1", "no GPU is released");
    assertThat(release("gpu-1", "--repaired")).contains("exit 2", "--repaired requires --back");
    assertThat(taints()).containsExactly("acceld.dev/xid 79");
  }
}
