package dev.acceld.probe.nvidia.session;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.steady.Steady;
import java.util.function.Supplier;

/**
 * The thread that waits on an event set, which it owns. It ends at {@link #close}, and by itself
 * when its round says so.
 *
 * <p>A wait cannot be broken off, so it is kept short: {@link #close} takes as long at most.
 */
final class EventThread {
  /** Five wake-ups a second cost 0.02 % of a core. */
  static final int WAIT_MILLIS = 200;

  /** A lost GPU makes every wait return at once. */
  private static final int PAUSE_MILLIS = 1000;

  private final Nvml nvml;
  private final Pointer set;
  private final Supplier<Then> round;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile Then then = Then.AGAIN;

  /** What comes after a wait. */
  enum Then {
    /** The next wait. */
    AGAIN,
    /** The same, a second later. */
    PAUSE,
    /** Nothing: the library must be loaded anew. */
    STALE,
    /** Nothing: no wait will ever succeed. */
    NEVER
  }

  /**
   * Does not wait yet.
   *
   * @param name of the thread
   * @param what it does, for the log
   * @param round one wait
   */
  EventThread(Nvml nvml, Pointer set, String name, String what, Supplier<Then> round) {
    this.nvml = nvml;
    this.set = set;
    this.round = round;
    thread =
        Thread.ofPlatform()
            .name(name)
            .daemon()
            .unstarted(() -> Steady.loop(what, this::goesOn, this::once));
  }

  /**
   * An event set without GPUs.
   *
   * @throws NvmlCallException when the library has no events, now or ever
   */
  static Pointer newSet(Nvml nvml) throws NvmlCallException {
    Memory out = new Memory(8);
    NvmlReturn answer = nvml.eventSetCreate(out);
    if (!answer.ok()) {
      throw new NvmlCallException(Symbol.EVENT_SET_CREATE.function(), answer);
    }
    return out.getPointer(0);
  }

  /** Begins to wait, once. */
  void begin() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  private boolean goesOn() {
    return !stopping && then != Then.STALE && then != Then.NEVER;
  }

  private void once() throws InterruptedException {
    then = round.get();
    if (then == Then.PAUSE) {
      Thread.sleep(PAUSE_MILLIS); // only close() interrupts, and it has said first that it stops
    }
  }

  /** True when it has ended without having been told to, nor by its round. */
  boolean dead() {
    return goesOn() && thread.getState() == Thread.State.TERMINATED;
  }

  /** True when it has ended because the library must be loaded anew. */
  boolean stale() {
    return then == Then.STALE;
  }

  /**
   * Ends the thread; false when a wait does not come back.
   *
   * @param free whether to free the set; false while a call hangs that may still use it
   */
  boolean close(boolean free) {
    stopping = true;
    thread.interrupt(); // out of a pause; a wait in the library does not notice
    try {
      thread.join(10L * WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      return false;
    }
    if (free) {
      nvml.eventSetFree(set);
    }
    return true;
  }
}
