package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.Layout;

/** What changes so seldom, or costs so much, that it is read only now and then. */
final class SlowSampler {
  /** A chip's SRAM among {@link dev.acceld.device.MetricDimension#LOCATION}, and in NVML. */
  private static final int SRAM = 6;

  private static final int NVML_SRAM = 7;
  private static final int VOLATILE = 0;

  /** Units of SRAM: so many counters of 64 bits, one after the other. */
  private static final int UNITS = 5;

  private static final int SPARES = 5;

  private SlowSampler() {}

  static void read(SampleContext turn, GpuHandle gpu, long nanos) {
    LinkSampler.read(turn, gpu);
    if (gpu.links > 0 && gpu.unsupported.contains(NvmlQuery.GPM)) {
      gpu.linkRates.read(turn.values, nanos);
    }
    FabricSampler.read(turn, gpu);
    sram(turn, gpu);
    if (turn.ask(gpu, NvmlQuery.MEMORY_BANKS)) {
      for (int i = 0; i < SPARES; i++) {
        turn.put(Metric.MEMORY_BANKS, i, turn.unsigned(i * Integer.BYTES));
      }
    }
    if (turn.ask(gpu, NvmlQuery.REPAIR, Layout.RepairStatus.VERSION)) {
      turn.put(Metric.REPAIR_PENDING, 0, turn.unsigned(Layout.RepairStatus.CHANNEL));
      turn.put(Metric.REPAIR_PENDING, 1, turn.unsigned(Layout.RepairStatus.TPC));
    }
    if (turn.ask(gpu, NvmlQuery.BAR1)) {
      turn.put(Metric.BAR1_TOTAL, turn.wide(Layout.Bar1.TOTAL));
      turn.put(Metric.BAR1_FREE, turn.wide(Layout.Bar1.FREE));
      turn.put(Metric.BAR1_USED, turn.wide(Layout.Bar1.USED));
    }
    turn.put(Metric.TEMPERATURE_THRESHOLD, 0, turn.number(gpu, NvmlQuery.SHUTDOWN_AT));
    turn.put(Metric.TEMPERATURE_THRESHOLD, 1, turn.number(gpu, NvmlQuery.SLOWDOWN_AT));
    turn.put(Metric.TEMPERATURE_THRESHOLD, 2, turn.number(gpu, NvmlQuery.MEMORY_MOST));
  }

  private static void sram(SampleContext turn, GpuHandle gpu) {
    if (turn.ask(gpu, NvmlQuery.SRAM_STATUS, Layout.SramStatus.VERSION)) {
      double parity = turn.wide(Layout.SramStatus.VOLATILE_PARITY);
      double twoBits = turn.wide(Layout.SramStatus.VOLATILE_SEC_DED);
      turn.put(Metric.ECC_UNCORRECTED_AT, SRAM, parity + twoBits);
      turn.put(Metric.ECC_CORRECTED_AT, SRAM, turn.wide(Layout.SramStatus.VOLATILE_CORRECTED));
      for (int unit = 0; unit < UNITS; unit++) {
        int at = Layout.SramStatus.BUCKET_L2 + unit * Long.BYTES;
        turn.put(Metric.SRAM_UNCORRECTED, unit, turn.wide(at));
      }
      turn.put(Metric.SRAM_THRESHOLD_EXCEEDED, turn.unsigned(Layout.SramStatus.THRESHOLD));
    }
    if (gpu.unsupported.contains(NvmlQuery.SRAM_STATUS)) {
      sramErrors(turn, gpu, NvmlQuery.SRAM_CORRECTED, Metric.ECC_CORRECTED_AT);
      sramErrors(turn, gpu, NvmlQuery.SRAM_UNCORRECTED, Metric.ECC_UNCORRECTED_AT);
    }
  }

  private static void sramErrors(
      SampleContext turn, GpuHandle gpu, NvmlQuery reading, Metric metric) {
    if (turn.can(gpu, reading)
        && turn.good(
            gpu,
            reading,
            turn.nvml.get(
                reading.symbol, gpu.pointer, reading.selector, VOLATILE, NVML_SRAM, turn.out))) {
      turn.put(metric, SRAM, turn.wide(0));
    }
  }
}
