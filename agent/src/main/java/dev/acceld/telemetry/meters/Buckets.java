package dev.acceld.telemetry.meters;

import java.time.Duration;

/** Histogram bounds. */
final class Buckets {
  /**
   * From 1 ms, where a prepare without hardware changes ends, over the 30 s that a prepare waits
   * for the API server, to the 45 s after which the kubelet has given up.
   */
  static final Duration[] CALLS =
      millis(
          1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000, 45_000);

  /** From a pod whose image is there, to a model that loads for half an hour. */
  static final Duration[] STARTUPS =
      millis(
          50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000,
          600_000, 1_800_000);

  /** From a fault that a reset ends, to one that waits a month for a new device. */
  static final Duration[] FAULTS =
      millis(
          1_000,
          10_000,
          60_000,
          300_000,
          900_000,
          3_600_000,
          4 * 3_600_000L,
          12 * 3_600_000L,
          24 * 3_600_000L,
          3 * 24 * 3_600_000L,
          7 * 24 * 3_600_000L,
          30 * 24 * 3_600_000L);

  private Buckets() {}

  private static Duration[] millis(long... bounds) {
    Duration[] out = new Duration[bounds.length];
    for (int i = 0; i < bounds.length; i++) {
      out[i] = Duration.ofMillis(bounds[i]);
    }
    return out;
  }
}
