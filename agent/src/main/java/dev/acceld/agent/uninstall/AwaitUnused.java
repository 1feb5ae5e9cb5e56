package dev.acceld.agent.uninstall;

import dev.acceld.dra.cluster.ClaimUses.Use;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.text.ErrorText;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks again and again, ever more rarely, until nobody holds a device or the time is up. A pod
 * whose driver has gone before it can never end: the kubelet waits for the driver to give its
 * devices back.
 */
public final class AwaitUnused {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final int MOST_NAMED = 20;

  /** An API server that is starting says so too, for a moment. */
  private static final int SURE = 3;

  private final String driver;
  private final Source source;
  private final Time time;
  private final Consumer<String> say;

  /** Where the claims in use come from. */
  @FunctionalInterface
  public interface Source {
    /** The claims with devices of that driver that somebody uses. */
    List<Use> uses(String driver) throws ClusterException;
  }

  /** Time, so that tests need not wait. */
  public interface Time {
    /** Nanoseconds, as {@link System#nanoTime}. */
    long now();

    /** Waits. */
    void pause(Duration pause) throws InterruptedException;

    /** The real one. */
    Time REAL =
        new Time() {
          @Override
          public long now() {
            return System.nanoTime();
          }

          @Override
          public void pause(Duration pause) throws InterruptedException {
            Thread.sleep(pause);
          }
        };
  }

  /**
   * Waits for nothing yet.
   *
   * @param say is given a line whenever there is something new to say
   */
  public AwaitUnused(String driver, Source source, Time time, Consumer<String> say) {
    this.driver = driver;
    this.source = source;
    this.time = time;
    this.say = say;
  }

  /**
   * Looks at least once.
   *
   * @return true when nobody holds a device of the driver, false when somebody still did at the end
   *     or it could not be found out
   */
  public boolean await(Duration timeout) throws InterruptedException {
    long end = time.now() + timeout.toNanos();
    Duration pause = FIRST_PAUSE;
    String said = "";
    int missing = 0;
    while (true) {
      String now;
      boolean known = true;
      try {
        List<Use> uses = source.uses(driver);
        if (uses.isEmpty()) {
          say.accept("No pod holds a device of " + driver + ".");
          return true;
        }
        now = inUse(uses);
      } catch (ClusterException e) {
        missing = e.reason() == Reason.UNSUPPORTED ? missing + 1 : 0;
        if (missing >= SURE) {
          say.accept(
              "This cluster has no resource.k8s.io/v1 API (it needs Kubernetes 1.34 or newer): no"
                  + " pod can hold a device of "
                  + driver
                  + ".");
          return true;
        }
        known = false;
        now = "Cannot determine whether devices are in use: " + ErrorText.of(e);
        if (e.reason() == Reason.FORBIDDEN) {
          say.accept(now);
          return false;
        }
      }
      if (!now.equals(said)) {
        say.accept(now);
        said = now;
      }
      long left = end - time.now();
      if (left <= 0) {
        say.accept(
            "Gave up after "
                + timeout.toSeconds()
                + " s. "
                + (known
                    ? "Delete these pods or wait for them to end, then try again"
                    : "Check that the API server responds, then try again")
                + ": without its driver, a pod with devices stays in Terminating.");
        return false;
      }
      time.pause(Duration.ofNanos(Math.min(left, pause.toNanos())));
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private String inUse(List<Use> uses) {
    StringBuilder text = new StringBuilder();
    text.append(uses.size()).append(uses.size() == 1 ? " claim" : " claims");
    text.append(" with devices of ").append(driver).append(" in use:");
    uses.stream()
        .limit(MOST_NAMED)
        .forEach(use ->
            text.append("\n  ")
                .append(use.namespace())
                .append('/')
                .append(use.name())
                .append(": ")
                .append(String.join(", ", use.users())));
    if (uses.size() > MOST_NAMED) {
      text.append("\n  and ").append(uses.size() - MOST_NAMED).append(" more");
    }
    return text.toString();
  }
}
