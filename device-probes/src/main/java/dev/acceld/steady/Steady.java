package dev.acceld.steady;

import dev.acceld.text.ErrorText;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps work going whatever happens to it. A node runs out of threads, file descriptors or disk for
 * a moment, and a directory is gone for a moment; what is thrown then ({@link OutOfMemoryError}
 * "unable to create native thread" among it) ends a periodic task of an executor silently and for
 * good, and a loop with its thread. Everything periodic, every accept loop and every watch loop of
 * the agent goes through here. A full heap is not survived: the JVM is told to exit then.
 */
public final class Steady {
  private static final Logger log = LoggerFactory.getLogger(Steady.class);

  /** Between a failed round of a loop and the next. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final Map<String, Long> TOLD = new ConcurrentHashMap<>(); // names are few

  private Steady() {}

  /** One round of a loop; may block. */
  @FunctionalInterface
  public interface Round {
    /** Does it; what it throws is logged, and the loop goes on after a pause. */
    void run() throws Exception;
  }

  /**
   * The work as a task that never throws: whatever it throws is logged, and whoever runs it
   * periodically goes on.
   *
   * @param name of what is done, for the log: "the look at the sockets"
   */
  public static Runnable task(String name, Runnable work) {
    return () -> attempt(name, work);
  }

  /** Does the work once; false, with a line in the log, when it threw something. */
  public static boolean attempt(String name, Runnable work) {
    try {
      work.run();
      worked(name, System.nanoTime());
      return true;
    } catch (Throwable e) {
      logFailure(name, e);
      return false;
    }
  }

  /**
   * Repeats the round on this thread until there is no more to do. After one that throws it pauses
   * for a second. An interruption only makes it ask whether to go on.
   */
  public static void loop(String name, BooleanSupplier goOn, Round round) {
    loop(name, goOn, round, PAUSE);
  }

  static void loop(String name, BooleanSupplier goOn, Round round, Duration pause) {
    while (goOn.getAsBoolean()) {
      try {
        round.run();
        worked(name, System.nanoTime());
      } catch (InterruptedException e) {
        // Whoever wants the loop to end says so to goOn first.
      } catch (Throwable e) {
        if (goOn.getAsBoolean()) {
          logFailure(name, e);
          pause(pause);
        }
      }
    }
  }

  /**
   * A timer whose daemon threads are all there from the start, so that what is due never waits for
   * a thread that cannot be made. What is given to it is to be wrapped by {@link #task}.
   */
  public static ScheduledThreadPoolExecutor timer(String name, int threads) {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(threads, daemons(name, threads));
    timer.prestartAllCoreThreads();
    return timer;
  }

  /** Daemon threads of that name, numbered if there are several. */
  static ThreadFactory daemons(String name, int threads) {
    AtomicInteger number = new AtomicInteger();
    return work ->
        Thread.ofPlatform()
            .daemon()
            .name(threads == 1 ? name : name + "-" + number.incrementAndGet())
            .unstarted(work);
  }

  /** The first failure in full; while it goes on, a line every half minute. */
  private static void logFailure(String name, Throwable e) {
    try {
      switch (failed(name, System.nanoTime())) {
        case FIRST -> log.error("{} failed and is retried", name, e);
        case STILL -> log.error("{} still fails and is retried: {}", name, ErrorText.of(e));
        case TOLD -> {}
      }
    } catch (Throwable nested) {
      // Not even a line can be written: what matters is that the work goes on.
    }
  }

  /** What is to be logged of a failure. */
  enum Failure {
    /** All of it. */
    FIRST,
    /** One line. */
    STILL,
    /** Nothing: it was logged a moment ago. */
    TOLD
  }

  static Failure failed(String name, long now) {
    Long before = TOLD.get(name);
    if (before != null && now - before <= AGAIN_NANOS) {
      return Failure.TOLD;
    }
    TOLD.put(name, now);
    return before == null ? Failure.FIRST : Failure.STILL;
  }

  /**
   * The next failure is a new one, unless the last was logged a moment ago: what fails every other
   * time does not fill the log.
   */
  static void worked(String name, long now) {
    Long before = TOLD.get(name);
    if (before != null && now - before > AGAIN_NANOS) {
      TOLD.remove(name, before);
    }
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      // As above: goOn is asked next.
    }
  }
}
