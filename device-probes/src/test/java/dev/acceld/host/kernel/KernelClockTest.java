package dev.acceld.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelClockTest {
  private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

  private static KernelClock upFor(Duration uptime) {
    return new KernelClock(() -> Optional.of(uptime), () -> NOW);
  }

  private static long micros(Duration sinceBoot) {
    return sinceBoot.toNanos() / 1000;
  }

  @Test
  void aRecordsTimeCountsFromTheBoot() {
    KernelClock clock = upFor(Duration.ofHours(10));
    assertThat(clock.at(micros(Duration.ofHours(7)))).isEqualTo(NOW.minus(Duration.ofHours(3)));
    assertThat(clock.at(0)).isEqualTo(NOW.minus(Duration.ofHours(10)));
  }

  @Test
  void nothingWasWrittenLaterThanNow() {
    assertThat(upFor(Duration.ofHours(10)).at(micros(Duration.ofHours(11)))).isEqualTo(NOW);
    assertThat(upFor(Duration.ofHours(10)).at(Long.MAX_VALUE)).isEqualTo(NOW);
    assertThat(new KernelClock(Optional::empty, () -> NOW).at(5)).isEqualTo(NOW);
  }

  /** The clocks of a machine that has run for 50 days are up to 14 minutes apart. */
  @Test
  void whatIsKnownToBeNewIsNotTakenForOldBecauseClocksDrift() {
    Duration uptime = Duration.ofDays(50);
    KernelClock clock = upFor(uptime);
    Instant readToItsEnd = NOW.minusSeconds(1);
    assertThat(clock.atNew(micros(uptime.minusMinutes(10)), readToItsEnd)).isEqualTo(readToItsEnd);
    assertThat(clock.atNew(micros(uptime.minusMinutes(20)), readToItsEnd))
        .isEqualTo(NOW.minus(Duration.ofMinutes(20)));
    assertThat(clock.atNew(micros(uptime.minusMillis(300)), readToItsEnd))
        .isEqualTo(NOW.minusMillis(300));
  }
}
