package dev.acceld.dra.kubelet;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the sockets are served, judged by whoever asks and not by the threads in question: a
 * thread that hangs cannot report itself. Any thread.
 */
final class Liveness {
  private static final long LOST_TOO_LONG = TimeUnit.SECONDS.toNanos(10);
  private static final long SILENT_TOO_LONG = TimeUnit.SECONDS.toNanos(30);

  private final LongSupplier nanoTime;
  private volatile long heardAt;
  private boolean lost; // guarded by this, as is what follows
  private long lostSince;

  Liveness(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    heardAt = nanoTime.getAsLong();
  }

  /** The thread that serves the sockets is well; it says so every second. */
  void heard() {
    heardAt = nanoTime.getAsLong();
  }

  /** What is wrong with that thread, whatever the sockets are like. */
  Optional<String> silence() {
    return nanoTime.getAsLong() - heardAt > SILENT_TOO_LONG
        ? Optional.of("the thread that serves the kubelet does not respond; restart the agent")
        : Optional.empty();
  }

  /**
   * What is wrong, if it has been for too long to be mended by itself.
   *
   * @param missing a socket that is not there or not ours at this moment
   */
  synchronized Optional<String> problem(@Nullable Path missing) {
    long now = nanoTime.getAsLong();
    if (missing == null) {
      lost = false;
    } else if (!lost) {
      lost = true;
      lostSince = now;
    }
    Optional<String> silence = silence();
    if (silence.isPresent()) {
      return silence;
    }
    return missing != null && now - lostSince > LOST_TOO_LONG
        ? Optional.of(missing + " is gone or belongs to another process, and could not be restored")
        : Optional.empty();
  }
}
