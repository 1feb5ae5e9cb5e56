package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes on many threads, one look at a time, the last one at the last state. */
class DebouncerTest {
  private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
  private final AtomicInteger state = new AtomicInteger();
  private final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void theLastLookSeesTheLastChangeAndNoneGoesBack() throws Exception {
    Debouncer soon =
        new Debouncer(
            () -> {
              int now = state.get();
              Thread.yield();
              seen.add(now);
            },
            Duration.ZERO,
            executor);
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(() -> {
              for (int change = 0; change < 2_000; change++) {
                state.incrementAndGet();
                soon.run();
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    await().untilAsserted(() -> assertThat(seen).isNotEmpty().last().isEqualTo(16_000));
    assertThat(seen).isSorted();
  }

  @Test
  void manyChangesAtOnceAreOneLook() {
    Debouncer soon = new Debouncer(() -> seen.add(state.get()), Duration.ofMillis(200), executor);
    for (int i = 1; i <= 100; i++) {
      state.set(i);
      soon.run();
    }
    await().untilAsserted(() -> assertThat(seen).containsExactly(100));
  }

  @Test
  void aFailureDoesNotStopIt() {
    Debouncer soon =
        new Debouncer(
            () -> {
              seen.add(state.get());
              if (state.get() == 1) {
                throw new IllegalStateException("once");
              }
            },
            Duration.ZERO,
            executor);
    state.set(1);
    soon.run();
    await().untilAsserted(() -> assertThat(seen).contains(1));
    state.set(2);
    soon.run();
    await().untilAsserted(() -> assertThat(seen).containsExactly(1, 2));
  }

  @Test
  void whatFailedIsTriedAgainWithoutAnotherChange() {
    Debouncer soon =
        new Debouncer(
            () -> {
              seen.add(seen.size());
              if (seen.size() < 3) {
                throw new OutOfMemoryError("unable to create native thread");
              }
            },
            Duration.ZERO,
            executor);
    soon.run();
    await().untilAsserted(() -> assertThat(seen).containsExactly(0, 1, 2));
  }

  @Test
  void askingAnExecutorThatHasStoppedIsHarmless() {
    executor.shutdownNow();
    new Debouncer(() -> seen.add(1), Duration.ZERO, executor).run();
    assertThat(seen).isEmpty();
  }
}
