package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What happens to a chip's PCIe link reaches scheduler, Prometheus and person, and no other chip.
 */
class TpuFaultsTest {
  private static final String CHIP = "tpu-0000-00-07";

  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aFatalErrorTakesTheChipAndItsShapesAwayUntilItIsReset() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(AgentStage.metrics(agent))
                .anyMatch(isOf("acceld_device_pcie_link_width_lanes", ""))
                .anyMatch(isOf("acceld_device_pcie_link_generation", "")));
    stage.acceld("simulate", "aer", CHIP, "fatal");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints())
                .containsOnlyKeys(
                    CHIP, "tpu-1x2-0000-00-04", "tpu-2x2-0000-00-04", "tpu-2x4-0000-00-04")
                .allSatisfy((device, taint) -> assertThat(taint).isEqualTo("aer NoSchedule")));
    assertThat(series("acceld_device_health_reason", "reason=\"aer\"")).endsWith(" 1.0");
    assertThat(series("acceld_device_pcie_errors_total", "error=\"fatal\"")).endsWith(" 1.0");
    assertThat(stage.acceld("devices", CHIP))
        .contains("fatal PCIe error (AER): the link to the device is not reliable until a reset")
        .contains("recommended action: reset the device");
    stage.acceld("simulate", "restore", CHIP);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  @Test
  void aLinkThatLosesLanesDegradesAndOneThatIsDownTakesAway() throws Exception {
    stage.acceld("simulate", "link", CHIP, "8");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints()).containsEntry(CHIP, "pcie-link-narrow None"));
    assertThat(stage.acceld("devices", CHIP)).contains("x8 instead of x16");
    stage.acceld("simulate", "link", CHIP, "0");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(CHIP)).contains("pcie-link-down NoSchedule"));
    stage.acceld("simulate", "link", CHIP, "16");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
  }

  /** The line of that name, chip and label. */
  private String series(String name, String label) throws Exception {
    return AgentStage.metrics(agent).stream().filter(isOf(name, label)).findFirst().orElse("");
  }

  private static Predicate<String> isOf(String name, String label) {
    return line ->
        line.startsWith(name + "{")
            && line.contains("device=\"" + CHIP + "\"")
            && line.contains(label);
  }
}
