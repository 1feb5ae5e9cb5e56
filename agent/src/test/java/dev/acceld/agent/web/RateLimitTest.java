package dev.acceld.agent.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.web.WebConfig.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void aBurstThenOneEachInterval() {
    RateLimit limit = new RateLimit(new Rate(Duration.ofSeconds(1), 2), 0);
    assertThat(limit.allow(0)).isTrue();
    assertThat(limit.allow(0)).isTrue();
    assertThat(limit.allow(SECOND / 2)).isFalse();
    assertThat(limit.allow(SECOND)).isTrue();
    assertThat(limit.allow(SECOND)).isFalse();
    assertThat(limit.allow(100 * SECOND)).isTrue();
    assertThat(limit.allow(100 * SECOND)).isTrue();
    assertThat(limit.allow(100 * SECOND)).as("no more than a burst is saved up").isFalse();
  }
}
