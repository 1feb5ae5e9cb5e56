package dev.acceld.probe.tpu;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.probe.tpu.runtime.ChipMetrics;

/** What libtpu tells of a chip, as the readings that devices of all vendors have. */
final class RuntimeSamples {
  private static final double PERCENT = 100;

  private RuntimeSamples() {}

  /** The sample; what is not told is not in it. */
  static Sample of(ChipMetrics chip) {
    Sample.Builder sample = new Sample.Builder();
    chip.dutyCyclePercent().ifPresent(v -> sample.put(Metric.UTILIZATION, v / PERCENT));
    chip.hbmBandwidthPercent().ifPresent(v -> sample.put(Metric.DRAM_ACTIVE, v / PERCENT));
    chip.hbmUsedBytes().ifPresent(v -> sample.put(Metric.MEMORY_USED, v));
    chip.hbmTotalBytes().ifPresent(v -> sample.put(Metric.MEMORY_TOTAL, v));
    if (chip.hbmTotalBytes().isPresent() && chip.hbmUsedBytes().isPresent()) {
      sample.put(
          Metric.MEMORY_FREE, chip.hbmTotalBytes().getAsLong() - chip.hbmUsedBytes().getAsLong());
    }
    chip.idleSeconds().ifPresent(v -> sample.put(Metric.IDLE_DURATION, v));
    chip.queuedPrograms().ifPresent(v -> sample.put(Metric.QUEUED_PROGRAMS, v));
    return sample.build();
  }
}
