package dev.acceld.probe.tpu.runtime;

import static dev.acceld.probe.tpu.runtime.WorkloadStage.chips;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.libtpu.Habit;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.probe.tpu.runtime.ProcessMetrics.State;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workloads that answer in time what cannot be. */
@Timeout(120)
class NonsenseTest {
  private static final long GIB = 1L << 30;

  @AutoClose private final WorkloadStage stage = new WorkloadStage();

  @Test
  void garbageCostsOnlyTheReadingsThatItIs() throws Exception {
    TpuWorkload workload = chips(0, 1, 2, 3);
    workload.chip(2, chip -> chip.withHbm(GIB, 16 * GIB));
    workload.habit(Habit.GARBAGE, true);
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(4, 1));
    assertThat(reading.processes().getFirst().state()).isEqualTo(State.ANSWERS);
    assertThat(WorkloadStage.withoutPort(reading))
        .containsExactlyInAnyOrder(
            MetricNames.HBM_TOTAL + ": it is negative",
            MetricNames.HBM_TOTAL + ": it is more than any chip has",
            MetricNames.HBM_USED + ": it is negative",
            MetricNames.HBM_USED + ": it is more than any chip has",
            MetricNames.HBM_USED + ": it is more than the total",
            MetricNames.DUTY_CYCLE + ": it is not a number",
            MetricNames.DUTY_CYCLE + ": it is above 100 %",
            MetricNames.HBM_BANDWIDTH + ": it is not a number",
            MetricNames.HBM_BANDWIDTH + ": it is negative",
            MetricNames.IDLE + ": it is negative",
            MetricNames.QUEUE + ": it is negative");
    assertThat(reading.chips())
        .extracting(ChipMetrics::hbmTotalBytes)
        .containsExactly(
            OptionalLong.empty(),
            OptionalLong.of(16 * GIB),
            OptionalLong.of(16 * GIB),
            OptionalLong.empty());
    assertThat(reading.chips())
        .extracting(ChipMetrics::hbmUsedBytes)
        .containsExactly(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.of(GIB), OptionalLong.empty());
    assertThat(reading.chips())
        .extracting(ChipMetrics::dutyCyclePercent)
        .containsExactly(
            OptionalDouble.empty(),
            OptionalDouble.of(0),
            OptionalDouble.empty(),
            OptionalDouble.of(0));
  }

  @Test
  void chipsOfSomebodyElseMakeNoReading() throws Exception {
    TpuWorkload workload = chips(0, 1, 2, 3);
    workload.habit(Habit.FOREIGN_CHIPS, true);
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(4, 1));
    assertThat(reading.chips()).containsOnly(ChipMetrics.EMPTY);
    assertThat(WorkloadStage.withoutPort(reading))
        .containsExactly(
            MetricNames.HBM_TOTAL + ": 8 devices are listed, which does not fit 4 chips");
  }

  @Test
  void aHundredThousandDevicesAreNotReadAtAll() throws Exception {
    TpuWorkload workload = chips(0);
    workload.habit(Habit.FLOOD, true);
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(1, 1));
    assertThat(reading.chips())
        .extracting(ChipMetrics::hbmTotalBytes)
        .containsOnly(OptionalLong.empty());
    assertThat(WorkloadStage.withoutPort(reading))
        .contains(
            MetricNames.HBM_TOTAL
                + ": an answer of more than 256 KiB, or the workload is overloaded");
  }
}
