package dev.acceld.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The samples of the last ten minutes. */
class RecentReadingsTest {
  private static final DeviceName GPU = new DeviceName("gpu-0");
  private static final Duration SECOND = Duration.ofSeconds(1);
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L); // as nanoTime may begin
  private final RecentReadings recent = new RecentReadings(SECOND, nanos::get, 6L << 20);

  private void add(Map<Metric, Double> values) {
    recent.add(new Readings(Instant.EPOCH, Map.of(GPU, Sample.of(values))));
  }

  private void pass(double seconds) {
    nanos.addAndGet((long) (seconds * 1e9));
  }

  private History history() {
    return recent.of(GPU).orElseThrow();
  }

  @Test
  void tenMinutesStayAtOneSecondAndWhatIsOlderGoes() {
    for (int i = 0; i < 1500; i++) {
      add(Map.of(Metric.POWER, (double) i));
      pass(1.004);
    }
    History history = history();
    assertThat(history.size()).isBetween(596, 602);
    assertThat(history.value(Series.POWER, history.size() - 1)).isEqualTo(1499);
    assertThat(history.now() - history.at(0)).isBetween(597.0, 600.0);
    for (int i = 1; i < history.size(); i++) {
      assertThat(history.at(i) - history.at(i - 1)).isBetween(0.9, 1.2);
      assertThat(history.value(Series.POWER, i)).isEqualTo(history.value(Series.POWER, i - 1) + 1);
    }
  }

  @Test
  void whatIsReadMoreOftenKeepsTheLastSampleOfEachSecond() {
    for (int i = 0; i < 100; i++) {
      add(Map.of(Metric.POWER, (double) i));
      pass(0.25);
    }
    History history = history();
    assertThat(history.size()).isEqualTo(25);
    assertThat(history.value(Series.POWER, 0)).isEqualTo(3);
    assertThat(history.value(Series.POWER, 24)).isEqualTo(99);
  }

  @Test
  void aGapStaysAGapAndAMissingValueIsNoZero() {
    add(Map.of(Metric.POWER, 300.0, Metric.TEMPERATURE, 50.0));
    pass(30);
    add(Map.of(Metric.POWER, 310.0));
    History history = history();
    assertThat(history.size()).isEqualTo(2);
    assertThat(history.at(1) - history.at(0)).isCloseTo(30, within(0.11));
    assertThat(history.value(Series.TEMPERATURE, 1)).isNaN();
    assertThat(history.value(Series.UTILIZATION, 0)).isNaN();
    assertThat(history.series()).containsExactly(Series.POWER, Series.TEMPERATURE);
  }

  @Test
  void aDeviceThatIsNoLongerReadStaysForTenMinutes() {
    add(Map.of(Metric.POWER, 300.0));
    pass(590);
    recent.add(Readings.EMPTY);
    assertThat(recent.of(GPU)).isPresent();
    pass(20);
    recent.add(Readings.EMPTY);
    assertThat(recent.of(GPU)).isEmpty();
    assertThat(recent.bytes()).isZero();
  }

  @Test
  void countersAreExactHoweverHighTheyAre() {
    double high = 123_456_789_012.0;
    add(Map.of(Metric.ECC_CORRECTED, high));
    pass(1);
    add(Map.of(Metric.ECC_CORRECTED, high + 3));
    pass(1);
    add(Map.of(Metric.ECC_CORRECTED, 2.0)); // the driver was loaded anew
    History history = history();
    assertThat(history.value(Series.ECC_CORRECTED, 1)).isEqualTo(high + 3);
    assertThat(history.value(Series.ECC_CORRECTED, 2)).isCloseTo(2.0, within(8192.0));
  }

  @Test
  void partsBecomeOneNumber() {
    Sample.Builder sample = new Sample.Builder();
    sample.put(Metric.NVLINK_UP, 0, 1).put(Metric.NVLINK_UP, 1, 0).put(Metric.NVLINK_UP, 2, 1);
    int thermal = MetricDimension.REASON.names().indexOf("hardware-thermal");
    sample.put(Metric.CLOCK_REASON, 0, 0).put(Metric.CLOCK_REASON, thermal, 1);
    recent.add(new Readings(Instant.EPOCH, Map.of(GPU, sample.build())));
    assertThat(history().value(Series.NVLINK_UP, 0)).isEqualTo(2);
    assertThat(history().value(Series.CLOCK_REASON, 0)).isEqualTo(1L << thermal);
  }

  @Test
  void eightWholeGpusTakeLittleAndHundredsOfPartitionsTakeALongerStep() {
    fill(recent, 8, 0);
    System.out.println("8 GPUs: " + recent.bytes() + " bytes, step " + recent.step());
    Readings eight = readings(8, 0, 1);
    long began = System.nanoTime();
    for (int i = 0; i < 2000; i++) {
      pass(1);
      recent.add(eight);
    }
    System.out.println(
        "8 GPUs: " + (System.nanoTime() - began) / 2000 / 1000.0 + " µs for a sample of all");
    assertThat(recent.bytes()).isLessThan(6L << 20).isGreaterThan(8 * 600 * 4 * 10);
    assertThat(recent.step()).isEqualTo(SECOND);

    RecentReadings many = new RecentReadings(SECOND, nanos::get, RecentReadings.MOST_BYTES);
    fill(many, 64, 64 * 7);
    System.out.println(
        "64 GPUs and 448 partitions: " + many.bytes() + " bytes, step " + many.step());
    assertThat(many.bytes()).isLessThanOrEqualTo(RecentReadings.MOST_BYTES);
    assertThat(many.step()).isGreaterThan(SECOND);
    History one = many.of(GPU).orElseThrow();
    assertThat(one.at(one.size() - 1) - one.at(0)).isGreaterThan(580);

    for (int i = 0; i < 700; i++) { // the partitions are gone
      pass(1);
      many.add(readings(8, 0, i));
    }
    assertThat(many.step()).isEqualTo(SECOND);
  }

  private void fill(RecentReadings into, int gpus, int partitions) {
    for (int i = 0; i < 620; i++) {
      into.add(readings(gpus, partitions, i));
      pass(1);
    }
  }

  private static Readings readings(int gpus, int partitions, int i) {
    Sample.Builder all = new Sample.Builder();
    for (Series series : Series.values()) {
      all.put(series.metric(), i);
    }
    Sample part =
        Sample.of(
            Map.of(
                Metric.GRAPHICS_ACTIVE, 0.5, Metric.MEMORY_USED, 1e9, Metric.TENSOR_ACTIVE, 0.1));
    Map<DeviceName, Sample> values = new HashMap<>();
    Sample whole = all.build();
    for (int gpu = 0; gpu < gpus; gpu++) {
      values.put(new DeviceName("gpu-" + gpu), whole);
    }
    for (int each = 0; each < partitions; each++) {
      values.put(new DeviceName("mig-" + each), part);
    }
    return new Readings(Instant.EPOCH, values);
  }
}
