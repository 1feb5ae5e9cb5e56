package dev.acceld.probe;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static dev.acceld.probe.Fakes.tpu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.host.HostFs;
import dev.acceld.probe.Fakes.FakeProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ProbeSupervisorTest {
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final List<Inventory> told = new ArrayList<>();
  private Optional<String> boot = Optional.of("one");

  private ProbeSupervisor supervisor(Probe... probes) {
    ProbeSupervisor supervisor =
        new ProbeSupervisor(
            List.of(probes),
            SupervisorSettings.DEFAULT,
            () -> boot,
            new ProbeRunner.Time(clock::instant, clock::nanos));
    supervisor.onInventory(told::add);
    return supervisor;
  }

  private void step(ProbeSupervisor supervisor, double seconds) {
    clock.seconds(seconds);
    supervisor.runners().forEach(ProbeRunner::step);
    supervisor.tick();
  }

  private static ProbeStatus only(ProbeSupervisor supervisor) {
    return supervisor.probes().getFirst();
  }

  private static List<String> names(Inventory inventory) {
    return inventory.devices().stream().map(Device::name).map(DeviceName::value).toList();
  }

  @Test
  void tellsOnlyWhatChanged() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"), gpu("gpu-1"));
    ProbeSupervisor supervisor = supervisor(probe);
    assertThat(only(supervisor).state()).isEqualTo(State.STARTING);
    step(supervisor, 0);
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
    assertThat(only(supervisor).detail()).isEqualTo("2 devices");
    for (int i = 0; i < 25; i++) {
      step(supervisor, 1);
    }
    assertThat(told).hasSize(1);
    assertThat(names(told.getFirst())).containsExactly("gpu-0", "gpu-1");
    assertThat(probe.discoveries).isEqualTo(3);
    assertThat(probe.reads).isEqualTo(26);
  }

  @Test
  void eachSampleOfEachProbeIsPassedOn() {
    ProbeSupervisor supervisor =
        supervisor(new FakeProbe("nvidia", gpu("gpu-0")), new FakeProbe("tpu", tpu("tpu-0")));
    List<Readings> samples = new ArrayList<>();
    supervisor.onReadings(samples::add);
    supervisor.onReadings(readings -> {
      throw new IllegalStateException("a listener that fails costs nobody else anything");
    });
    step(supervisor, 0);
    step(supervisor, 1);
    assertThat(samples.stream().map(sample -> sample.values().keySet()))
        .containsExactly(
            Set.of(name("gpu-0")),
            Set.of(name("tpu-0")),
            Set.of(name("gpu-0")),
            Set.of(name("tpu-0")));
  }

  @Test
  void aVanishedDeviceKeepsItsPlaceUntilItIsBack() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"), gpu("gpu-1"), gpu("gpu-2"));
    ProbeSupervisor supervisor = supervisor(probe);
    step(supervisor, 0);
    probe.devices = List.of(gpu("gpu-0"), gpu("gpu-2"));
    step(supervisor, 10);
    assertThat(names(supervisor.inventory())).containsExactly("gpu-0", "gpu-1", "gpu-2");
    assertThat(supervisor.inventory().missing()).containsExactly(name("gpu-1"));
    assertThat(only(supervisor).detail()).isEqualTo("2 of 3 devices, missing: gpu-1");
    assertThat(supervisor.readings().of(name("gpu-1"))).isEqualTo(Sample.EMPTY);
    assertThat(supervisor.readings().of(name("gpu-2"))).isNotEqualTo(Sample.EMPTY);
    probe.devices = List.of(gpu("gpu-0"), gpu("gpu-1"), gpu("gpu-2"));
    step(supervisor, 10);
    assertThat(supervisor.inventory().missing()).isEmpty();
  }

  @Test
  void aRebootForgetsWhatIsMissing() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"), gpu("gpu-1"));
    ProbeSupervisor supervisor = supervisor(probe);
    List<String> reboots = new ArrayList<>();
    supervisor.onReboot(() -> reboots.add("rebooted"));
    step(supervisor, 0);
    probe.devices = List.of(gpu("gpu-0"));
    step(supervisor, 10);
    boot = Optional.empty();
    step(supervisor, 10);
    assertThat(names(supervisor.inventory())).hasSize(2);
    boot = Optional.of("two");
    step(supervisor, 10);
    assertThat(names(supervisor.inventory())).containsExactly("gpu-0");
    assertThat(reboots).hasSize(1);
  }

  @Test
  void aDriverThatAppearsLaterAndLeavesAgain() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    probe.work = () -> unavailable("no driver at /usr/lib");
    ProbeSupervisor supervisor = supervisor(probe);
    step(supervisor, 0);
    assertThat(only(supervisor).state()).isEqualTo(State.WAITING);
    assertThat(only(supervisor).detail()).isEqualTo("no driver at /usr/lib");
    assertThat(probe.reads).isZero();
    probe.work = () -> {};
    step(supervisor, 10);
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
    probe.work = () -> unavailable("driver unloaded");
    step(supervisor, 10);
    assertThat(only(supervisor).state()).isEqualTo(State.WAITING);
    assertThat(supervisor.inventory().missing()).containsExactly(name("gpu-0"));
    assertThat(supervisor.readings()).isEqualTo(Readings.EMPTY);
  }

  @Test
  void aFailureIsRetriedWithGrowingPausesAndKeepsTheDevices() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor = supervisor(probe);
    step(supervisor, 0);
    probe.work =
        () -> {
          throw new UnsatisfiedLinkError("nvmlInit_v2");
        };
    step(supervisor, 10);
    assertThat(only(supervisor).state()).isEqualTo(State.FAILED);
    assertThat(only(supervisor).detail()).isEqualTo("discover failed: nvmlInit_v2");
    Instant since = only(supervisor).since();
    assertThat(supervisor.inventory().missing()).isEmpty();
    assertThat(names(supervisor.inventory())).containsExactly("gpu-0");
    int before = probe.discoveries;
    step(supervisor, 1);
    step(supervisor, 1);
    assertThat(probe.discoveries).isEqualTo(before + 1);
    step(supervisor, 1);
    assertThat(probe.discoveries).isEqualTo(before + 2);
    assertThat(only(supervisor).since()).isEqualTo(since);
    probe.work = () -> {};
    step(supervisor, 4);
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
  }

  @Test
  void aProbeWhoseSamplesFailIsNotReadyJustBecauseItFindsDevices() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor = supervisor(probe);
    step(supervisor, 0);
    probe.readWork =
        () -> {
          throw new IllegalStateException("bad struct");
        };
    step(supervisor, 1);
    int changes = told.size();
    step(supervisor, 1);
    step(supervisor, 2);
    assertThat(only(supervisor).state()).isEqualTo(State.FAILED);
    assertThat(told).hasSize(changes);
    probe.readWork = () -> {};
    step(supervisor, 4);
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
    assertThat(only(supervisor).detail()).isEqualTo("1 device");
  }

  @Test
  void aFrozenSampleIsNotServedForEver() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor = supervisor(probe);
    step(supervisor, 0);
    Readings first = supervisor.readings();
    assertThat(first.of(name("gpu-0")).get(Metric.POWER)).isEqualTo(1.0);
    assertThat(supervisor.readings()).isSameAs(first);
    clock.seconds(11);
    assertThat(supervisor.readings()).isSameAs(first);
    clock.seconds(0.1);
    assertThat(supervisor.readings()).isEqualTo(Readings.EMPTY);
  }

  @Test
  void valuesEndWhenAHangIsKnownAndTheirAgeGoesOnWithoutEnd() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor =
        new ProbeSupervisor(
            List.of(probe, new FakeProbe("tpu", tpu("tpu-0"))),
            new SupervisorSettings(
                Duration.ofMinutes(1),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofMinutes(3)),
            () -> boot,
            new ProbeRunner.Time(clock::instant, clock::nanos));
    assertThat(supervisor.readingsAges()).isEmpty();
    step(supervisor, 0);
    step(supervisor, 1);
    assertThat(supervisor.readingsAges())
        .containsOnlyKeys("nvidia", "tpu")
        .containsEntry("nvidia", Duration.ofSeconds(1));
    probe.readWork = () -> awaitQuietly(release);
    clock.seconds(59);
    int before = probe.reads;
    Thread thread = Thread.ofPlatform().daemon().start(supervisor.runners().getFirst()::step);
    await().until(() -> probe.reads > before);
    supervisor.runners().get(1).step();
    clock.seconds(10.5);
    supervisor.tick();
    assertThat(only(supervisor).state()).isEqualTo(State.HUNG);
    // By its age alone the sample would have been good for three minutes.
    assertThat(supervisor.readings().of(name("gpu-0"))).isEqualTo(Sample.EMPTY);
    assertThat(supervisor.readings().of(name("tpu-0"))).isNotEqualTo(Sample.EMPTY);
    clock.seconds(600);
    assertThat(supervisor.readingsAges().get("nvidia")).isGreaterThan(Duration.ofSeconds(660));
    release.countDown();
    thread.join();
    assertThat(supervisor.readingsAges()).containsEntry("nvidia", Duration.ZERO);
    assertThat(supervisor.readings().of(name("gpu-0"))).isNotEqualTo(Sample.EMPTY);
  }

  @Test
  void theAgeStaysWhenTheDriverLeavesAndCountsFromTheStartWhenTheFirstCallHangs() {
    FakeProbe leaves = new FakeProbe("nvidia", gpu("gpu-0"));
    FakeProbe fails = new FakeProbe("tpu", tpu("tpu-0"));
    FakeProbe absent = new FakeProbe("other");
    fails.work =
        () -> {
          throw new UnsatisfiedLinkError("nothing works");
        };
    absent.work = () -> unavailable("no hardware");
    ProbeSupervisor supervisor = supervisor(leaves, fails, absent);
    step(supervisor, 0);
    leaves.work = () -> unavailable("driver unloaded");
    step(supervisor, 10);
    step(supervisor, 100);
    assertThat(supervisor.readings()).isEqualTo(Readings.EMPTY);
    assertThat(supervisor.readingsAges())
        .containsOnlyKeys("nvidia", "tpu")
        .containsEntry("nvidia", Duration.ofSeconds(110))
        .containsEntry("tpu", Duration.ofSeconds(110));
  }

  @Test
  void signalsAreHandedOnAfterTheInventory() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor = supervisor(probe);
    List<Signal> heard = new ArrayList<>();
    supervisor.onSignals(signals -> {
      assertThat(told).isNotEmpty();
      heard.addAll(signals);
    });
    Signal xid = new Signal.Fault(name("gpu-0"), clock.instant(), NvidiaHealthRules.xid(79));
    probe.pending.add(xid);
    step(supervisor, 0);
    step(supervisor, 1);
    assertThat(heard).containsExactly(xid);
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    FakeProbe probe = new FakeProbe("nvidia", gpu("gpu-0"));
    ProbeSupervisor supervisor =
        new ProbeSupervisor(
            List.of(probe),
            SupervisorSettings.DEFAULT,
            () -> boot,
            new ProbeRunner.Time(clock::instant, clock::nanos));
    supervisor.onInventory(i -> {
      throw new AssertionError("listener");
    });
    supervisor.onInventory(told::add);
    step(supervisor, 0);
    assertThat(told).hasSize(1);
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
  }

  @Test
  void aHungProbeStallsItselfAloneAndComesBack() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    FakeProbe stuck = new FakeProbe("nvidia", gpu("gpu-0"));
    FakeProbe fine = new FakeProbe("tpu", tpu("tpu-0"));
    ProbeSupervisor supervisor = supervisor(stuck, fine);
    step(supervisor, 0);
    stuck.readWork = () -> awaitQuietly(release);
    clock.seconds(1);
    Instant called = clock.instant();
    int readsBefore = stuck.reads;
    Thread thread = Thread.ofPlatform().daemon().start(supervisor.runners().getFirst()::step);
    await().until(() -> stuck.reads > readsBefore);
    clock.seconds(9);
    supervisor.tick();
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
    clock.seconds(2);
    supervisor.tick();
    supervisor.runners().get(1).step();
    assertThat(only(supervisor).state()).isEqualTo(State.HUNG);
    assertThat(only(supervisor).since()).isEqualTo(called);
    assertThat(only(supervisor).detail()).startsWith("read has not returned");
    assertThat(supervisor.probes().get(1).state()).isEqualTo(State.READY);
    assertThat(names(supervisor.inventory())).containsExactly("gpu-0", "tpu-0");
    assertThat(supervisor.inventory().missing()).isEmpty();
    assertThat(fine.reads).isEqualTo(2);
    release.countDown();
    thread.join();
    assertThat(only(supervisor).state()).isEqualTo(State.READY);
    int discoveries = stuck.discoveries;
    step(supervisor, 0);
    assertThat(stuck.discoveries).isEqualTo(discoveries + 1);
  }

  @Test
  void runsOnThreadsOfItsOwnAndClosesThemThoughOneHangs(@TempDir Path root) {
    CountDownLatch never = new CountDownLatch(1);
    FakeProbe stuck = new FakeProbe("nvidia");
    stuck.work = () -> awaitQuietly(never);
    FakeProbe fine = new FakeProbe("tpu", tpu("tpu-0"));
    Duration blink = Duration.ofMillis(20);
    ProbeSupervisor supervisor =
        new ProbeSupervisor(
            List.of(stuck, fine),
            new SupervisorSettings(Duration.ofMinutes(1), blink, blink.multipliedBy(5), blink),
            new HostFs(root));
    supervisor.start();
    await()
        .untilAsserted(() -> {
          assertThat(only(supervisor).state()).isEqualTo(State.HUNG);
          assertThat(fine.reads).isGreaterThan(3);
        });
    int discoveries = fine.discoveries;
    supervisor.rediscoverNow();
    await().until(() -> fine.discoveries > discoveries);
    long began = System.nanoTime();
    supervisor.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
    assertThat(fine.closed).isTrue();
    assertThat(stuck.closed).isFalse();
    never.countDown();
  }

  private static void unavailable(String why) throws ProbeUnavailableException {
    throw new ProbeUnavailableException(why);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
