package dev.acceld.usage;

import static dev.acceld.usage.UsageStage.GPU;
import static dev.acceld.usage.UsageStage.HALF;
import static dev.acceld.usage.UsageStage.OTHER;
import static dev.acceld.usage.UsageStage.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageMeterTest {
  private final UsageStage node = new UsageStage();
  private final UsageMeter meter = new UsageMeter();

  private Usage used(String uid, double seconds) {
    return meter.step(node.look(), seconds).used().getOrDefault(uid, Usage.NONE);
  }

  @Test
  void energyIsWhatTheCounterOfTheDeviceHasGrownBy() {
    node.reads(GPU, 0.5, 300, 1000).prepare("a", GPU);
    used("a", 0);
    node.reads(GPU, 0.5, 300, 1234);
    assertThat(used("a", 1)).isEqualTo(new Usage(1, 234, 0.5, 1000, 0));
  }

  /** Nobody held it then, so the energy before the claim is not the claim's. */
  @Test
  void aClaimPaysFromTheLookBeforeItWasPrepared() {
    node.reads(GPU, 0.5, 300, 1000);
    used("a", 0);
    node.reads(GPU, 0.5, 300, 5000);
    used("a", 10);
    node.prepare("a", GPU).reads(GPU, 0.5, 300, 5100);
    assertThat(used("a", 1).energyJoules()).isEqualTo(100);
  }

  /** The driver was loaded anew: its counter begins at 0. */
  @Test
  void aCounterThatGoesBackwardsIsReplacedByPowerForThatStep() {
    node.reads(GPU, 0.5, 300, 1_000_000).prepare("a", GPU);
    used("a", 0);
    node.reads(GPU, 0.5, 300, 40);
    assertThat(used("a", 2).energyJoules()).isEqualTo(600);
    node.reads(GPU, 0.5, 300, 90);
    assertThat(used("a", 2).energyJoules()).isEqualTo(50);
  }

  @Test
  void withoutACounterEnergyIsPowerTimesTime() {
    node.prepare("a", GPU).readings.put(GPU, Sample.of(Map.of(Metric.POWER, 250.0)));
    assertThat(used("a", 2).energyJoules()).isEqualTo(500);
  }

  @Test
  void whatCannotBeMeasuredIsNotNothing() {
    node.prepare("a", GPU);
    Usage used = used("a", 2);
    assertThat(used.deviceSeconds()).isEqualTo(2);
    assertThat(used.energyJoules()).isNaN();
    assertThat(used.utilizationSeconds()).isNaN();
    assertThat(used.memoryByteSeconds()).isNaN();
    assertThat(used.idleSeconds()).isNaN();
  }

  /** Two claims of one device never add up to more than the device. */
  @Test
  void aSharedDeviceIsSplitInEqualParts() {
    node.reads(GPU, 0.8, 300, 0).prepare("a", GPU).prepare("b", GPU);
    used("a", 0);
    node.reads(GPU, 0.8, 300, 600);
    UsageMeter.Step step = meter.step(node.look(), 2);
    assertThat(step.used().get("a")).isEqualTo(new Usage(1, 300, 0.8, 1000, 0));
    assertThat(step.used().get("b")).isEqualTo(step.used().get("a"));
    assertThat(step.busy()).as("nobody can tell who of them is busy").isEmpty();
  }

  @Test
  void theDevicesOfAClaimAddUp() {
    node.reads(GPU, 1, 300, 0).reads(OTHER, 0, 100, 0).prepare("a", GPU, OTHER);
    used("a", 0);
    node.reads(GPU, 1, 300, 300).reads(OTHER, 0, 100, 100);
    assertThat(used("a", 1)).isEqualTo(new Usage(2, 400, 1, 2000, 1));
  }

  /** The rest of the GPU's energy belongs to the memory that nobody holds. */
  @ParameterizedTest
  @CsvSource({"1g.10gb, 10, 100", "3g.40gb, 40, 400", "1c.3g.40gb, 40, 133.333"})
  void aPartitionHasThePartOfTheGpusEnergyThatItHasOfItsMemory(
      String profile, long gib, double joules) {
    node.devices.add(UsageStage.partition(SMALL, profile, gib << 30));
    node.reads(GPU, 0, 300, 0).prepare("a", SMALL);
    used("a", 0);
    node.reads(GPU, 0, 300, 800);
    assertThat(used("a", 1).energyJoules()).isCloseTo(joules, within(0.001));
  }

  @Test
  void thePartitionsOfAGpuNeverTakeMoreThanTheGpu() {
    node.devices.add(UsageStage.partition(SMALL, "1g.10gb", 10L << 30));
    node.devices.add(UsageStage.partition(HALF, "3g.40gb", 40L << 30));
    node.reads(GPU, 0, 300, 0).prepare("a", SMALL).prepare("b", HALF);
    used("a", 0);
    node.reads(GPU, 0, 300, 800);
    UsageMeter.Step step = meter.step(node.look(), 1);
    assertThat(step.used().values().stream().mapToDouble(Usage::energyJoules).sum()).isEqualTo(500);
  }

  /** The agent did not run, or the machine slept: the counter tells of that time, a gauge not. */
  @Test
  void afterALongPauseOnlyTimeAndTheCounterCount() {
    node.reads(GPU, 0.5, 300, 1000).prepare("a", GPU);
    used("a", 0);
    node.reads(GPU, 0.5, 300, 9000);
    Usage used = used("a", 600);
    assertThat(used.deviceSeconds()).isEqualTo(600);
    assertThat(used.energyJoules()).isEqualTo(8000);
    assertThat(used.utilizationSeconds()).isNaN();
    assertThat(used.idleSeconds()).isNaN();
  }

  @Test
  void aHeldDeviceIsIdleWithoutAProcessSinceItsHolderHasIt() {
    node.reads(GPU, 0, 60, 0).prepare("a", GPU);
    assertThat(heldIdle(1)).isZero();
    assertThat(heldIdle(1)).isEqualTo(1);
    assertThat(heldIdle(2)).isEqualTo(3);
    node.claims.clear();
    node.prepare("b", GPU);
    assertThat(heldIdle(1)).as("another holder").isZero();
    assertThat(heldIdle(1)).isEqualTo(1);
    node.reads(GPU, 0.3, 60, 0);
    assertThat(heldIdle(1)).as("busy").isZero();
    node.readings.put(GPU, Sample.of(Map.of(Metric.UTILIZATION, 0.0, Metric.PROCESSES, 1.0)));
    assertThat(heldIdle(1)).as("a process has it").isZero();
    node.readings.put(GPU, Sample.of(Map.of(Metric.UTILIZATION, 0.0)));
    assertThat(heldIdle(1)).as("nobody can tell").isNaN();
    node.claims.clear();
    assertThat(heldIdle(1)).as("nobody holds it").isNaN();
  }

  private double heldIdle(double seconds) {
    Map<DeviceName, Double> idle = meter.step(node.look(), seconds).heldIdle();
    return idle.getOrDefault(GPU, Double.NaN);
  }
}
