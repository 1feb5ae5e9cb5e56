package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterException.Reason;
import java.util.random.RandomGenerator;

/** How long the publisher waits after a request that failed. */
final class RetryPause {
  private RetryPause() {}

  /**
   * Longer with each failure in a row, and at random in its upper half, so that nodes do not come
   * back together.
   *
   * @param raced somebody else was quicker: the next try may well succeed
   * @param failures how many in a row, this one included
   */
  static long nanos(
      Reason reason,
      boolean raced,
      int failures,
      PublisherSettings.Timing timing,
      RandomGenerator random) {
    long retry = timing.retry().toNanos();
    int doublings = Math.min(failures - 1, 20);
    long pause =
        switch (reason) {
          case INVALID -> // the same again is mostly pointless, but a policy or webhook may change
              Math.min(timing.resync().toNanos() / 2, retry << doublings);
          case UNAUTHORIZED, FORBIDDEN -> timing.retryMost().toNanos();
          default ->
              Math.min(timing.retryMost().toNanos(), (raced ? retry / 10 : retry) << doublings);
        };
    return pause / 2 + random.nextLong(pause / 2 + 1);
  }
}
