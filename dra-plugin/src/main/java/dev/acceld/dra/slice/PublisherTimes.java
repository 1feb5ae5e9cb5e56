package dev.acceld.dra.slice;

import dev.acceld.dra.cluster.ClusterException.Reason;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * When the publisher lists and writes next. Times are nanoseconds since it was made, so that times
 * far away can be added without overflow. One thread.
 */
final class PublisherTimes {
  private static final long NEVER = Long.MAX_VALUE / 2;

  private final PublisherSettings.Timing timing;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final ClusterPace pace;
  private final long zero;
  private long listDue;
  private long syncDue = NEVER;
  private long ownDue = NEVER;
  private long lastWrite = -Duration.ofHours(1).toNanos();

  PublisherTimes(
      PublisherSettings.Timing timing,
      LongSupplier nanos,
      RandomGenerator random,
      ClusterPace pace) {
    this.timing = timing;
    this.nanos = nanos;
    this.random = random;
    this.pace = pace;
    this.zero = nanos.getAsLong();
  }

  long now() {
    return nanos.getAsLong() - zero;
  }

  ClusterPace pace() {
    return pace;
  }

  /** When something is to be done next, or at that time if it comes first. */
  long due(long other) {
    return Math.min(Math.min(listDue, pace.due()), Math.min(syncDue, other));
  }

  long listDue() {
    return listDue;
  }

  long syncDue() {
    return syncDue;
  }

  void list(long at) {
    listDue = Math.min(listDue, at);
  }

  void listSoon() {
    list(now() + timing.debounce().toNanos());
  }

  /** After something that all nodes have noticed at the same moment. */
  void listWithAllOthers() {
    long spread = Math.max(timing.spread().toNanos(), pace.spread());
    list(now() + random.nextLong(spread + 1));
  }

  /** It has been listed: the next time that nobody asks for is about {@code resync} away. */
  void listed() {
    long resync = timing.resync().toNanos();
    listDue = now() + resync - resync / 5 + random.nextLong(Math.max(1, resync * 2 / 5));
  }

  void sync(long at) {
    syncDue = Math.min(syncDue, at);
  }

  /**
   * For a change of this node, which may be one of all nodes. The time is drawn once for all
   * changes until then: of several draws the earliest would win.
   */
  void syncOwnChange() {
    if (ownDue == NEVER) {
      ownDue =
          Math.max(
              now() + timing.debounce().toNanos() + random.nextLong(pace.spread() + 1),
              lastWrite + timing.betweenWrites().toNanos());
      sync(ownDue);
    }
  }

  /** What was due is done now. */
  void syncing() {
    syncDue = NEVER;
    ownDue = NEVER;
  }

  void wrote() {
    lastWrite = now();
  }

  /**
   * Lists after a pause.
   *
   * @param raced somebody else was quicker: the next try may well succeed
   * @param failures how many in a row, this one included
   * @return the pause
   */
  long afterFailure(Reason reason, boolean raced, int failures) {
    long pause = RetryPause.nanos(reason, raced, failures, timing, random);
    listDue = now() + pause;
    return pause;
  }
}
