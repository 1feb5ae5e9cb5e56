package dev.acceld.e2e.observe;

import java.util.Map;

/**
 * One series of the answer to a query.
 *
 * @param labels with the name, as {@code __name__}, where the query keeps it
 * @param value at the time of the query
 */
public record Sample(Map<String, String> labels, double value) {
  /** Copies. */
  public Sample {
    labels = Map.copyOf(labels);
  }

  /** The value of a label; empty without one. */
  public String label(String name) {
    return labels.getOrDefault(name, "");
  }
}
