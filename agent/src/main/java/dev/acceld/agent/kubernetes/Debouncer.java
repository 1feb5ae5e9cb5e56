package dev.acceld.agent.kubernetes;

import dev.acceld.steady.Steady;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that looks at the present state, asked for by many threads whenever something has changed.
 * It is done a moment later on another thread, once for all who asked until then: nobody waits,
 * every change is seen by a look that began after it, and no older look comes after a newer one.
 */
final class Debouncer implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(Debouncer.class);

  private static final long RETRY_MILLIS = 1000;

  private final Runnable work;
  private final long delayMillis;
  private final ScheduledExecutorService executor;
  private final AtomicBoolean due = new AtomicBoolean();

  /** Does nothing until it is asked for; ends with the executor. */
  Debouncer(Runnable work, Duration delay, ScheduledExecutorService executor) {
    this.work = work;
    this.delayMillis = delay.toMillis();
    this.executor = executor;
  }

  @Override
  public void run() {
    if (!due.compareAndSet(false, true)) {
      return;
    }
    if (!later(this::look, delayMillis)) {
      due.set(false); // or nobody would ever be heard again
    }
  }

  private boolean later(Runnable task, long millis) {
    try {
      var unused =
          executor.schedule(
              Steady.task("work after a change", task), millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (RejectedExecutionException e) {
      log.debug("ignored during the shutdown: {}", e.getMessage());
    } catch (Error e) { // of a thread that cannot be made
      log.error("work after a change is delayed until the next change", e);
    }
    return false;
  }

  private synchronized void look() {
    due.set(false); // first: who asks from here on is not seen for certain, and is seen by the next
    if (!Steady.attempt("work after a change", work)) {
      later(this::run, RETRY_MILLIS); // there may be no other change for hours
    }
  }
}
