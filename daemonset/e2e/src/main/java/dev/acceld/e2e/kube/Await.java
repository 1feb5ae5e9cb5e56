package dev.acceld.e2e.kube;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Waiting, with a message that says what did not happen and how things stood instead. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private Await() {}

  /**
   * Until it holds. Exceptions of the question count as no, the last one is the cause of the
   * failure.
   */
  public static void until(
      String what, Duration most, BooleanSupplier holds, Supplier<String> instead) {
    AtomicReference<@Nullable RuntimeException> last = new AtomicReference<>();
    try {
      Awaitility.await(what)
          .pollInSameThread()
          .pollDelay(Duration.ZERO)
          .pollInterval(PAUSE)
          .atMost(most)
          .until(() -> {
            try {
              last.set(null);
              return holds.getAsBoolean();
            } catch (RuntimeException e) {
              last.set(e);
              return false;
            }
          });
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "not within %s: %s; instead: %s".formatted(most, what, describe(instead)), last.get());
    }
  }

  private static String describe(Supplier<String> instead) {
    try {
      return instead.get();
    } catch (RuntimeException e) {
      return "(" + e.getMessage() + ")";
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
