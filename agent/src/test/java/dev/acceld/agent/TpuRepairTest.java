package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.machine.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code acceld repair} of a TPU chip, by the kernel's reset of its PCI function. */
class TpuRepairTest {
  private AgentStage stage;
  private Agent agent;
  private Process holder;

  @BeforeEach
  void anAgentWithEightChips() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v6ex8"));
    holder = new ProcessBuilder("sleep", "600").start();
    // The machine shows its processes from the first one that uses a chip on.
    machine().holders().open("tpu-7", (int) holder.pid());
  }

  @AfterEach
  void close() throws Exception {
    holder.destroyForcibly().waitFor();
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private Said acceld(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  private String chip(int n) {
    return agent.inventory().devices().stream()
        .filter(d -> !d.group())
        .toList()
        .get(n)
        .name()
        .value();
  }

  @Test
  void aChipThatIsSilentAnswersAfterItsReset() {
    machine().links().silence("tpu-2");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(chip(2))).contains("device-lost NoSchedule"));
    Said said = acceld("repair", "tpu-2");
    assertThat(said.text())
        .contains(
            "PCI function reset, try 1 of 2",
            "was reset (reset_method: flr bus)",
            "the device responds",
            "repaired");
    assertThat(said.status()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints().toString()).doesNotContain(chip(2)));
  }

  @Test
  void aChipThatAProcessHasOpenIsRefused() {
    Said said = acceld("repair", "tpu-7");
    assertThat(said.text())
        .contains("refused", "process " + holder.pid() + " (sleep)", "has it open");
    assertThat(said.status()).isEqualTo(3);
    machine().holders().close("tpu-7", (int) holder.pid());
    assertThat(acceld("repair", "tpu-7").status()).isZero();
  }

  @Test
  void oneThatDoesNotComeBackIsToBeReplaced() {
    assertThat(acceld("simulate", "reset-fails", "tpu-3", "5").status()).isZero();
    Said said = acceld("repair", "tpu-3", "--tries", "1");
    assertThat(said.text()).contains("the step 'verify' failed", "replace the device");
    assertThat(said.status()).isEqualTo(1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(chip(3))).contains("repair-failed NoSchedule"));
    Said repaired = acceld("release", "--back", "--repaired", "tpu-3");
    assertThat(repaired.text())
        .contains("tpu-3 (" + chip(3) + ") counts as repaired", "ended: the repair that failed");
    assertThat(repaired.status()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints().toString()).doesNotContain("repair-failed"));
  }

  @Test
  void aPersonsWordEndsAFaultWithoutARelease() {
    assertThat(acceld("simulate", "aer", "tpu-2", "fatal").status()).isZero();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints().get(chip(2))).contains("aer NoSchedule"));
    Said said = acceld("release", "--back", "--repaired", "tpu-2");
    assertThat(said.text()).contains("tpu-2 (" + chip(2) + ") counts as repaired", "ended: ");
    assertThat(said.status()).isZero();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    String block =
        agent.inventory().devices().stream()
            .filter(d -> d.group())
            .findFirst()
            .orElseThrow()
            .name()
            .value();
    assertThat(acceld("release", "--back", "--repaired", block).text())
        .contains("is a block of devices; name one of them: ");
  }

  @Test
  void aBlockIsRepairedChipByChip() {
    String shape =
        agent.inventory().devices().stream()
            .filter(d -> d.group())
            .findFirst()
            .orElseThrow()
            .name()
            .value();
    assertThat(acceld("repair", shape).text())
        .contains("is a block of chips; repair one of its chips: tpu-");
  }
}
