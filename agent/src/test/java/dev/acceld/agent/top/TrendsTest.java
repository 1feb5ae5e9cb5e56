package dev.acceld.agent.top;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.history.RecentReadings;
import dev.acceld.history.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Ten minutes in few numbers. */
class TrendsTest {
  private static final DeviceName DEVICE = new DeviceName("gpu-0");

  private final AtomicLong nanos = new AtomicLong();
  private final RecentReadings recent = new RecentReadings(Duration.ofSeconds(1), nanos::get);

  private void second(double utilization) {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    Sample sample = Sample.of(Map.of(Metric.UTILIZATION, utilization));
    recent.add(new Readings(Instant.EPOCH, Map.of(DEVICE, sample)));
  }

  private List<@Nullable Double> trend(int columns) {
    return Trends.of(
            recent.of(DEVICE).orElseThrow(), EnumSet.of(Series.UTILIZATION, Series.POWER), columns)
        .getOrDefault("utilization", List.of());
  }

  @Test
  void eachStretchHasTheMeanOfItsSamplesAndNoneIsNull() {
    for (int i = 0; i < 9; i++) {
      second(0.2); // 1 to 9 s
    }
    for (int i = 0; i < 10; i++) {
      second(i % 2); // 10 to 19 s
    }
    assertThat(trend(60)).hasSize(60).endsWith(0.2, 0.5).startsWith(null, null);
    assertThat(trend(60).subList(0, 58)).containsOnlyNulls();
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    second(1);
    assertThat(trend(60).subList(54, 60)).containsExactly(0.2, 0.5, null, null, null, 1.0);
  }

  @Test
  void aStretchKeepsItsValueWhileTimeGoesOn() {
    for (int i = 0; i < 25; i++) {
      second(i / 25.0);
    }
    Double ended = trend(60).get(58);
    for (int i = 0; i < 4; i++) {
      second(0);
      assertThat(trend(60).get(58)).isEqualTo(ended);
    }
    second(0);
    assertThat(trend(60).get(57)).as("the next stretch has begun").isEqualTo(ended);
  }

  @Test
  void whatWasNeverMeasuredIsLeftOut() {
    second(0.5);
    assertThat(
            Trends.of(
                recent.of(DEVICE).orElseThrow(), EnumSet.of(Series.UTILIZATION, Series.POWER), 10))
        .containsOnlyKeys("utilization");
  }
}
