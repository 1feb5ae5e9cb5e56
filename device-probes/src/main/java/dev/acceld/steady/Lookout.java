package dev.acceld.steady;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at something that may not answer for long, such as a file on a disk that hangs: again and
 * again, on a thread of its own. Whoever asks gets what was seen last, at once, or is told that
 * nothing was seen lately. Any thread may ask.
 *
 * @param <T> what is seen
 */
public final class Lookout<T> implements AutoCloseable {
  /** Every look that has not come back for so long counts as no answer. */
  public static final Duration IN_TIME = Duration.ofSeconds(10);

  private static final Duration FIRST = Duration.ofSeconds(1);

  private final String name;
  private final Duration every;
  private final Supplier<T> look;
  private final LongSupplier nanoTime;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile @Nullable Seen<T> seen;
  private volatile boolean closed;
  private @Nullable Thread thread; // guarded by this

  private record Seen<T>(T what, long at) {}

  /**
   * Looks at nothing yet.
   *
   * @param name of the check, for the log: "the check of the CDI directory"
   * @param every the pause between two looks
   * @param look may block
   */
  public Lookout(String name, Duration every, Supplier<T> look) {
    this(name, every, look, System::nanoTime);
  }

  Lookout(String name, Duration every, Supplier<T> look, LongSupplier nanoTime) {
    this.name = name;
    this.every = every;
    this.look = look;
    this.nanoTime = nanoTime;
  }

  /** Begins to look; waits for the first answer, though not for long. */
  public synchronized void start() {
    if (thread != null || closed) {
      return;
    }
    thread =
        Thread.ofPlatform()
            .daemon()
            .name(name.replace(' ', '-'))
            .start(() -> Steady.loop(name, () -> !closed, this::round));
    try {
      boolean unused = first.await(FIRST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    seen = new Seen<>(look.get(), nanoTime.getAsLong());
    first.countDown();
    Thread.sleep(every);
  }

  /** What was seen last; empty when no look has come back in time. Never blocks. */
  public Optional<T> seen() {
    Seen<T> last = seen;
    return last == null || nanoTime.getAsLong() - last.at() > IN_TIME.plus(every).toNanos()
        ? Optional.empty()
        : Optional.of(last.what());
  }

  /** Ends it; a look that is under way is not waited for. */
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
