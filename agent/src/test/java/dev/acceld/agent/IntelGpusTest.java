package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole agents on hosts of Intel GPUs, one with the driver xe, one with i915. */
class IntelGpusTest {
  private static final String B60 = "intel-0000-18-00-0";
  private static final String MAX = "intel-0000-9a-00-0";

  private AgentStage stage;
  private Process holder;

  @BeforeEach
  void begin() throws Exception {
    stage = new AgentStage();
    holder = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void end() throws Exception {
    holder.destroyForcibly().waitFor();
    stage.close();
  }

  private Agent agent(String machine) throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, machine));
    // The machine shows its processes from the first one that uses a device on.
    machine().holders().open("intel-3", (int) holder.pid());
    return agent;
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private List<JsonNode> published() {
    List<JsonNode> devices = new ArrayList<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      slice.at("/spec/devices").forEach(devices::add);
    }
    return devices;
  }

  private Said acceld(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  private void awaitTaint(String device, String taint) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints().get(device)).contains(taint));
  }

  private void repair(String device) {
    Said said = acceld("repair", device);
    assertThat(said.text()).contains("was unbound from", "the device responds", "repaired");
    assertThat(said.status()).isZero();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  @Test
  void aContainerGetsTheNodesOfItsGpu() throws Exception {
    Agent agent = agent("b60x4");
    assertThat(published())
        .hasSize(4)
        .allSatisfy(device -> {
          assertThat(device.at("/attributes/productName/string").asText())
              .isEqualTo("Intel Arc Pro B60");
          assertThat(device.at("/attributes/acceld.dev~1vendor/string").asText())
              .isEqualTo("intel");
        });
    ClaimId claim = stage.claim("pod", AgentStage.DRIVER, d -> d.path("name").asText().equals(B60));
    PrepareAnswer answer =
        requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
    assertThat(answer.error()).isEmpty();
    String cdi = Files.readString(stage.cdiDir().resolve(stage.claimFiles().getFirst()));
    assertThat(cdi).contains("/dev/dri/renderD128", "/dev/dri/card1").doesNotContain("renderD129");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(AgentStage.metrics(agent))
                .anyMatch(line ->
                    line.startsWith("acceld_device_power_watts{")
                        && line.contains("device=\"" + B60 + "\"")
                        && line.contains("pod=\"pod\""))
                .anyMatch(line ->
                    line.startsWith("acceld_device_utilization_ratio{") && line.contains(B60)));
  }

  @Test
  void aFaultTaintsItsGpuUntilItIsRepaired() throws Exception {
    agent("b60x4");
    assertThat(acceld("simulate", "aer", "intel-0", "fatal").status()).isZero();
    awaitTaint(B60, "aer NoSchedule");
    assertThat(stage.taints()).containsOnlyKeys(B60);
    repair(B60);
  }

  @Test
  void aPersonsWordEndsAFaultWithoutARelease() throws Exception {
    agent("b60x4");
    assertThat(acceld("simulate", "aer", "intel-0", "fatal").status()).isZero();
    awaitTaint(B60, "aer NoSchedule");
    Said said = acceld("release", "--back", "--repaired", B60);
    assertThat(said.text()).contains(B60 + " (intel-0) counts as repaired", "ended: ");
    assertThat(said.status()).isZero();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  @Test
  void errorsOfTheHardwareAreAFaultThatEndsWithAReset() throws Exception {
    agent("max1550x4");
    assertThat(published())
        .hasSize(4)
        .allSatisfy(
            device -> assertThat(device.at("/capacity/memory/value").asText()).isEqualTo("128Gi"));
    assertThat(acceld("simulate", "ras", "intel-2", "fatal_guc", "--uncorrectable", "1").status())
        .isZero();
    awaitTaint(MAX, "intel-gpu NoSchedule");
    repair(MAX);
  }

  @Test
  void aGpuThatAProcessHasOpenIsNotReset() throws Exception {
    agent("b60x4");
    Said said = acceld("repair", "intel-0000-b8-00-0");
    assertThat(said.text()).contains("refused", "process " + holder.pid(), "has it open");
    assertThat(said.status()).isEqualTo(3);
  }
}
