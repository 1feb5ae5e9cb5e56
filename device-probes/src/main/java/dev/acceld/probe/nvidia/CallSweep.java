package dev.acceld.probe.nvidia;

import dev.acceld.device.Metric;
import dev.acceld.device.Parts;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Numbers;

/**
 * The part of a sweep that takes a call for each reading, and what stands in where an older driver
 * lacks a field or a function.
 *
 * <p>{@code nvmlDeviceGetPcieThroughput} is not used: it blocks for 20 ms. The byte counters of
 * fields 197 and 198 cost nothing.
 */
final class CallSweep {
  private static final double MEGA = 1e6;
  private static final double PERCENT = 100;
  private static final int VOLATILE = 0;

  private CallSweep() {}

  static void read(Turn turn, GpuHandle gpu) {
    utilization(turn, gpu);
    memory(turn, gpu);
    temperature(turn, gpu);
    turn.put(Metric.FAN_SPEED, turn.number(gpu, Reading.FAN) / PERCENT);
    turn.put(Metric.SM_CLOCK, turn.number(gpu, Reading.SM_CLOCK) * MEGA);
    turn.put(Metric.MEMORY_CLOCK, turn.number(gpu, Reading.MEMORY_CLOCK) * MEGA);
    turn.put(Metric.VIDEO_CLOCK, turn.number(gpu, Reading.VIDEO_CLOCK) * MEGA);
    clockReasons(turn, gpu);
    turn.put(Metric.PERFORMANCE_STATE, turn.number(gpu, Reading.PERFORMANCE_STATE));
    turn.put(Metric.PCIE_GENERATION, turn.number(gpu, Reading.PCIE_GENERATION));
    turn.put(Metric.PCIE_WIDTH, turn.number(gpu, Reading.PCIE_WIDTH));
    insteadOfFields(turn, gpu);
  }

  private static void utilization(Turn turn, GpuHandle gpu) {
    if (turn.ask(gpu, Reading.UTILIZATION)) {
      turn.put(Metric.UTILIZATION, turn.unsigned(Layout.Utilization.GPU) / PERCENT);
      turn.put(Metric.MEMORY_UTILIZATION, turn.unsigned(Layout.Utilization.MEMORY) / PERCENT);
    }
    engine(turn, gpu, Reading.ENCODER, Metric.ENCODER_UTILIZATION);
    engine(turn, gpu, Reading.DECODER, Metric.DECODER_UTILIZATION);
    engine(turn, gpu, Reading.JPEG, Metric.JPEG_UTILIZATION);
    engine(turn, gpu, Reading.OFA, Metric.OFA_UTILIZATION);
  }

  private static void engine(Turn turn, GpuHandle gpu, Reading reading, Metric metric) {
    if (turn.can(gpu, reading)
        && turn.good(
            gpu, reading, turn.nvml.get(reading.symbol, gpu.pointer, turn.out, turn.second))) {
      turn.put(metric, turn.unsigned(0) / PERCENT);
    }
  }

  static void memory(Turn turn, GpuHandle gpu) {
    if (turn.ask(gpu, Reading.MEMORY_V2, Layout.MemoryV2.VERSION)) {
      turn.put(Metric.MEMORY_TOTAL, turn.wide(Layout.MemoryV2.TOTAL));
      turn.put(Metric.MEMORY_RESERVED, turn.wide(Layout.MemoryV2.RESERVED));
      turn.put(Metric.MEMORY_FREE, turn.wide(Layout.MemoryV2.FREE));
      turn.put(Metric.MEMORY_USED, turn.wide(Layout.MemoryV2.USED));
    }
    if (gpu.unsupported.contains(Reading.MEMORY_V2) && turn.ask(gpu, Reading.MEMORY)) {
      turn.put(Metric.MEMORY_TOTAL, turn.wide(Layout.Memory.TOTAL));
      turn.put(Metric.MEMORY_FREE, turn.wide(Layout.Memory.FREE));
      turn.put(Metric.MEMORY_USED, turn.wide(Layout.Memory.USED));
    }
  }

  private static void temperature(Turn turn, GpuHandle gpu) {
    // The sensor, 0, is what the cleared struct says.
    if (turn.ask(gpu, Reading.TEMPERATURE_V, Layout.Temperature.VERSION)) {
      turn.put(Metric.TEMPERATURE, turn.signed(Layout.Temperature.TEMPERATURE));
    }
    if (gpu.unsupported.contains(Reading.TEMPERATURE_V)) {
      turn.put(Metric.TEMPERATURE, turn.number(gpu, Reading.TEMPERATURE));
    }
    if (turn.ask(gpu, Reading.MARGIN, Layout.MarginTemperature.VERSION)) {
      turn.put(Metric.TEMPERATURE_MARGIN, turn.signed(Layout.MarginTemperature.MARGIN));
    }
  }

  private static void clockReasons(Turn turn, GpuHandle gpu) {
    boolean told = turn.ask(gpu, Reading.CLOCK_REASONS);
    if (!told && gpu.unsupported.contains(Reading.CLOCK_REASONS)) {
      told = turn.ask(gpu, Reading.OLD_CLOCK_REASONS);
    }
    long bits = turn.out.getLong(0);
    if (told && !Numbers.absent(bits)) {
      for (int reason = 0; reason < Parts.REASON.count(); reason++) {
        turn.put(Metric.CLOCK_REASON, reason, bits >> reason & 1);
      }
    }
  }

  private static void insteadOfFields(Turn turn, GpuHandle gpu) {
    if (gpu.without(Field.POWER)) {
      turn.put(Metric.POWER, turn.number(gpu, Reading.POWER) / Field.POWER.divisor);
    }
    if (gpu.without(Field.POWER_LIMIT)) {
      double limit = turn.number(gpu, Reading.POWER_LIMIT);
      turn.put(Metric.POWER_LIMIT, limit / Field.POWER_LIMIT.divisor);
    }
    if (gpu.without(Field.ENERGY) && turn.ask(gpu, Reading.ENERGY)) {
      turn.put(Metric.ENERGY, turn.wide(0) / Field.ENERGY.divisor);
    }
    eccErrors(turn, gpu, Field.ECC_CORRECTED, Reading.ECC_CORRECTED, Metric.ECC_CORRECTED);
    eccErrors(turn, gpu, Field.ECC_UNCORRECTED, Reading.ECC_UNCORRECTED, Metric.ECC_UNCORRECTED);
    if (gpu.without(Field.PCIE_REPLAYS)) {
      turn.put(Metric.PCIE_REPLAYS, turn.number(gpu, Reading.PCIE_REPLAYS));
    }
  }

  private static void eccErrors(
      Turn turn, GpuHandle gpu, Field field, Reading reading, Metric metric) {
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
