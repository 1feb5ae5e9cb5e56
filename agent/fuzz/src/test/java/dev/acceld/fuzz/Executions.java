package dev.acceld.fuzz;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Counts the inputs of a fuzz test. Jazzer ends a test without a word when its time is over; here,
 * a test that has had fewer inputs than it should have fails. JUnit finds this extension in {@code
 * META-INF/services}, in the profile only. For one fuzz test in a process: Jazzer can do no more.
 */
public final class Executions implements AfterAllCallback, TestWatcher {
  private static final AtomicLong COUNT = new AtomicLong();

  private boolean found;

  /** Has seen no finding yet. */
  public Executions() {}

  /** Each fuzz test says so of each input, before all else. */
  public static void count() {
    COUNT.incrementAndGet();
  }

  static long counted() {
    return COUNT.get();
  }

  @Override
  public void testFailed(ExtensionContext test, @Nullable Throwable cause) {
    found = true;
  }

  @Override
  public void afterAll(ExtensionContext test) {
    if (!found) { // else the finding has ended it
      tooFew(
              counted(),
              Long.getLong("jazzer.max_executions", 0),
              System.getProperty("jazzer.max_duration", "its time"))
          .ifPresent(problem -> {
            throw new AssertionError(problem);
          });
    }
  }

  /** What is wrong with so many inputs, if anything is. */
  static Optional<String> tooFew(long count, long wanted, String time) {
    return count >= wanted
        ? Optional.empty()
        : Optional.of(
            "stopped without a finding after "
                + count
                + " of "
                + wanted
                + " inputs, because "
                + time
                + " were over; set a longer -Dfuzz.time or a smaller -Dfuzz.runs");
  }
}
