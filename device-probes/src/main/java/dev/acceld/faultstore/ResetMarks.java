package dev.acceld.faultstore;

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
public record ResetMarks(double energy, double uncorrected, double action) {
  /** What 1 kW takes in the three seconds in which a reset has to show. */
  private static final double ENOUGH_JOULES = 3000;

  public static final ResetMarks NONE = new ResetMarks(Double.NaN, Double.NaN, Double.NaN);

  public static ResetMarks of(Sample sample) {
    return new ResetMarks(
        sample.get(Metric.ENERGY),
        sample.get(Metric.ECC_UNCORRECTED),
        sample.get(Metric.RECOVERY_ACTION));
  }

  /** The farthest of both. */
  public ResetMarks and(ResetMarks other) {
    return new ResetMarks(
        most(energy, other.energy),
        most(uncorrected, other.uncorrected),
        most(action, other.action));
  }

  /** Whether nothing was read. */
  public boolean isEmpty() {
    return Double.isNaN(energy) && Double.isNaN(uncorrected) && Double.isNaN(action);
  }

  /**
   * Whether counters are far enough that the first readings after a reset are below them. Of a GPU
   * whose driver was loaded a few seconds before, they tell nothing.
   */
  public boolean canTell() {
    return energy >= ENOUGH_JOULES || uncorrected > 0;
  }

  /** Which counters have gone back in a later reading, in words; empty when none has. */
  public String countersGoneBackIn(ResetMarks later) {
    if (later.energy < energy) {
      return "its energy counter restarted";
    }
    return later.uncorrected < uncorrected ? "its counter of uncorrected ECC errors restarted" : "";
  }

  /** Whether the driver asked for a recovery and does not any more. */
  public boolean recoveredIn(ResetMarks later) {
    return action > 0 && later.action == 0;
  }

  private static double most(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }
}
