package dev.acceld.e2e.bench;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * Times of one kind, from the creation of a pod to the moment its container runs.
 *
 * @param what in words
 * @param sorted the times, shortest first
 * @param left what was left on the node afterwards, in words; empty for nothing
 */
record Latencies(String what, List<Duration> sorted, String left) {
  Latencies {
    sorted = sorted.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("no pod of '" + what + "' ever ran");
    }
  }

  /** The time that this part of them does not exceed, by nearest rank. */
  Duration percentile(double part) {
    int rank = (int) Math.ceil(part * sorted.size());
    return sorted.get(Math.max(0, rank - 1));
  }

  double ratio(Latencies base, double part) {
    return (double) percentile(part).toMillis() / base.percentile(part).toMillis();
  }

  String row(Latencies base) {
    return "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %s |"
        .formatted(
            what,
            sorted.size(),
            seconds(percentile(0.5)),
            seconds(percentile(0.99)),
            seconds(Collections.max(sorted)),
            ratio(base, 0.5),
            ratio(base, 0.99),
            left.isEmpty() ? "nothing" : left);
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
