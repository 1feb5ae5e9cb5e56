package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changes on many threads, one look at a time, the last one at the last state. */
@Timeout(30)
class LatestTest {
  private final AtomicInteger state = new AtomicInteger();
  private final List<Integer> seen = new ArrayList<>(); // unsafe on purpose: one at a time

  @Test
  void theLastLookSeesTheLastChangeAndNoneGoesBack() throws Exception {
    Latest latest =
        new Latest(() -> {
          int now = state.get();
          Thread.yield();
          seen.add(now);
        });
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(() -> {
              for (int change = 0; change < 2_000; change++) {
                state.incrementAndGet();
                latest.run();
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(seen).isSorted().last().isEqualTo(16_000);
  }

  @Test
  void aFailureDoesNotStopIt() {
    Latest latest =
        new Latest(() -> {
          seen.add(state.get());
          if (state.get() == 1) {
            throw new IllegalStateException("once");
          }
        });
    for (int i = 1; i <= 2; i++) {
      state.set(i);
      latest.run();
    }
    assertThat(seen).containsExactly(1, 2);
  }

  @Test
  void aChangeDuringALookIsLookedAtAgain() {
    Latest[] latest = new Latest[1];
    latest[0] =
        new Latest(() -> {
          seen.add(state.get());
          if (state.get() < 2) {
            state.incrementAndGet();
            latest[0].run();
          }
        });
    latest[0].run();
    assertThat(seen).containsExactly(0, 1, 2);
  }
}
