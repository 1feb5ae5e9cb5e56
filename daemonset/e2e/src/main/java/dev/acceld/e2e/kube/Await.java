package dev.acceld.e2e.kube;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting, with a message that says what did not happen and how things stood instead. */
public final class Await {
  private static final long PAUSE_MS = 100;

  private Await() {}

  /**
   * Until it holds. Exceptions of the question count as no, the last one is the cause of the
   * failure.
   */
  public static void until(
      String what, Duration most, BooleanSupplier holds, Supplier<String> instead) {
    Instant deadline = Instant.now().plus(most);
    RuntimeException last = null;
    while (true) {
      try {
        if (holds.getAsBoolean()) {
          return;
        }
        last = null;
      } catch (RuntimeException e) {
        last = e;
      }
      if (Instant.now().isAfter(deadline)) {
        String how;
        try {
          how = instead.get();
        } catch (RuntimeException e) {
          how = "(" + e.getMessage() + ")";
        }
        throw new AssertionError("not within %s: %s; instead: %s".formatted(most, what, how), last);
      }
      pause(Duration.ofMillis(PAUSE_MS));
    }
  }

  /** Until it holds. */
  public static void until(String what, Duration most, BooleanSupplier holds) {
    until(what, most, holds, () -> "nothing");
  }

  /** Sleeps. */
  public static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
