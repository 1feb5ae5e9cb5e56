package dev.acceld.probe.nvidia;

import dev.acceld.device.Metric;

/**
 * Drivers in trouble answer "success" with all bits set or with leftovers. Such a value is left
 * out: a gap in a series is honest, a peak of 4 294 967 W wakes somebody up.
 */
final class Plausible {
  private Plausible() {}

  /** Whether a GPU can have such a value; false for NaN. */
  static boolean check(Metric metric, double value) {
    return switch (metric) {
      case UTILIZATION, MEMORY_UTILIZATION, ENCODER_UTILIZATION, DECODER_UTILIZATION ->
          within(value, 0, 1);
      case TEMPERATURE -> within(value, -50, 200);
      // Boards without such a sensor answer 0.
      case MEMORY_TEMPERATURE -> within(value, 1, 200);
      case POWER, POWER_LIMIT -> within(value, 0, 20_000);
      case SM_CLOCK, MEMORY_CLOCK -> within(value, 0, 20e9);
      case PCIE_GENERATION -> within(value, 1, 10);
      case PCIE_WIDTH -> within(value, 1, 32);
      case MEMORY_USED, MEMORY_FREE, MEMORY_RESERVED, MEMORY_TOTAL -> within(value, 0, 0x1p50);
      // A counter of all bits set says that it is not available.
      default -> within(value, 0, 0x1p62);
    };
  }

  private static boolean within(double value, double least, double most) {
    return value >= least && value <= most;
  }
}
