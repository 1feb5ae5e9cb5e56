package dev.acceld.probe.tpu.runtime;

import static dev.acceld.probe.tpu.runtime.WorkloadStage.chips;
import static dev.acceld.probe.tpu.runtime.WorkloadStage.endpoints;
import static dev.acceld.probe.tpu.runtime.WorkloadStage.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.acceld.machine.libtpu.Habit;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuChipValues;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.probe.tpu.runtime.ProcessMetrics.State;
import dev.acceld.probe.tpu.runtime.answer.Distribution;
import dev.acceld.probe.tpu.runtime.answer.Distribution.Percentile;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RuntimeMetricsTest {
  private static final long GIB = 1L << 30;

  @AutoClose private final WorkloadStage stage = new WorkloadStage();

  @Test
  void allThatAWorkloadTellsOfItsChipsIsReadInTheirOrder() throws Exception {
    TpuWorkload workload = chips(8, 9, 12, 13);
    workload.chip(0, chip -> chip.withHbm(8 * GIB, 16 * GIB).withLoad(37, 12.5));
    workload.chip(3, chip -> chip.withWaiting(3.5, 2).withCoreError("core halted"));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(4, 1));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.serving()).isTrue();
    assertThat(reading.takenAt()).isEqualTo(WorkloadStage.NOW);
    assertThat(reading.chips()).hasSize(4);
    ChipMetrics first = reading.chips().getFirst();
    assertThat(first.deviceIds()).containsExactly(8L);
    assertThat(first.hbmTotalBytes()).hasValue(16 * GIB);
    assertThat(first.hbmUsedBytes()).hasValue(8 * GIB);
    assertThat(first.dutyCyclePercent()).hasValue(37);
    assertThat(first.hbmBandwidthPercent()).hasValue(12.5);
    assertThat(first.idleSeconds()).hasValue(0);
    assertThat(first.queuedPrograms()).hasValue(0);
    assertThat(first.coreErrors()).isEmpty();
    assertThat(first.endpoint()).contains(reading.processes().getFirst().endpoint());
    ChipMetrics last = reading.chips().getLast();
    assertThat(last.deviceIds()).containsExactly(13L);
    assertThat(last.idleSeconds()).hasValue(3.5);
    assertThat(last.queuedPrograms()).hasValue(2);
    assertThat(last.coreErrors()).containsExactly("core halted");
    assertThat(last.executionMicros()).containsOnlyKeys("TensorCore");
    Distribution runs = last.executionMicros().values().iterator().next();
    assertThat(runs.count()).isEqualTo(100);
    assertThat(runs.percentiles()).contains(new Percentile(0.5, 384), new Percentile(0.999, 2048));
  }

  @Test
  void whatConcernsTheProcessIsReadOncePerEndpoint() throws Exception {
    TpuWorkload workload = chips(0);
    workload.support(MetricNames.OF_SEVERAL_SLICES);
    workload.error(MetricNames.SLICE_ERROR, Map.of("error_message", "a\nb", "topology", "4x4"));
    workload.error(MetricNames.MEGASCALE_ERROR, Map.of("error_type", "HANG_DETECTED"));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(1, 1));

    assertThat(reading.problems()).isEmpty();
    ProcessMetrics process = reading.processes().getFirst();
    assertThat(process.state()).isEqualTo(State.ANSWERS);
    assertThat(process.uptimeSeconds()).isPresent();
    assertThat(process.framework()).containsEntry("ml_framework_name", "JAX");
    assertThat(process.errors())
        .containsExactly(
            new ErrorGauge(
                MetricNames.SLICE_ERROR, 1, Map.of("error_message", "a\\nb", "topology", "4x4")),
            new ErrorGauge(MetricNames.MEGASCALE_ERROR, 1, Map.of("error_type", "HANG_DETECTED")));
    assertThat(process.transfers())
        .hasSize(12)
        .extracting(TransferMetrics::metric)
        .doesNotHaveDuplicates()
        .contains(RuntimeMetric.COLLECTIVE, RuntimeMetric.TCP_DELIVERY_RATE);
    assertThat(process.transfers())
        .extracting(transfer -> transfer.distribution().count())
        .as("of both sizes of buffers")
        .containsOnly(200L);
    assertThat(process.cores()).hasSize(1);
    workload.noError(MetricNames.SLICE_ERROR);
  }

  @Test
  void withAPortForEachChipThePortsTellWhichItIs() throws Exception {
    TpuWorkload workload = chips(0, 0, 0, 0);
    workload.chip(2, chip -> chip.withLoad(60, 0));
    RuntimeReading reading = stage.read(workload, 4, ExpectedChips.of(4, 1));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips())
        .extracting(ChipMetrics::dutyCyclePercent)
        .containsExactly(
            OptionalDouble.of(0),
            OptionalDouble.of(0),
            OptionalDouble.of(60),
            OptionalDouble.of(0));
    assertThat(reading.chips().get(2).endpoint()).contains(reading.processes().get(2).endpoint());
  }

  @Test
  void portsOfProcessesThatHaveNotBegunCostOnlyTheirChips() throws Exception {
    TpuWorkload workload = chips(0, 1);
    List<Endpoint> ports = new ArrayList<>(endpoints(stage.serve(workload, 2)));
    ports.addFirst(new Endpoint(WorkloadStage.LOCAL, 1));
    ports.add(new Endpoint(WorkloadStage.LOCAL, 2));
    RuntimeReading reading = read(stage.client(ports, ExpectedChips.of(4, 1)));

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips())
        .extracting(ChipMetrics::hbmTotalBytes)
        .containsExactly(
            OptionalLong.empty(),
            OptionalLong.of(16 * GIB),
            OptionalLong.of(16 * GIB),
            OptionalLong.empty());
    assertThat(reading.processes())
        .extracting(ProcessMetrics::state)
        .containsExactly(State.NOT_SERVING, State.ANSWERS, State.ANSWERS, State.NOT_SERVING);
  }

  @Test
  void theTwoDevicesOfAChipAreOne() throws Exception {
    TpuWorkload workload =
        new TpuWorkload(List.of(TpuChipValues.idle(4, 5), TpuChipValues.idle(6, 7)));
    workload.chip(1, c -> c.withHbm(100 * GIB, 192 * GIB).withLoad(50, 7).withWaiting(2, 5));
    workload.chip(1, c -> c.withCoreError("halted"));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(2, 2));

    assertThat(reading.problems()).isEmpty();
    ChipMetrics second = reading.chips().get(1);
    assertThat(second.deviceIds()).containsExactly(6L, 7L);
    assertThat(second.hbmTotalBytes()).hasValue(192 * GIB);
    assertThat(second.hbmUsedBytes()).hasValue(100 * GIB);
    assertThat(second.dutyCyclePercent()).hasValue(50);
    assertThat(second.hbmBandwidthPercent()).hasValue(7);
    assertThat(second.idleSeconds()).hasValue(2);
    assertThat(second.queuedPrograms()).hasValue(5);
    assertThat(second.executionMicros().values())
        .extracting(Distribution::count)
        .containsExactly(200L);
    assertThat(second.coreErrors()).containsExactly("halted");
    assertThat(reading.chips().getFirst().coreErrors()).isEmpty();
  }

  @Test
  void onV3TheDutyCycleOfAChipIsToldOnce() throws Exception {
    TpuWorkload workload =
        new TpuWorkload(List.of(TpuChipValues.idle(0, 1), TpuChipValues.idle(2, 3)));
    workload.dutyCyclePerChip(true);
    workload.chip(1, c -> c.withLoad(70, 0));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(2, 2));
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips())
        .extracting(ChipMetrics::dutyCyclePercent)
        .containsExactly(OptionalDouble.of(0), OptionalDouble.of(70));
  }

  @Test
  void aPortForEachDeviceNeedsBothDevicesOfAChip() throws Exception {
    TpuWorkload workload = chips(0, 1, 2, 3);
    List<Endpoint> ports = new ArrayList<>(endpoints(stage.serve(workload, 4)));
    RuntimeReading all = read(stage.client(ports, ExpectedChips.of(2, 2)));
    assertThat(all.problems()).isEmpty();
    assertThat(all.chips())
        .extracting(ChipMetrics::hbmTotalBytes)
        .containsOnly(OptionalLong.of(32 * GIB));
    assertThat(all.chips().get(1).deviceIds()).containsExactly(2L, 3L);

    ports.set(3, new Endpoint(WorkloadStage.LOCAL, 1));
    RuntimeReading three = read(stage.client(ports, ExpectedChips.of(2, 2)));
    assertThat(three.chips())
        .extracting(ChipMetrics::hbmTotalBytes)
        .containsExactly(OptionalLong.of(32 * GIB), OptionalLong.empty());
  }

  @Test
  void aMetricThatDoesNotExistCostsOnlyItself() throws Exception {
    TpuWorkload workload = chips(0, 1);
    workload.lack(List.of(MetricNames.HBM_TOTAL, MetricNames.IDLE, MetricNames.EXECUTION));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(2, 1));
    assertThat(reading.problems()).isEmpty();
    ChipMetrics chip = reading.chips().get(1);
    assertThat(chip.hbmTotalBytes()).isEmpty();
    assertThat(chip.idleSeconds()).isEmpty();
    assertThat(chip.executionMicros()).isEmpty();
    assertThat(chip.hbmUsedBytes()).hasValue(0);
    assertThat(chip.dutyCyclePercent()).hasValue(0);
  }

  @Test
  void anOldLibtpuWithoutAListIsAskedForTheThreeThatTpuInfoAsksFor() throws Exception {
    TpuWorkload workload = chips(0);
    workload.habit(Habit.OLD, true);
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(1, 1));
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.serving()).isTrue();
    ChipMetrics chip = reading.chips().getFirst();
    assertThat(chip.hbmTotalBytes()).isPresent();
    assertThat(chip.dutyCyclePercent()).isPresent();
    assertThat(chip.hbmBandwidthPercent()).isEmpty();
    assertThat(reading.processes().getFirst().cores()).isEmpty();
  }

  @Test
  void theListIsAskedForOnceForEachConnection() throws Exception {
    TpuWorkload workload = chips(0);
    workload.lack(List.of(MetricNames.IDLE));
    RuntimeMetrics client =
        stage.client(endpoints(stage.serve(workload, 1)), ExpectedChips.of(1, 1));
    assertThat(read(client).chips().getFirst().idleSeconds()).isEmpty();
    workload.support(List.of(MetricNames.IDLE));
    assertThat(read(client).chips().getFirst().idleSeconds()).isEmpty();
  }

  @Test
  void endpointsHaveToBeDifferent() {
    Endpoint one = Endpoint.of("127.0.0.1", 8431);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.client(List.of(), ExpectedChips.of(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> stage.client(List.of(one, one), ExpectedChips.of(1)));
  }
}
