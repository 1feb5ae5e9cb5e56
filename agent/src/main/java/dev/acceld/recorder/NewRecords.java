package dev.acceld.recorder;

import java.time.Duration;

/**
 * How many records may be begun: a storm of faults must not push out all older records. A whole
 * node may fail at once; what is more than that waits. Of one thread.
 */
final class NewRecords {
  /** So many at once. */
  static final int MOST = 20;

  /** One more is allowed after so long. */
  static final Duration EACH = Duration.ofSeconds(30);

  private double left = MOST;
  private long last;
  private boolean used;

  /** Whether another may be begun now; counts it. */
  boolean take(long nanos) {
    if (used) {
      left = Math.min(MOST, left + (nanos - last) / (double) EACH.toNanos());
    }
    used = true;
    last = nanos;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
