package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;

/**
 * Drivers in trouble answer "success" with leftovers. Such a value is left out: a gap in a series
 * is honest, a peak of 4 294 967 W wakes somebody up. All bits set is {@link
 * dev.acceld.probe.nvidia.nvml.Numbers absence} before it comes here.
 */
final class ReadingValidator {
  private ReadingValidator() {}

  /** Whether a GPU can have such a value; false for NaN. */
  static boolean check(Metric metric, double value) {
    return switch (metric) {
      case FAN_SPEED -> within(value, 0, 2); // of what is intended
      case TEMPERATURE, TEMPERATURE_THRESHOLD -> within(value, -50, 200);
      case TEMPERATURE_MARGIN -> within(value, -200, 200);
      // Boards without such a sensor answer 0.
      case MEMORY_TEMPERATURE -> within(value, 1, 200);
      case PCIE_GENERATION -> within(value, 1, 10);
      case PCIE_WIDTH -> within(value, 1, 32);
      case PERFORMANCE_STATE -> within(value, 0, 15);
      case RECOVERY_ACTION, FABRIC_STATE, FABRIC_STATUS, FABRIC_HEALTH -> within(value, 0, 999);
      case PROCESSES -> within(value, 0, 1e6);
      case CLOCK_REASON,
          NVLINK_UP,
          ROW_REMAP_PENDING,
          ROW_REMAP_FAILED,
          RETIRED_PAGES_PENDING,
          REPAIR_PENDING,
          SRAM_THRESHOLD_EXCEEDED,
          FABRIC_PROBLEM,
          XID_HEARD ->
          value == 0 || value == 1;
      default ->
          switch (metric.unit()) {
            case RATIO -> within(value, 0, 1);
            case CELSIUS -> within(value, -200, 200);
            case WATTS -> within(value, 0, 20_000);
            case HERTZ -> within(value, 0, 20e9);
            case BYTES_PER_SECOND -> within(value, 0, 0x1p50);
            case BYTES ->
                metric.type() == Metric.Type.GAUGE
                    ? within(value, 0, 0x1p50)
                    : within(value, 0, 0x1p62);
            case JOULES, SECONDS, COUNT, NONE -> within(value, 0, 0x1p62);
          };
    };
  }

  private static boolean within(double value, double least, double most) {
    return value >= least && value <= most;
  }
}
