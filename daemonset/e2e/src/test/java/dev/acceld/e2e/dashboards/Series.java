package dev.acceld.e2e.dashboards;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * One series of an answer.
 *
 * @param labels with the name, as {@code __name__}, where the query keeps it
 * @param values by time, in seconds since 1970; never empty
 */
public record Series(Map<String, String> labels, NavigableMap<Long, Double> values) {
  /** Copies. */
  public Series {
    labels = Map.copyOf(labels);
    values = new TreeMap<>(values);
  }

  /** The value of a label; empty without one. */
  public String label(String name) {
    return labels.getOrDefault(name, "");
  }

  /** The last value. */
  public double last() {
    return values.lastEntry().getValue();
  }

  /** The greatest value; NaN does not count. */
  public double max() {
    return values.values().stream()
        .mapToDouble(Double::doubleValue)
        .filter(value -> !Double.isNaN(value))
        .max()
        .orElse(Double.NaN);
  }

  /** Whether there is a number at all. */
  public boolean hasNumbers() {
    return !Double.isNaN(max());
  }
}
