package dev.acceld.steady;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a source again and again on a daemon thread of its own, so that nobody waits for it. The
 * thread begins when somebody first wants to know. Any thread.
 */
public final class Refresher implements AutoCloseable {
  private final String name;
  private final Duration afterAnswer;
  private final Duration afterFailure;
  private final BooleanSupplier ask;
  private volatile boolean settled;
  private volatile boolean closed;
  private @Nullable Thread thread; // under the lock of this

  /**
   * Asks nothing yet.
   *
   * @param name of the thread, and in the log
   * @param afterAnswer the pause after an answer
   * @param afterFailure the pause when there was none
   * @param ask asks once, and keeps what it learns; false when there was no answer
   */
  public Refresher(String name, Duration afterAnswer, Duration afterFailure, BooleanSupplier ask) {
    this.name = name;
    this.afterAnswer = afterAnswer;
    this.afterFailure = afterFailure;
    this.ask = ask;
  }

  /** Begins to ask, unless it has. Does not wait. */
  public synchronized void begin() {
    if (thread == null && !closed) {
      thread =
          Thread.ofPlatform()
              .daemon()
              .name(name)
              .start(() -> Steady.loop(name, () -> !closed, this::round));
    }
  }

  private void round() throws InterruptedException {
    boolean answered = false;
    try {
      answered = ask.getAsBoolean();
    } finally {
      settled = true;
    }
    Thread.sleep(answered ? afterAnswer : afterFailure);
  }

  /** Whether the source has answered, or has failed to once. */
  public boolean settled() {
    return settled;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
