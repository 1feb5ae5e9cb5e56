package dev.acceld.steady;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A pool that grows with the work and shrinks again, and takes work also while no thread can be
 * made: that is then done one after the other by a thread that has been there from the start. Never
 * throws for want of threads. Any thread.
 */
public final class SteadyPool implements Executor, AutoCloseable {
  private static final long IDLE_SECONDS = 15;

  private final ThreadPoolExecutor growing;
  private final ThreadPoolExecutor spare;

  /** A pool whose threads are daemons called after it; starts one thread. */
  public SteadyPool(String name) {
    this(name, Steady.daemons(name, Integer.MAX_VALUE));
  }

  SteadyPool(String name, ThreadFactory threads) {
    growing =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads);
    spare =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Steady.daemons(name + "-spare", 1));
    spare.prestartAllCoreThreads();
  }

  /**
   * Has the work done, at once if a thread can be had.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  @Override
  public void execute(Runnable work) {
    try {
      growing.execute(work);
    } catch (OutOfMemoryError e) { // "unable to create native thread"
      spare.execute(Steady.task("work without a free thread", work));
    }
  }

  /** Takes no more work; what has begun goes on. */
  @Override
  public void close() {
    growing.shutdown();
    spare.shutdown();
  }
}
