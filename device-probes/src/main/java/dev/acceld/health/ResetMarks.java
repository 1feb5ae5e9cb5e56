package dev.acceld.health;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;

/**
 * What a reset of a GPU, or a reload of its driver, starts anew: seen to have gone back, it is
 * evidence of one, also of one that happened while no agent ran. NaN is what was never read.
 *
 * @param energy joules since the driver was loaded
 * @param uncorrected uncorrected ECC errors since the driver was loaded
 * @param action what the driver asked for (field 230), the gravest
 */
record ResetMarks(double energy, double uncorrected, double action) {
  static final ResetMarks NONE = new ResetMarks(Double.NaN, Double.NaN, Double.NaN);

  static ResetMarks of(Sample sample) {
    return new ResetMarks(
        sample.get(Metric.ENERGY),
        sample.get(Metric.ECC_UNCORRECTED),
        sample.get(Metric.RECOVERY_ACTION));
  }

  /** The farthest of both. */
  ResetMarks and(ResetMarks other) {
    return new ResetMarks(
        most(energy, other.energy),
        most(uncorrected, other.uncorrected),
        most(action, other.action));
  }

  /** Whether nothing was read. */
  boolean isEmpty() {
    return Double.isNaN(energy) && Double.isNaN(uncorrected) && Double.isNaN(action);
  }

  /** Whether there is a counter that a reset starts anew. */
  boolean hasCounters() {
    return energy > 0 || uncorrected > 0;
  }

  /** Which counters have gone back in a later reading, in words; empty when none has. */
  String countersGoneBackIn(ResetMarks later) {
    if (later.energy < energy) {
      return "its energy counter restarted";
    }
    return later.uncorrected < uncorrected ? "its counter of uncorrected ECC errors restarted" : "";
  }

  /** Whether the driver asked for a recovery and does not any more. */
  boolean recoveredIn(ResetMarks later) {
    return action > 0 && later.action == 0;
  }

  private static double most(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }
}
