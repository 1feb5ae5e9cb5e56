package dev.acceld.probe.tpu.runtime.answer;

import java.util.List;

/**
 * How something was distributed since the workload began.
 *
 * @param count how often it happened
 * @param sum of all values, in the metric's unit (microseconds unless it says otherwise)
 * @param percentiles by rising quantile; empty when nothing happened, or when the buckets do not
 *     tell
 */
public record Distribution(long count, double sum, List<Percentile> percentiles) {
  /** Takes a copy. */
  public Distribution {
    percentiles = List.copyOf(percentiles);
  }

  /**
   * A value that a share of all values does not exceed, as exact as the buckets are.
   *
   * @param quantile 0 to 1
   * @param value in the metric's unit
   */
  public record Percentile(double quantile, double value) {}
}
