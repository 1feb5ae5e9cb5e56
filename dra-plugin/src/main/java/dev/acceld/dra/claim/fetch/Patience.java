package dev.acceld.dra.claim.fetch;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Attempts until a deadline, with pauses between them that grow and are not the same everywhere.
 */
final class Patience {
  private static final Duration ONE_ATTEMPT = Duration.ofSeconds(5);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LAST_PAUSE_MILLIS = 2_000;

  private final long deadline;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  /**
   * Nothing was tried yet.
   *
   * @param deadline in {@link System#nanoTime}
   */
  Patience(long deadline) {
    this.deadline = deadline;
  }

  /** How long the attempt that begins now may take. */
  Duration attempt() {
    Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    return left.compareTo(ONE_ATTEMPT) < 0 ? left : ONE_ATTEMPT;
  }

  /** Whether there is no time for a pause and another attempt. */
  boolean spent() {
    return deadline - System.nanoTime() <= Duration.ofMillis(pauseMillis).toNanos();
  }

  /** Waits before the next attempt. */
  void pause() throws InterruptedException {
    Thread.sleep(pauseMillis / 2 + ThreadLocalRandom.current().nextLong(pauseMillis));
    pauseMillis = Math.min(2 * pauseMillis, LAST_PAUSE_MILLIS);
  }
}
