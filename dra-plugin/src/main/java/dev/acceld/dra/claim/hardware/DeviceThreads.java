package dev.acceld.dra.claim.hardware;

import dev.acceld.probe.ControlFailedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of a driver, each on a platform thread, at most one at a time for a physical part. A call
 * that does not come back in time is given up, and until it comes back the part refuses every other
 * call at once. So a part that hangs costs one thread, and only the claims that need it. A virtual
 * thread would not do: a native call holds the thread that carries it, and on a machine of one CPU
 * there is only one. Thread-safe.
 */
public final class DeviceThreads {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceThreads.class);

  private final Duration patience;
  private final Map<String, Running> underWay = new HashMap<>(); // guarded by this

  /**
   * With nothing under way.
   *
   * @param patience how long a call may take, and wait for the one before it
   */
  public DeviceThreads(Duration patience) {
    this.patience = patience;
  }

  /** A call of a driver. */
  public interface DriverCall<T> {
    /**
     * Does it; may hang.
     *
     * @throws ControlFailedException when the hardware refuses
     */
    T run() throws ControlFailedException;
  }

  /** One call; its fields are guarded by the threads' monitor. */
  private static final class Running {
    final String what;
    final long begun = System.nanoTime();
    boolean over;
    boolean givenUp;
    @Nullable Object result;
    @Nullable Throwable failure;

    Running(String what) {
      this.what = what;
    }
  }

  /**
   * Runs a call and waits for it.
   *
   * @param part which physical part it touches
   * @param what it is, for messages: {@code making gpu-0-half}
   * @throws ControlFailedException of the call, or when the part does not answer in time
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // the result is what this very call has returned
  public <T> T call(String part, String what, DriverCall<T> call) throws ControlFailedException {
    Running running = begin(part, what);
    try {
      Thread.ofPlatform().daemon().name("hardware-" + part).start(() -> run(part, running, call));
    } catch (RuntimeException | Error e) {
      end(part); // the system has no thread left; the next call tries again
      throw e;
    }
    await(part, running);
    return switch (running.failure) {
      case null -> (T) running.result;
      case ControlFailedException f -> throw f;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(running.failure);
    };
  }

  private synchronized Running begin(String part, String what) throws ControlFailedException {
    long end = System.nanoTime() + patience.toNanos();
    while (underWay.get(part) instanceof Running earlier) {
      if (earlier.givenUp || !pause(end)) {
        throw hangs(part, earlier, false);
      }
    }
    Running running = new Running(what);
    underWay.put(part, running);
    return running;
  }

  private synchronized void end(String part) {
    underWay.remove(part);
    notifyAll();
  }

  private void run(String part, Running running, DriverCall<?> call) {
    Object result = null;
    Throwable failure = null;
    try {
      result = call.run();
    } catch (ControlFailedException | RuntimeException | Error e) {
      failure = e; // thrown again where it is waited for
    }
    synchronized (this) {
      running.result = result;
      running.failure = failure;
      running.over = true;
      end(part);
      if (running.givenUp) {
        LOG.warn("device={}: {} returned after {} s", part, running.what, seconds(running.begun));
      }
    }
  }

  private synchronized void await(String part, Running running) throws ControlFailedException {
    long end = running.begun + patience.toNanos();
    while (!running.over) {
      if (!pause(end)) {
        running.givenUp = true;
        throw hangs(part, running, true);
      }
    }
  }

  /** False when the time is over, or the agent is stopping. */
  private boolean pause(long end) {
    long left = end - System.nanoTime();
    if (left <= 0) {
      return false;
    }
    try {
      wait(left / 1_000_000, (int) (left % 1_000_000));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static ControlFailedException hangs(String part, Running running, boolean begun) {
    return new ControlFailedException(
        part
            + " does not respond: "
            + running.what
            + " has not returned from the driver for "
            + seconds(running.begun)
            + " s; other devices are not affected. The claim is retried when the call returns; if"
            + " it never does, reset the device or reboot the node",
        begun);
  }

  private static long seconds(long since) {
    return Math.round((System.nanoTime() - since) / 1e9);
  }
}
