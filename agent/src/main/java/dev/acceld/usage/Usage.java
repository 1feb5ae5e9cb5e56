package dev.acceld.usage;

/**
 * What was used of devices. Each value adds up over devices and time; {@code NaN} is what could not
 * be measured at all, which is not the same as nothing.
 *
 * @param deviceSeconds time for which devices were held, times how many; of a shared device its
 *     part
 * @param energyJoules energy that they took
 * @param utilizationSeconds time for which they were busy: utilization, 0 to 1, times seconds
 * @param memoryByteSeconds device memory in use, times seconds
 * @param idleSeconds time for which they were held and their utilization was below {@link
 *     UsageMeter#IDLE_BELOW}
 */
public record Usage(
    double deviceSeconds,
    double energyJoules,
    double utilizationSeconds,
    double memoryByteSeconds,
    double idleSeconds) {

  /** Nothing was measured yet. */
  public static final Usage NONE = new Usage(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** Both together. */
  Usage plus(Usage other) {
    return new Usage(
        deviceSeconds + other.deviceSeconds,
        sum(energyJoules, other.energyJoules),
        sum(utilizationSeconds, other.utilizationSeconds),
        sum(memoryByteSeconds, other.memoryByteSeconds),
        sum(idleSeconds, other.idleSeconds));
  }

  /** That part of it. */
  Usage times(double share) {
    return new Usage(
        deviceSeconds * share,
        energyJoules * share,
        utilizationSeconds * share,
        memoryByteSeconds * share,
        idleSeconds * share);
  }

  private static double sum(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : a + b;
  }
}
