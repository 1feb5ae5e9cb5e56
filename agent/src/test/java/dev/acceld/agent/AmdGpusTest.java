package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AMD's GPUs on a whole agent: from sysfs to the scheduler, the container and the person. */
class AmdGpusTest {
  private static final String GPU = "amd-0000-65-00-0";
  private static final String ALONE = "amd-0000-63-00-0";

  /** The same, as a person calls them. */
  private static final String SHORT = "amd-3";

  private static final String ALONE_SHORT = "amd-1";

  private AgentStage stage;
  private @Nullable Agent agent;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void machine(String name) throws Exception {
    agent = stage.ready("a0", Map.of(Setting.MACHINE, name));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(AgentStage.metrics(agent()))
                .anyMatch(line -> line.startsWith("acceld_device_ecc_uncorrected_errors_total{")));
  }

  private Agent agent() {
    return Objects.requireNonNull(agent);
  }

  private Said said(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  private String series(String name, String device, String label) throws Exception {
    return AgentStage.metrics(agent()).stream()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> line.contains("device=\"" + device + "\"") && line.contains(label))
        .findFirst()
        .orElse("");
  }

  private JsonNode published(String name) {
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        if (device.path("name").asText().equals(name)) {
          return device;
        }
      }
    }
    throw new AssertionError(name + " is not published");
  }

  @Test
  void eightGpusArePublishedAndAClaimGetsItsFiles() throws Exception {
    machine("mi300x8");
    assertThat(agent().inventory().devices())
        .hasSize(8)
        .allSatisfy(gpu -> assertThat(gpu.common().offered()).isTrue())
        .extracting(Device::type)
        .containsOnly("gpu");
    JsonNode device = published(GPU);
    assertThat(device.at("/attributes/productName/string").asText())
        .isEqualTo("AMD Instinct MI300X OAM");
    assertThat(device.at("/attributes/acceld.dev~1vendor/string").asText()).isEqualTo("amd");
    assertThat(device.at("/attributes/xgmiPeers/int").asInt()).isEqualTo(7);
    assertThat(device.at("/capacity/memory/value").asText()).isEqualTo("192Gi");
    assertThat(device.at("/capacity/computeUnits/value").asText()).isEqualTo("304");

    ClaimId claim =
        stage.claim("pod-1", AgentStage.DRIVER, d -> d.path("name").asText().equals(GPU));
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(answer -> assertThat(answer.error()).isEmpty());
    JsonNode cdi =
        new ObjectMapper()
            .readTree(
                Files.readString(
                    stage.cdiDir().resolve(AgentStage.DRIVER + "-claim_" + claim.uid() + ".json")));
    assertThat(cdi.findValuesAsText("path"))
        .containsExactlyInAnyOrder("/dev/kfd", "/dev/dri/renderD131", "/dev/dri/card4");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(series("acceld_device_power_watts", GPU, "pod=\"pod-1\"")).isNotEmpty());
    assertThat(AgentStage.metrics(agent())).noneMatch(line -> line.startsWith("DCGM_"));
    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
  }

  @Test
  void anUncorrectableErrorTakesAGpuAwayUntilItIsReset() throws Exception {
    machine("mi300x8");
    stage.acceld("simulate", "ras", GPU, "umc", "--uncorrectable", "2");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints()).isEqualTo(Map.of(GPU, "ras NoSchedule")));
    assertThat(series("acceld_device_ecc_uncorrected_errors_total", GPU, "")).endsWith(" 2.0");
    assertThat(series("acceld_device_faults_total", GPU, "reason=\"ras\"")).endsWith(" 1.0");
    assertThat(stage.acceld("devices", GPU))
        .contains("RAS UMC: uncorrectable error in the memory (umc)")
        .contains("recommended action: reset the device");
    // Its links are those of all.
    assertThat(said("repair", GPU).text())
        .contains("XGMI may link it to other GPUs", "amd-smi reset --gpureset");
    // As the administrator does.
    Simulation.open(stage.stateDir().resolve("machine")).restore(SHORT);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    assertThat(series("acceld_device_faults_total", GPU, "reason=\"ras\"")).endsWith(" 1.0");
  }

  /** The agent never opens it, so there is nothing to release and to take back. */
  @Test
  void aPersonsWordEndsAFaultWithoutARelease() throws Exception {
    machine("mi300x8");
    stage.acceld("simulate", "ras", GPU, "umc", "--uncorrectable", "2");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints()).isEqualTo(Map.of(GPU, "ras NoSchedule")));
    assertThat(said("release", SHORT).text())
        .contains("needs no release", "'acceld release --back --repaired " + SHORT + "'");
    assertThat(said("release", "--back", SHORT).status()).isEqualTo(1);
    Said repaired = said("release", "--back", SHORT, "--repaired");
    assertThat(repaired.text())
        .contains(SHORT + " (" + GPU + ") counts as repaired", "ended: RAS UMC");
    assertThat(repaired.status()).isZero();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());

    Said again = said("release", "--back", GPU, "--repaired");
    assertThat(again.text()).contains(GPU + " has no fault to clear and no failed repair");
    assertThat(again.status()).isEqualTo(1);
    assertThat(said("release", "--back", "amd-99", "--repaired").text()).contains("'amd-99'");
  }

  @Test
  void badPagesAreSeen() throws Exception {
    machine("mi300x8");
    stage.acceld("simulate", "bad-pages", SHORT, "failed", "3");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints()).isEqualTo(Map.of(GPU, "page-retirement-failed NoSchedule")));
    assertThat(stage.acceld("devices", GPU)).contains("3 pages");
  }

  @Test
  void oneThatIsLinkedToNoOtherIsResetInPlace() throws Exception {
    machine("mi210x4");
    Process holder = new ProcessBuilder("sleep", "600").start();
    try {
      Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
      machine.holders().open(ALONE_SHORT, (int) holder.pid());
      stage.acceld("simulate", "ras", ALONE, "gfx", "--uncorrectable", "1");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(stage.taints()).isEqualTo(Map.of(ALONE, "ras NoSchedule")));
      assertThat(said("repair", ALONE_SHORT).text())
          .contains("process " + holder.pid() + " (sleep)", "has it open");
      machine.holders().close(ALONE_SHORT, (int) holder.pid());
      Said repair = said("repair", ALONE_SHORT);
      assertThat(repair.text())
          .contains("was reset (reset_method: flr bus)", "amdgpu was bound to", "repaired");
      assertThat(repair.status()).isZero();
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void oneThatFallsSilentIsLostAndComesBack() throws Exception {
    machine("mi210x4");
    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.links().silence(ALONE_SHORT);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints()).isEqualTo(Map.of(ALONE, "device-lost NoSchedule")));
    assertThat(stage.acceld("devices", ALONE)).contains("configuration space reads as all ones");
    machine.restore(ALONE_SHORT);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }
}
