package dev.acceld.steady;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RefresherTest {
  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration NEVER = Duration.ofHours(1);

  @Test
  void nobodyIsAskedBeforeSomebodyWantsToKnow() {
    AtomicInteger asked = new AtomicInteger();
    try (Refresher refresher =
        new Refresher("test", SOON, SOON, () -> asked.incrementAndGet() > 0)) {
      assertThat(refresher.settled()).isFalse();
      assertThat(asked).hasValue(0);
      refresher.begin();
      await().until(() -> asked.get() > 2 && refresher.settled());
    }
  }

  @Test
  void afterAnAnswerItPausesForLongerThanAfterAFailure() {
    AtomicInteger asked = new AtomicInteger();
    try (Refresher refresher =
        new Refresher("test", NEVER, SOON, () -> asked.incrementAndGet() == 3)) {
      refresher.begin();
      await().until(() -> asked.get() == 3);
      await().during(Duration.ofMillis(200)).until(() -> asked.get() == 3);
    }
  }

  /** What nobody has thought of ends no thread. */
  @Test
  void anUnexpectedFailureSettlesItAndItGoesOn() {
    AtomicInteger asked = new AtomicInteger();
    try (Refresher refresher =
        new Refresher(
            "a test's question",
            NEVER,
            NEVER,
            () -> {
              if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("as this test wants it");
              }
              return true;
            })) {
      refresher.begin();
      await().until(refresher::settled);
      await().until(() -> asked.get() == 2);
    }
  }

  @Test
  void onceClosedItAsksNobody() {
    AtomicInteger asked = new AtomicInteger();
    Refresher refresher = new Refresher("test", SOON, SOON, () -> asked.incrementAndGet() > 0);
    refresher.close();
    refresher.begin();
    await().during(Duration.ofMillis(100)).until(() -> asked.get() == 0);
  }
}
