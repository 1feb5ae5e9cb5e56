package dev.acceld.device;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Many values of one kind since the workload began. Immutable.
 *
 * @param metric what the values are
 * @param part which part or operation it is about; empty for the whole
 * @param count how many values there were
 * @param sum of all values, in the metric's unit
 * @param quantiles by share, 0 to 1: the value that this share of all values does not exceed; empty
 *     where nobody can tell
 */
public record Summary(
    SummaryMetric metric,
    String part,
    long count,
    double sum,
    SortedMap<Double, Double> quantiles) {
  /** Takes a copy. */
  public Summary {
    quantiles = Collections.unmodifiableSortedMap(new TreeMap<>(quantiles));
  }
}
