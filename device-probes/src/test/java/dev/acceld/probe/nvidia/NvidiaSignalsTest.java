package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.Metric;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Signal;
import dev.acceld.probe.nvidia.sampling.NvmlQuery;
import dev.acceld.probe.nvidia.sampling.Sampler;
import dev.acceld.probe.nvidia.signals.SignalTracker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSignalsTest {
  @TempDir static Path dir;
  private static Machine machine;

  private NvidiaProbe probe;
  private List<Device> devices;

  @BeforeAll
  static void makeMachine() {
    machine = new Machine(dir.resolve("m"), "h100x8");
  }

  @BeforeEach
  void setUp() throws Exception {
    machine.reset();
    probe = machine.probe();
    devices = probe.discover().devices();
    for (int i = 0; i <= SignalTracker.SETTLED; i++) {
      probe.read(devices); // the driver's first word of each GPU, which SignalTrackerTest looks at
    }
    probe.signals();
  }

  @AfterEach
  void close() {
    probe.close();
  }

  private List<Signal> sampled() {
    probe.read(devices);
    return probe.signals();
  }

  private List<Signal> arriving(int count) {
    List<Signal> seen = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          seen.addAll(probe.signals());
          return seen.size() >= count;
        });
    return seen;
  }

  private static String brief(Signal signal) {
    return switch (signal) {
      case Signal.Fault fault -> fault.device() + " xid " + fault.code().value();
      case Signal.Lost lost -> lost.device() + " lost";
      case Signal.Answers answers -> answers.device() + " answers";
      case Signal.Hung hung -> hung.device() + (hung.hangs() ? " hangs" : " comes back");
      case Signal.FaultOver over -> over.device() + " has its fault no more";
      case Signal.Reset reset -> reset.device() + " was reset";
      case Signal.Released r -> "released " + r.released();
      case Signal.RecoveryAction action -> action.device() + " action " + action.action();
      case Signal.Defect defect ->
          defect.device() + (defect.present() ? " has " : " had ") + defect.kind();
    };
  }

  @Test
  void xidsArriveInTheirOrderForTheRightGpu() {
    machine.xid(3, 79).xid(5, 31).xid(3, 48);
    assertThat(arriving(3).stream().map(NvidiaSignalsTest::brief))
        .containsExactly(
            machine.name(3) + " xid 79", machine.name(5) + " xid 31", machine.name(3) + " xid 48");
    assertThat(probe.signals()).isEmpty();
  }

  @Test
  void xidsArriveAfterTheProbeWasClosedAndOpenedAgain() throws Exception {
    probe.close();
    assertThat(probe.signals()).isEmpty();
    assertThat(probe.discover().devices()).isEqualTo(devices);
    machine.xid(0, 94);
    assertThat(arriving(1).stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(0) + " xid 94");
  }

  @Test
  void xidsArriveAfterTheDriverWasLoadedAnew() throws Exception {
    machine.reloadDriver();
    probe.discover();
    machine.xid(7, 62);
    assertThat(arriving(1).stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(7) + " xid 62");
  }

  @Test
  void closingEndsTheThreadPromptly() {
    assertThat(eventThreads()).hasSize(1);
    long start = System.nanoTime();
    probe.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(eventThreads()).isEmpty();
    probe.close();
  }

  private static List<Thread> eventThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("nvidia-events"))
        .toList();
  }

  @Test
  void aGpuThatCannotReportXidsDoesNotKeepTheOthersFromIt() throws Exception {
    probe.close();
    machine.put("fail.nvmlDeviceGetSupportedEventTypes.0", 3);
    machine.put("fail.nvmlDeviceRegisterEvents.1", 3);
    probe.discover();
    machine.xid(2, 13);
    assertThat(arriving(1).stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(2) + " xid 13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvmlEventSetCreate",
        "nvmlDeviceRegisterEvents",
        "nvmlDeviceGetSupportedEventTypes"
      })
  void whileXidsAreNotHeardItIsSaidAndTriedAgain(String symbol) throws Exception {
    probe.close();
    machine.put("fail." + symbol, 999);
    Discovery deaf = probe.discover();
    assertThat(deaf.devices()).isEqualTo(devices);
    assertThat(deaf.problems())
        .singleElement()
        .asString()
        .contains("XID events are not available for any GPU", symbol);
    assertThat(heard(0)).isZero();

    machine.remove("fail." + symbol).put("fail.nvmlDeviceRegisterEvents.3", 999);
    assertThat(probe.discover().problems())
        .singleElement()
        .asString()
        .startsWith(machine.name(3) + ": its XID events are not available");
    assertThat(heard(0)).isEqualTo(1);
    assertThat(heard(3)).isZero();

    machine.remove("fail.nvmlDeviceRegisterEvents.3");
    assertThat(probe.discover().problems()).isEmpty();
    assertThat(heard(3)).isEqualTo(1);
    machine.xid(3, 13);
    assertThat(arriving(1).stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(3) + " xid 13");
  }

  @Test
  void aWaitThatFailsIsNoListening() {
    machine.put("fail.nvmlEventSetWait_v2", 999);
    await().atMost(Duration.ofSeconds(20)).until(() -> heard(0) == 0);
    machine.remove("fail.nvmlEventSetWait_v2");
    await().atMost(Duration.ofSeconds(20)).until(() -> heard(0) == 1);
  }

  private double heard(int gpu) {
    return probe.read(devices).of(machine.name(gpu)).get(Metric.XID_HEARD);
  }

  @Test
  void aLostGpuIsToldOnceItsSiblingsReadOnAndItsReturnIsToldOnce() throws Exception {
    assertThat(sampled()).isEmpty();
    machine.gpu(3, "lost", 1);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(3) + " lost");
    assertThat(sampled()).isEmpty();
    assertThat(probe.read(devices).values()).hasSize(7).doesNotContainKey(machine.name(3));
    assertThat(probe.discover().devices()).hasSize(7);
    assertThat(sampled()).isEmpty();
    machine.gpu(3, "lost", 0);
    assertThat(probe.discover().devices()).isEqualTo(devices);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(3) + " answers");
    assertThat(sampled()).isEmpty();
    assertThat(probe.read(devices).values()).hasSize(8);
  }

  @Test
  void aGpuThatAnswersAgainNeedsNoDiscoveryInBetween() {
    machine.gpu(3, "lost", 1);
    sampled();
    machine.gpu(3, "lost", 0);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(3) + " answers");
  }

  @Test
  void aGpuThatVanishesBetweenHandleAndUseCostsOnlyItself() throws Exception {
    machine.put("fail.nvmlDeviceGetMemoryInfo_v2.6", 15);
    assertThat(probe.discover().devices()).hasSize(7);
    assertThat(probe.signals().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(6) + " lost");
  }

  @Test
  void aGpuThatAnswersNothingButErrorsIsLostAfterAWhile() {
    for (String symbol : symbols()) {
      machine.put("fail." + symbol + ".2", 999);
    }
    for (int i = 1; i < Sampler.FRUITLESS; i++) {
      assertThat(sampled()).isEmpty();
    }
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(2) + " lost");
    for (String symbol : symbols()) {
      machine.remove("fail." + symbol + ".2");
    }
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(2) + " answers");
  }

  private static List<String> symbols() {
    return Arrays.stream(NvmlQuery.values()).map(r -> r.symbol.function()).distinct().toList();
  }

  @Test
  void aFunctionThatLeavesTheBusIsALossUntilItIsBack() throws Exception {
    String function = "sys/bus/pci/devices/" + machine.get(1, "pci");
    machine.move(function, "gone");
    assertThat(probe.discover().devices()).hasSize(7);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(1) + " lost");
    machine.move("gone", function);
    assertThat(probe.discover().devices()).isEqualTo(devices);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(1) + " answers");
  }

  @ParameterizedTest
  @CsvSource({
    "remap.failure, 1, 0, ROW_REMAP_FAILED",
    "remap.pending, 1, 0, ROW_REMAP_PENDING",
    "ecc.sram.threshold, 1, 0, SRAM_WORN",
    "nvlink.down, 0x8, 0, LINK_DOWN",
    "fabric.health, 0x11A9, 0x11AA, FABRIC",
    "fabric.status, 27, 0, FABRIC",
    "fabric.summary, 2, 1, FABRIC",
    "fabric.summary, 3, 1, FABRIC"
  })
  void aDefectIsToldOnceAndSoIsItsEnd(String key, String bad, String good, String kind) {
    assertThat(sampled()).isEmpty();
    machine.gpu(4, key, bad);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " has " + kind);
    assertThat(sampled()).isEmpty();
    machine.gpu(4, key, good);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " had " + kind);
  }

  @Test
  void aDefectThatAReloadOfTheDriverEndedIsOver() throws Exception {
    machine.gpu(4, "remap.pending", 1);
    assertThat(sampled()).hasSize(1);
    machine.gpu(4, "remap.pending", 0).reloadDriver();
    probe.discover();
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " had ROW_REMAP_PENDING");
  }

  @Test
  void afterAnXidTheDriversWordThatNothingIsToBeDoneIsToldToo() {
    sampled();
    machine.xid(3, 145);
    List<Signal> seen = new ArrayList<>(arriving(1));
    for (int i = 0; i < SignalTracker.SETTLED + 1; i++) {
      seen.addAll(sampled());
    }
    assertThat(seen.stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(3) + " xid 145", machine.name(3) + " action 0");
  }

  @Test
  void theRecoveryActionIsToldAtEachChange() {
    assertThat(sampled()).isEmpty();
    machine.gpu(4, "recovery.action", 1);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " action 1");
    assertThat(sampled()).isEmpty();
    machine.gpu(4, "recovery.action", 4);
    machine.gpu(5, "recovery.action", 2);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactlyInAnyOrder(machine.name(4) + " action 4", machine.name(5) + " action 2");
    machine.gpu(4, "recovery.action", 0);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " action 0");
  }

  @Test
  void aDriverWithoutThatFieldStillSaysThatAResetIsRequired() throws Exception {
    probe.close();
    machine.put("driver.version", "535.183.01");
    probe.discover();
    machine.put("fail.nvmlDeviceGetTemperatureV.4", 16);
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " action 1");
    machine.remove("fail.nvmlDeviceGetTemperatureV.4");
    assertThat(sampled().stream().map(NvidiaSignalsTest::brief))
        .containsExactly(machine.name(4) + " action 0");
  }
}
