package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.List;
import java.util.Optional;

/** Which numbers can be right, and what the devices of one chip say together. */
final class GaugeRules {
  private static final double MOST_BYTES = 1L << 50;
  private static final double MOST_SECONDS = 100 * 365 * 86400.0;
  private static final double MOST_PROGRAMS = 1e9;

  /** Of a percentage, by which a sum of shares may miss. */
  private static final double ROUNDING = 1e-6;

  private GaugeRules() {}

  /** Why that number cannot be right; empty when it can. */
  static Optional<String> objection(RuntimeMetric metric, double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Optional.of("it is not a number");
    }
    if (value < 0) {
      return Optional.of("it is negative");
    }
    return switch (metric) {
      case DUTY_CYCLE, HBM_BANDWIDTH -> exceeds(value, 100 + ROUNDING, "it is above 100 %");
      case HBM_TOTAL, HBM_USED -> exceeds(value, MOST_BYTES, "it is more than any chip has");
      case IDLE, UPTIME -> exceeds(value, MOST_SECONDS, "it is longer than a century");
      case QUEUE -> exceeds(value, MOST_PROGRAMS, "it is more than can wait");
      default -> Optional.empty();
    };
  }

  private static Optional<String> exceeds(double value, double most, String objection) {
    return value > most ? Optional.of(objection) : Optional.empty();
  }

  /** One value of a chip, from those of its devices, of which there is at least one. */
  static double together(RuntimeMetric metric, List<Double> devices) {
    double sum = devices.stream().mapToDouble(v -> v).sum();
    return switch (metric) {
      // Half of a chip's cores busy is a chip that is half busy.
      case DUTY_CYCLE, HBM_BANDWIDTH -> Math.min(100, sum / devices.size());
      case IDLE -> devices.stream().mapToDouble(v -> v).min().orElse(sum);
      default -> sum;
    };
  }
}
