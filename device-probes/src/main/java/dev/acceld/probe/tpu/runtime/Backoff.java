package dev.acceld.probe.tpu.runtime;

import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * When an endpoint that does not answer is asked again: soon at first, because a workload starts
 * its server seconds after its chips are its own, then once a minute. Not safe for threads.
 */
final class Backoff {
  static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(60));

  private final LongSupplier nanos;
  private int failures;
  private long until;

  Backoff(LongSupplier nanos) {
    this.nanos = nanos;
  }

  boolean over() {
    return failures == 0 || nanos.getAsLong() - until >= 0;
  }

  void failed() {
    until = nanos.getAsLong() + PAUSES.get(Math.min(failures, PAUSES.size() - 1)).toNanos();
    failures++;
  }

  void answered() {
    failures = 0;
  }
}
