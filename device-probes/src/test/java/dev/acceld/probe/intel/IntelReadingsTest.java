package dev.acceld.probe.intel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.intel.drm.DrmQuery.Answer;
import dev.acceld.probe.intel.drm.DrmQuery.CardMemory;
import dev.acceld.probe.intel.drm.DrmQuery.Unknown;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntelReadingsTest {
  private static final String AT = "0000:03:00.0";
  private static final String GT0 = IntelTree.device(AT) + "/tile0/gt0";
  private static final String HWMON = IntelTree.device(AT) + "/hwmon/hwmon4";

  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private Answer answer = Unknown.INSTANCE;
  private IntelTree tree;
  private IntelProbe probe;
  private List<Device> devices;

  @BeforeEach
  void plant() throws Exception {
    tree = new IntelTree(root).b60(AT, 0);
    start();
  }

  private void start() throws Exception {
    probe = new IntelProbe(tree.host(), (d, r) -> answer, clock::instant, clock::nanos);
    devices = probe.discover().devices();
  }

  private Sample read() {
    return probe.read(devices).of(devices.getFirst().name());
  }

  private static double reason(Sample sample, String name) {
    return sample.get(Metric.CLOCK_REASON, MetricDimension.REASON.names().indexOf(name));
  }

  @Test
  void theFirstSampleHasNoRates() {
    Sample first = read();
    assertThat(first.metrics())
        .containsExactlyInAnyOrder(
            Metric.SM_CLOCK,
            Metric.VIDEO_CLOCK,
            Metric.CLOCK_REASON,
            Metric.ENERGY,
            Metric.POWER_LIMIT,
            Metric.TEMPERATURE,
            Metric.MEMORY_TEMPERATURE,
            Metric.TEMPERATURE_THRESHOLD,
            Metric.PCIE_GENERATION,
            Metric.PCIE_WIDTH);
    assertThat(first.get(Metric.SM_CLOCK)).isEqualTo(2.4e9);
    assertThat(first.get(Metric.VIDEO_CLOCK)).isZero();
    assertThat(first.get(Metric.ENERGY)).isEqualTo(5000);
    assertThat(first.get(Metric.POWER_LIMIT)).isEqualTo(200);
    assertThat(first.get(Metric.TEMPERATURE)).isEqualTo(56);
    assertThat(first.get(Metric.MEMORY_TEMPERATURE)).isEqualTo(62);
    assertThat(
            first.get(
                Metric.TEMPERATURE_THRESHOLD,
                MetricDimension.THRESHOLD.names().indexOf("slowdown")))
        .isEqualTo(100);
    assertThat(first.get(Metric.PCIE_GENERATION)).isEqualTo(4);
    assertThat(first.get(Metric.PCIE_WIDTH)).isEqualTo(16);
  }

  @Test
  void powerAndUtilizationAreThoseOfTheTimeBetweenSamples() {
    read();
    clock.seconds(2);
    tree.tree
        .file(HWMON + "/energy1_input", "5300000000\n")
        .file(GT0 + "/gtidle/idle_residency_ms", "100500\n")
        .file(IntelTree.device(AT) + "/tile0/gt1/gtidle/idle_residency_ms", "202000\n");
    Sample sample = read();
    assertThat(sample.get(Metric.POWER)).isCloseTo(150, within(1e-6));
    assertThat(sample.get(Metric.UTILIZATION)).isCloseTo(0.75, within(1e-6));
  }

  @Test
  void countersThatGoBackTellNothingOfThatTime() {
    read();
    clock.seconds(1);
    tree.tree
        .file(HWMON + "/energy1_input", "10\n")
        .file(GT0 + "/gtidle/idle_residency_ms", "3\n")
        .file(IntelTree.device(AT) + "/tile0/gt1/gtidle/idle_residency_ms", "3\n");
    assertThat(read().metrics()).doesNotContain(Metric.POWER, Metric.UTILIZATION);
    clock.seconds(1);
    tree.tree.file(HWMON + "/energy1_input", "20000010\n");
    assertThat(read().get(Metric.POWER)).isCloseTo(20, within(1e-6));
  }

  /** A state that is never entered is switched off: a GPU is not busy for that. */
  @Test
  void anIdleCounterThatNeverCountsTellsNothing() throws Exception {
    tree = new IntelTree(root).max1550("0000:38:00.0", 1);
    tree.tree.remove(IntelTree.device(AT));
    start();
    read();
    clock.seconds(1);
    Sample sample = read();
    assertThat(sample.metrics()).doesNotContain(Metric.UTILIZATION);
    assertThat(sample.get(Metric.SM_CLOCK)).isEqualTo(1.6e9);
    assertThat(sample.get(Metric.ENERGY)).isEqualTo(9);
    assertThat(sample.get(Metric.POWER_LIMIT)).isEqualTo(600);
    assertThat(reason(sample, "hardware-thermal")).isEqualTo(1);
  }

  @Test
  void oneFileThatFailsCostsItsValueOnly() {
    read();
    clock.seconds(1);
    Set<Metric> before = read().metrics();
    tree.tree
        .file(HWMON + "/temp2_input", "a".repeat(100_000))
        .file(GT0 + "/freq0/act_freq", "-7\n");
    clock.seconds(1);
    Set<Metric> after = read().metrics();
    before.removeAll(after);
    assertThat(before).containsExactlyInAnyOrder(Metric.TEMPERATURE, Metric.SM_CLOCK);
  }

  @Test
  void reasonsOfThrottlingAreToldApart() {
    assertThat(reason(read(), "software-power-cap")).isZero();
    tree.tree
        .file(GT0 + "/freq0/throttle/reason_pl1", "1\n")
        .file(GT0 + "/freq0/throttle/reason_pl4", "?\n");
    Sample sample = read();
    assertThat(reason(sample, "software-power-cap")).isEqualTo(1);
    assertThat(reason(sample, "hardware-thermal")).isZero();
    assertThat(reason(sample, "hardware-slowdown")).isNaN();
    assertThat(reason(sample, "power-brake")).isNaN();
  }

  @Test
  void memoryInUseOfZeroIsNotKnown() {
    answer = new CardMemory(24L << 30, 0);
    assertThat(read().metrics())
        .contains(Metric.MEMORY_TOTAL)
        .doesNotContain(Metric.MEMORY_USED, Metric.MEMORY_FREE);
    answer = new CardMemory(24L << 30, 4L << 30);
    assertThat(read().get(Metric.MEMORY_USED)).isEqualTo(4L << 30);
    assertThat(read().get(Metric.MEMORY_FREE)).isEqualTo(20L << 30);
  }

  @Test
  void aGpuThatSleepsIsNotWoken() {
    read();
    tree.tree.file(IntelTree.device(AT) + "/power/runtime_status", "suspended\n");
    clock.seconds(1);
    Sample sample = read();
    assertThat(sample.get(Metric.UTILIZATION)).isZero();
    assertThat(sample.metrics())
        .as("the kernel switches a GPU on that is off, to read of its link")
        .containsExactly(Metric.UTILIZATION);
    tree.tree.file(IntelTree.device(AT) + "/power/runtime_status", "active\n");
    clock.seconds(1);
    assertThat(read().metrics()).doesNotContain(Metric.POWER, Metric.UTILIZATION);
  }
}
