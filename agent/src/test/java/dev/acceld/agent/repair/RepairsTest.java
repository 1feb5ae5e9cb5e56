package dev.acceld.agent.repair;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.repair.records.RepairRecord;
import dev.acceld.agent.repair.records.RepairRecords.Turn;
import dev.acceld.agent.repair.records.RepairStep;
import dev.acceld.device.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an earlier process did not finish. */
class RepairsTest {
  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private RepairStage stage;
  private Repairs repairs;

  @BeforeEach
  void open() throws Exception {
    stage = new RepairStage();
    repairs = new Repairs(stage.parts, false, (outcome, took) -> outcomes.add(outcome));
  }

  @AfterEach
  void close() throws Exception {
    repairs.close();
    stage.close();
  }

  /** As a process leaves it that ends at that step. */
  private Device interruptedAt(RepairStep step) throws Exception {
    Device gpu = stage.devices.supervisor().inventory().find(stage.name(3)).orElseThrow();
    stage.devices.releases().release(gpu.name(), gpu.common().pci());
    stage
        .devices
        .repairs()
        .put(
            new RepairRecord(
                gpu.name(),
                gpu.common().pci(),
                gpu.common().physical(),
                stage.devices.repairs().boot(),
                Instant.now(),
                step,
                step.compareTo(RepairStep.RESET) < 0 ? 0 : 1,
                2,
                true,
                Optional.empty(),
                false,
                false));
    return gpu;
  }

  @Test
  void whatWasResetIsResetAndVerifiedAgain() throws Exception {
    Device gpu = interruptedAt(RepairStep.VERIFY);
    repairs.start();
    await().atMost(PATIENCE).until(() -> outcomes.equals(List.of("repaired")));
    assertThat(stage.devices.repairs().of(gpu.name())).isEmpty();
    assertThat(stage.devices.releases().now().isEmpty()).isTrue();
    assertThat(isTurnFree()).isTrue();
  }

  /** Another agent of the node that had the turn meanwhile would repair it at the same time. */
  @Test
  void whatWasBeforeAnyResetIsUndoneUnderTheTurn() throws Exception {
    Device gpu = interruptedAt(RepairStep.PROCESSES);
    stage.devices.health().restate();
    assertThat(isRepairing(gpu)).isTrue();
    List<Boolean> free = new CopyOnWriteArrayList<>();
    stage
        .devices
        .health()
        .onChange(reports -> {
          if (!isRepairing(gpu)) {
            free.add(isTurnFree());
          }
        });
    repairs.start();
    await().atMost(PATIENCE).until(() -> !free.isEmpty());
    assertThat(free.getFirst()).as("the turn was free when the taint ended").isFalse();
    await().atMost(PATIENCE).until(this::isTurnFree);
    assertThat(stage.devices.repairs().of(gpu.name())).isEmpty();
    assertThat(stage.devices.releases().now().isEmpty()).isTrue();
    assertThat(outcomes).isEmpty();
  }

  private boolean isRepairing(Device gpu) {
    return stage.devices.health(gpu.name()).orElseThrow().reasons().stream()
        .anyMatch(reason -> reason.code().equals("repairing"));
  }

  private boolean isTurnFree() {
    try (Turn turn = stage.devices.repairs().turn().orElse(null)) {
      return turn != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
