package dev.acceld.probe.tpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1000, -1})
  void pausesGrowAndBeginAnewAfterAnAnswer(long origin) {
    AtomicLong now = new AtomicLong(origin);
    Backoff backoff = new Backoff(now::get);
    assertThat(backoff.over()).isTrue();
    for (int seconds : new int[] {5, 10, 30, 60, 60, 60}) {
      backoff.failed();
      now.addAndGet(Duration.ofSeconds(seconds).toNanos() - 1);
      assertThat(backoff.over()).as("before %s s", seconds).isFalse();
      now.incrementAndGet();
      assertThat(backoff.over()).as("after %s s", seconds).isTrue();
    }
    backoff.answered();
    assertThat(backoff.over()).isTrue();
    backoff.failed();
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(backoff.over()).isTrue();
  }

  @Test
  void aFailureIsNotForgottenBeforeAnAnswer() {
    AtomicLong now = new AtomicLong();
    Backoff backoff = new Backoff(now::get);
    backoff.failed();
    now.addAndGet(Duration.ofHours(1).toNanos());
    backoff.failed();
    now.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(backoff.over()).isFalse();
  }
}
