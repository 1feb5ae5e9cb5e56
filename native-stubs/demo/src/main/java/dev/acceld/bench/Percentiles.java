package dev.acceld.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** Collects durations from any number of threads and tells their percentiles. */
final class Percentiles {
  private final long[] nanos;
  private final AtomicInteger next = new AtomicInteger();

  Percentiles(int most) {
    nanos = new long[most];
  }

  void add(long duration) {
    nanos[next.getAndIncrement()] = duration;
  }

  int count() {
    return next.get();
  }

  /** In milliseconds; the share is between 0 and 1. */
  double at(double share) {
    long[] sorted = Arrays.copyOf(nanos, count());
    Arrays.sort(sorted);
    return sorted.length == 0
        ? Double.NaN
        : sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] / 1e6;
  }

  String row(String label) {
    return String.format(Locale.ROOT, "%-34s %8.2f %8.2f %8d", label, at(0.5), at(0.99), count());
  }

  static String head() {
    return String.format(Locale.ROOT, "%-34s %8s %8s %8s", "milliseconds", "p50", "p99", "n");
  }
}
