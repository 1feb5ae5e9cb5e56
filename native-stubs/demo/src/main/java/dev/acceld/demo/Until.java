package dev.acceld.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Waits for something to come true, and says what did not. */
final class Until {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long STEP_MILLIS = 20;

  private Until() {}

  /** The value once there is one. */
  static <T> T present(String what, Callable<Optional<T>> look) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<T> found = look.call();
      if (found.isPresent()) {
        return found.get();
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            what + " did not happen within " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(STEP_MILLIS);
    }
  }

  /** Comes back once it is true. */
  static void isTrue(String what, Callable<Boolean> look) throws Exception {
    present(what, () -> look.call() ? Optional.of(true) : Optional.empty());
  }
}
