package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;

/**
 * The part of a sample that takes a call for each reading, and what stands in where an older driver
 * lacks a field or a function.
 *
 * <p>{@code nvmlDeviceGetPcieThroughput} is not used: it blocks for 20 ms. The byte counters of
 * fields 197 and 198 cost nothing.
 */
final class CallSampler {
  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;
  private static final int VOLATILE = 0;

  private CallSampler() {}

  static void read(SampleContext turn, GpuHandle gpu) {
    utilization(turn, gpu);
    memory(turn, gpu);
    temperature(turn, gpu);
    turn.put(Metric.FAN_SPEED, turn.number(gpu, NvmlQuery.FAN) / PERCENT);
    turn.put(Metric.SM_CLOCK, turn.number(gpu, NvmlQuery.SM_CLOCK) * MEGA);
    turn.put(Metric.MEMORY_CLOCK, turn.number(gpu, NvmlQuery.MEMORY_CLOCK) * MEGA);
    turn.put(Metric.VIDEO_CLOCK, turn.number(gpu, NvmlQuery.VIDEO_CLOCK) * MEGA);
    clockReasons(turn, gpu);
    turn.put(Metric.PERFORMANCE_STATE, turn.number(gpu, NvmlQuery.PERFORMANCE_STATE));
    turn.put(Metric.PCIE_GENERATION, turn.number(gpu, NvmlQuery.PCIE_GENERATION));
    turn.put(Metric.PCIE_WIDTH, turn.number(gpu, NvmlQuery.PCIE_WIDTH));
    insteadOfFields(turn, gpu);
  }

  private static void utilization(SampleContext turn, GpuHandle gpu) {
    if (turn.ask(gpu, NvmlQuery.UTILIZATION)) {
      turn.put(Metric.UTILIZATION, turn.unsigned(Layout.Utilization.GPU) / PERCENT);
      turn.put(Metric.MEMORY_UTILIZATION, turn.unsigned(Layout.Utilization.MEMORY) / PERCENT);
    }
    engine(turn, gpu, NvmlQuery.ENCODER, Metric.ENCODER_UTILIZATION);
    engine(turn, gpu, NvmlQuery.DECODER, Metric.DECODER_UTILIZATION);
    engine(turn, gpu, NvmlQuery.JPEG, Metric.JPEG_UTILIZATION);
    engine(turn, gpu, NvmlQuery.OFA, Metric.OFA_UTILIZATION);
  }

  private static void engine(SampleContext turn, GpuHandle gpu, NvmlQuery reading, Metric metric) {
    if (turn.can(gpu, reading)
        && turn.good(
            gpu, reading, turn.nvml.get(reading.symbol, gpu.pointer, turn.out, turn.second))) {
      turn.put(metric, turn.unsigned(0) / PERCENT);
    }
  }

  static void memory(SampleContext turn, GpuHandle gpu) {
    if (turn.ask(gpu, NvmlQuery.MEMORY_V2, Layout.MemoryV2.VERSION)) {
      turn.put(Metric.MEMORY_TOTAL, turn.wide(Layout.MemoryV2.TOTAL));
      turn.put(Metric.MEMORY_RESERVED, turn.wide(Layout.MemoryV2.RESERVED));
      turn.put(Metric.MEMORY_FREE, turn.wide(Layout.MemoryV2.FREE));
      turn.put(Metric.MEMORY_USED, turn.wide(Layout.MemoryV2.USED));
    }
    if (gpu.unsupported.contains(NvmlQuery.MEMORY_V2) && turn.ask(gpu, NvmlQuery.MEMORY)) {
      turn.put(Metric.MEMORY_TOTAL, turn.wide(Layout.Memory.TOTAL));
      turn.put(Metric.MEMORY_FREE, turn.wide(Layout.Memory.FREE));
      turn.put(Metric.MEMORY_USED, turn.wide(Layout.Memory.USED));
    }
  }

  private static void temperature(SampleContext turn, GpuHandle gpu) {
    // The sensor, 0, is what the cleared struct says.
    if (turn.ask(gpu, NvmlQuery.TEMPERATURE_V, Layout.Temperature.VERSION)) {
      turn.put(Metric.TEMPERATURE, turn.signed(Layout.Temperature.TEMPERATURE));
    }
    if (gpu.unsupported.contains(NvmlQuery.TEMPERATURE_V)) {
      turn.put(Metric.TEMPERATURE, turn.number(gpu, NvmlQuery.TEMPERATURE));
    }
    if (turn.ask(gpu, NvmlQuery.MARGIN, Layout.MarginTemperature.VERSION)) {
      turn.put(Metric.TEMPERATURE_MARGIN, turn.signed(Layout.MarginTemperature.MARGIN));
    }
  }

  private static void clockReasons(SampleContext turn, GpuHandle gpu) {
    boolean told = turn.ask(gpu, NvmlQuery.CLOCK_REASONS);
    if (!told && gpu.unsupported.contains(NvmlQuery.CLOCK_REASONS)) {
      told = turn.ask(gpu, NvmlQuery.OLD_CLOCK_REASONS);
    }
    long bits = turn.out.getLong(0);
    if (told && !Numbers.absent(bits)) {
      for (int reason = 0; reason < MetricDimension.REASON.count(); reason++) {
        turn.put(Metric.CLOCK_REASON, reason, bits >> reason & 1);
      }
    }
  }

  private static void insteadOfFields(SampleContext turn, GpuHandle gpu) {
    if (gpu.without(GpuField.POWER)) {
      turn.put(Metric.POWER, turn.number(gpu, NvmlQuery.POWER) / GpuField.POWER.divisor);
    }
    if (gpu.without(GpuField.POWER_LIMIT)) {
      double limit = turn.number(gpu, NvmlQuery.POWER_LIMIT);
      turn.put(Metric.POWER_LIMIT, limit / GpuField.POWER_LIMIT.divisor);
    }
    if (gpu.without(GpuField.ENERGY) && turn.ask(gpu, NvmlQuery.ENERGY)) {
      turn.put(Metric.ENERGY, turn.wide(0) / GpuField.ENERGY.divisor);
    }
    eccErrors(turn, gpu, GpuField.ECC_CORRECTED, NvmlQuery.ECC_CORRECTED, Metric.ECC_CORRECTED);
    eccErrors(
        turn, gpu, GpuField.ECC_UNCORRECTED, NvmlQuery.ECC_UNCORRECTED, Metric.ECC_UNCORRECTED);
    if (gpu.without(GpuField.PCIE_REPLAYS)) {
      turn.put(Metric.PCIE_REPLAYS, turn.number(gpu, NvmlQuery.PCIE_REPLAYS));
    }
  }

  private static void eccErrors(
      SampleContext turn, GpuHandle gpu, GpuField field, NvmlQuery reading, Metric metric) {
    if (gpu.without(field)
        && turn.can(gpu, reading)
        && turn.good(
            gpu,
            reading,
            turn.nvml.get(reading.symbol, gpu.pointer, reading.selector, VOLATILE, turn.out))) {
      turn.put(metric, turn.wide(0));
    }
  }
}
