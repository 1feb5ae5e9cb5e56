package dev.acceld.steady;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats work on a daemon thread of its own, whatever the work throws, and does a last round when
 * it is closed. Rounds never overlap.
 */
public final class SteadyWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SteadyWorker.class);

  private final String name;
  private final ScheduledThreadPoolExecutor thread;
  private final Runnable last;
  private final Duration patience;

  private SteadyWorker(
      String name, ScheduledThreadPoolExecutor thread, Runnable last, Duration patience) {
    this.name = name;
    this.thread = thread;
    this.last = last;
    this.patience = patience;
  }

  /**
   * Begins at once.
   *
   * @param thread its name
   * @param name of the work, for the log: "the count of usage"
   * @param every the pause between two rounds
   * @param last the round at the end
   * @param patience how long {@link #close} waits for it
   */
  public static SteadyWorker start(
      String thread, String name, Duration every, Runnable work, Runnable last, Duration patience) {
    ScheduledThreadPoolExecutor timer = Steady.timer(thread, 1);
    var unused =
        timer.scheduleWithFixedDelay(
            Steady.task(name, work), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    return new SteadyWorker(name, timer, last, patience);
  }

  /** Does the last round after the one under way; waits for it, though not for long. */
  @Override
  public void close() {
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    thread.execute(Steady.task(name, last));
    thread.shutdown();
    try {
      if (!thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("the last round of {} is not finished after {} s", name, patience.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
