package dev.acceld.agent.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads that are there from the start: an answer never needs a new one. */
final class WorkerPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

  private final ThreadPoolExecutor threads;

  WorkerPool(String name, int size) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work ->
                Thread.ofPlatform()
                    .daemon()
                    .name(size == 1 ? name : name + "-" + number.incrementAndGet())
                    .unstarted(work));
    threads.prestartAllCoreThreads();
  }

  /**
   * Runs the work on one of the threads.
   *
   * @param failed run when it ends with an error, whatever that is
   */
  void run(Runnable work, Runnable failed) {
    try {
      threads.execute(() -> {
        try {
          work.run();
        } catch (Throwable e) { // an error must not cost the thread, nor the peer its answer
          log.warn("an HTTP response failed", e);
          failed.run();
        }
      });
    } catch (RejectedExecutionException e) {
      failed.run();
    }
  }

  /**
   * Runs work that tells of its failures itself.
   *
   * @throws RejectedExecutionException after {@link #close}
   */
  void execute(Runnable work) {
    threads.execute(work);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
