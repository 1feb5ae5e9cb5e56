package dev.acceld.steady;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookoutTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration OFTEN = Duration.ofMillis(5);

  private final AtomicLong time = new AtomicLong();
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean hangs = new AtomicBoolean();
  private final CountDownLatch back = new CountDownLatch(1);

  private int look() {
    if (hangs.get()) {
      try {
        back.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return looks.incrementAndGet();
  }

  private Lookout<Integer> lookout() {
    return new Lookout<>("the test", OFTEN, this::look, time::get);
  }

  @Test
  void theLastAnswerIsKeptWhileALookHangsAndThenThereIsNone() {
    try (Lookout<Integer> lookout = lookout()) {
      assertThat(lookout.seen()).isEmpty();
      lookout.start();
      assertThat(lookout.seen()).isPresent();
      await().atMost(PATIENCE).until(() -> looks.get() > 3);

      hangs.set(true);
      int before = looks.get();
      time.addAndGet(Lookout.IN_TIME.toNanos() / 2);
      assertThat(lookout.seen()).get().satisfies(n -> assertThat(n).isGreaterThanOrEqualTo(before));
      time.addAndGet(Lookout.IN_TIME.multipliedBy(2).toNanos());
      await().atMost(PATIENCE).until(() -> lookout.seen().isEmpty());

      hangs.set(false);
      back.countDown();
      await().atMost(PATIENCE).until(() -> lookout.seen().isPresent());
    }
  }

  @Test
  void aFirstLookThatHangsKeepsNobodyWaiting() {
    hangs.set(true);
    try (Lookout<Integer> lookout = lookout()) {
      lookout.start();
      assertThat(lookout.seen()).isEmpty();
    }
  }

  @Test
  void aLookThatFailsIsNoAnswerAndIsTriedAgain() {
    AtomicBoolean fails = new AtomicBoolean(true);
    try (Lookout<String> lookout =
        new Lookout<>(
            "the failing test",
            OFTEN,
            () -> {
              if (fails.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return "seen";
            },
            time::get)) {
      lookout.start();
      await().atMost(PATIENCE).until(() -> lookout.seen().isPresent());
    }
  }
}
