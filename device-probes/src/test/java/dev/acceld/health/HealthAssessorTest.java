package dev.acceld.health;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static dev.acceld.probe.Fakes.tpu;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthAssessorTest {
  private static final String BAD = "gpu-1";
  private static final String GOOD = "gpu-0";

  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final HealthAssessor health =
      new HealthAssessor(Fakes.RULES, clock::instant, clock::nanos);
  private final List<Map<DeviceName, HealthReport>> told = new ArrayList<>();
  private List<Device> devices = List.of(gpu(GOOD), gpu(BAD), tpu("tpu-0"));

  @BeforeEach
  void begin() {
    inventory(ProbeStatus.State.READY);
    health.onChange(told::add);
    clock.seconds(1);
  }

  private void inventory(ProbeStatus.State nvidia, String... missing) {
    ProbeStatus tpuStatus =
        new ProbeStatus("tpu", ProbeStatus.State.READY, clock.instant(), "1 device");
    ProbeStatus nvidiaStatus = new ProbeStatus("nvidia", nvidia, clock.instant(), "because");
    Set<DeviceName> gone = Stream.of(missing).map(DeviceName::new).collect(Collectors.toSet());
    health.inventory(
        new Inventory(clock.instant(), devices, gone, List.of(nvidiaStatus, tpuStatus)));
  }

  private void xid(String device, long code) {
    health.signals(
        List.of(new Signal.Fault(name(device), clock.instant(), NvidiaHealthRules.xid(code))));
  }

  private void action(String device, int action) {
    health.signals(List.of(new Signal.RecoveryAction(name(device), clock.instant(), action)));
  }

  private HealthReport report(String device) {
    return Optional.ofNullable(health.reports().get(name(device))).orElseThrow();
  }

  private Reason only(String device) {
    assertThat(report(device).reasons()).hasSize(1);
    return report(device).reasons().getFirst();
  }

  /** It keeps its taint for a while, which says nothing of how the device is now. */
  @Test
  void whatIsOnlyHeldIsNotRaised() {
    for (int i = 0; i < Condition.CALM; i++) {
      xid(BAD, 95);
      clock.seconds(1);
      health.signals(List.of(new Signal.Reset(name(BAD), clock.instant())));
      assertThat(report(BAD).reasons()).isEmpty();
    }
    xid(BAD, 95);
    assertThat(health.raised(name(BAD))).isEqualTo(report(BAD).reasons()).hasSize(1);
    clock.seconds(1);
    health.signals(List.of(new Signal.Reset(name(BAD), clock.instant())));
    assertThat(only(BAD).signal()).isEqualTo("xid-95");
    assertThat(health.raised(name(BAD))).isEmpty();
    assertThat(health.raised(name("gpu-9"))).isEmpty();
  }

  /** What hides another reason hides it no longer when it is only held. */
  @Test
  void whatTheDriverAsksForIsRaisedBesideAHeldFault() {
    for (int i = 0; i <= Condition.CALM; i++) {
      xid(BAD, 95);
      clock.seconds(1);
      health.signals(List.of(new Signal.Reset(name(BAD), clock.instant())));
    }
    action(BAD, 1);
    assertThat(only(BAD).signal()).isEqualTo("xid-95");
    assertThat(health.raised(name(BAD)))
        .singleElement()
        .satisfies(r -> assertThat(r.signal()).isEqualTo("recovery-action-gpu-reset"));
  }

  @Test
  void aPartitionThatIsMadeLaterHasWhatWasSaidOfItsGpuBefore() {
    Instant at = clock.instant();
    DeviceName bad = name(BAD);
    health.signals(
        List.of(
            new Signal.Lost(bad, at, "no answer"),
            new Signal.Hung(bad, at, true, "a call hangs"),
            new Signal.RecoveryAction(bad, at, 1),
            new Signal.Defect(bad, at, DefectKind.ROW_REMAP_FAILED, true, "")));
    devices = List.of(gpu(GOOD), gpu(BAD), gpu("part", BAD, "GPU-x"), gpu("other", GOOD, "GPU-y"));
    inventory(ProbeStatus.State.READY);
    assertThat(report("part").reasons()).hasSize(4).isEqualTo(report(BAD).reasons());
    assertThat(report("other").state()).isEqualTo(State.HEALTHY);
    health.signals(List.of(new Signal.Released(bad, at, true)));
    health.signals(
        List.of(
            new Signal.Hung(bad, at, false, ""),
            new Signal.RecoveryAction(bad, at, 0),
            new Signal.Defect(bad, at, DefectKind.ROW_REMAP_FAILED, false, "")));
    devices = List.of(gpu(BAD), gpu("part", BAD, "GPU-x"), gpu("second", BAD, "GPU-x"));
    inventory(ProbeStatus.State.READY);
    for (String device : List.of(BAD, "part", "second")) {
      assertThat(only(device).code()).isEqualTo("released");
    }
    health.signals(List.of(new Signal.Released(bad, at, false)));
    devices = List.of(gpu(BAD), gpu("third", BAD, "GPU-x"));
    inventory(ProbeStatus.State.READY);
    assertThat(report("third").state()).isEqualTo(State.HEALTHY);
  }

  /** A fault of a chip is one of each shape that has the chip, and of no other. */
  @Test
  void aDeviceOfSeveralPartsFailsWithEachOfThem() {
    devices =
        List.of(
            tpu("chip-0"),
            tpu("chip-1"),
            tpu("chip-2"),
            tpu("shape-01", "chip-0", "chip-1"),
            tpu("shape-12", "chip-1", "chip-2"));
    inventory(ProbeStatus.State.READY);
    health.signals(List.of(new Signal.Lost(name("chip-0"), clock.instant(), "no answer")));
    assertThat(unwell()).containsExactly("chip-0", "shape-01");

    devices = Stream.concat(devices.stream(), Stream.of(tpu("all", "chip-0", "chip-2"))).toList();
    inventory(ProbeStatus.State.READY);
    assertThat(unwell()).containsExactly("chip-0", "shape-01", "all");

    health.signals(List.of(new Signal.Answers(name("chip-0"), clock.instant())));
    assertThat(unwell()).isEmpty();
  }

  private List<String> unwell() {
    return health.reports().values().stream()
        .filter(report -> report.state() != State.HEALTHY)
        .map(report -> report.device().value())
        .toList();
  }

  @Test
  void aPartitionThatIsMadeAfterAResetHasNothingThatTheResetEnded() {
    Instant at = clock.instant();
    health.signals(List.of(new Signal.RecoveryAction(name(BAD), at, 1)));
    health.signals(List.of(new Signal.Reset(name(BAD), at)));
    devices = List.of(gpu(BAD), gpu("part", BAD, "GPU-x"));
    inventory(ProbeStatus.State.READY);
    assertThat(report("part").state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aReleasedDeviceIsOnlyNotGivenAway() {
    health.signals(List.of(new Signal.Released(name(BAD), clock.instant(), true)));
    HealthReport report = report(BAD);
    assertThat(report.state()).isEqualTo(HealthReport.State.UNKNOWN);
    assertThat(report.schedulable()).isFalse();
    assertThat(report.reasons())
        .singleElement()
        .satisfies(r -> {
          assertThat(r.code()).isEqualTo("released");
          assertThat(r.action()).isEqualTo(HealthReport.Action.NONE);
          assertThat(r.message()).contains("acceld release --back");
        });
    assertThat(report(GOOD).reasons()).isEmpty();
    health.signals(List.of(new Signal.Released(name(BAD), clock.instant(), false)));
    assertThat(report(BAD).state()).isEqualTo(HealthReport.State.HEALTHY);
  }

  @Test
  void everythingIsHealthyAtFirst() {
    assertThat(health.reports()).hasSize(3);
    assertThat(health.reports().values())
        .allMatch(r -> r.state() == State.HEALTHY && r.schedulable());
    inventory(ProbeStatus.State.READY);
    health.tick();
    assertThat(told).isEmpty();
  }

  @Test
  void anXidThatNeedsARebootTakesThatDeviceAway() {
    xid(BAD, 79);
    assertThat(told).hasSize(1);
    assertThat(report(BAD).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report(BAD).since()).isEqualTo(clock.instant());
    assertThat(only(BAD))
        .isEqualTo(
            new Reason(
                "xid",
                "79",
                "XID 79: GPU has fallen off the bus",
                State.UNHEALTHY,
                Effect.NO_SCHEDULE,
                Action.REBOOT,
                "the device was reset, the driver asks for no recovery action, the node was"
                    + " rebooted or 'acceld release --back DEVICE --repaired' confirms a repair",
                clock.instant()));
    assertThat(report(GOOD).state()).isEqualTo(State.HEALTHY);
    clock.seconds(5);
    xid(BAD, 79);
    assertThat(told).hasSize(1);
    assertThat(health.faultCounts())
        .isEqualTo(Map.of(name(BAD), Map.of(NvidiaHealthRules.xid(79), 2L)));
  }

  @Test
  void whatTheApplicationDidIsCountedOnly() {
    xid(BAD, 13);
    xid(BAD, 31);
    xid(BAD, 63);
    xid(BAD, 154);
    assertThat(told).isEmpty();
    assertThat(
            health.faultCounts().getOrDefault(name(BAD), Map.of()).keySet().stream()
                .map(FaultCode::id))
        .containsExactlyInAnyOrder("xid-13", "xid-31", "xid-63", "xid-154");
  }

  @Test
  void aMildOrUnknownXidDegrades() {
    xid(BAD, 92);
    assertThat(report(BAD).state()).isEqualTo(State.DEGRADED);
    assertThat(report(BAD).schedulable()).isTrue();
    xid(GOOD, 4711);
    assertThat(report(GOOD).state()).isEqualTo(State.DEGRADED);
    assertThat(only(GOOD).message()).startsWith("XID 4711: an error unknown to acceld");
  }

  @Test
  void theDriversWordOutranksTheCatalogue() {
    xid(BAD, 48);
    assertThat(only(BAD).action()).isEqualTo(Action.RESET);
    action(BAD, 2);
    assertThat(only(BAD).action()).isEqualTo(Action.REBOOT);
    assertThat(only(BAD).code()).isEqualTo("xid");
    action(BAD, 0);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void signalsCountInTheOrderInWhichTheyHappened() {
    Signal xid = new Signal.Fault(name(BAD), clock.instant(), NvidiaHealthRules.xid(48));
    Signal none = new Signal.RecoveryAction(name(BAD), clock.instant().plusMillis(300), 0);
    health.signals(List.of(none, xid));
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aRepairIsNotTalkedAway() {
    xid(BAD, 64);
    action(BAD, 1);
    action(BAD, 0);
    assertThat(only(BAD).action()).isEqualTo(Action.SERVICE);
    inventory(ProbeStatus.State.READY, BAD);
    inventory(ProbeStatus.State.READY);
    assertThat(only(BAD).value()).isEqualTo("64");
  }

  @Test
  void theDriverMayAskWithoutAnXid() {
    action(BAD, 1);
    assertThat(only(BAD).code()).isEqualTo("recovery-action");
    assertThat(only(BAD).value()).isEqualTo("gpu-reset");
    assertThat(report(BAD).schedulable()).isFalse();
    action(BAD, 99);
    assertThat(only(BAD).action()).isEqualTo(Action.REBOOT);
    action(BAD, 0);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aContainedMemoryErrorSpeaksForTheDoubleBitErrorBesideIt() {
    xid(BAD, 94);
    xid(BAD, 48);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
    xid(GOOD, 48);
    assertThat(report(GOOD).state()).isEqualTo(State.UNHEALTHY);
    clock.seconds(2);
    xid(GOOD, 63);
    assertThat(report(GOOD).state()).isEqualTo(State.HEALTHY);
    clock.seconds(120);
    xid(BAD, 48);
    assertThat(report(BAD).state()).isEqualTo(State.UNHEALTHY);
  }

  @Test
  void aMissingDeviceIsLostUntilItIsBackAndAResetIsTakenAsEvidence() {
    xid(BAD, 79);
    inventory(ProbeStatus.State.READY, BAD);
    assertThat(report(BAD).reasons()).extracting(Reason::code).contains("device-lost", "xid");
    assertThat(report(BAD).reasons()).allMatch(r -> r.action() == Action.REBOOT);
    inventory(ProbeStatus.State.READY);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
    assertThat(report(BAD).since()).isEqualTo(clock.instant());
  }

  @Test
  void aDeviceThatDoesNotAnswer() {
    health.signals(List.of(new Signal.Lost(name(BAD), clock.instant(), "GPU\u00e9 lost\n")));
    assertThat(only(BAD).code()).isEqualTo("device-lost");
    assertThat(only(BAD).message()).isEqualTo("the device does not respond: GPU? lost ");
    assertThat(only(BAD).action()).isEqualTo(Action.REBOOT);
    health.signals(List.of(new Signal.Answers(name(BAD), clock.instant())));
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void theDriverThatWentAwayIsNamed() {
    inventory(ProbeStatus.State.WAITING, GOOD, BAD);
    assertThat(only(BAD).message()).isEqualTo("the driver is gone: because");
    assertThat(only(BAD).action()).isEqualTo(Action.INVESTIGATE);
    assertThat(report("tpu-0").state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void nobodyKnowsHowTheDevicesOfAHungProbeAre() {
    inventory(ProbeStatus.State.HUNG);
    assertThat(report(BAD).state()).isEqualTo(State.UNKNOWN);
    assertThat(report(BAD).schedulable()).isFalse();
    assertThat(only(BAD).code()).isEqualTo("unresponsive");
    assertThat(only(BAD).message()).isEqualTo("probe nvidia: because");
    assertThat(report("tpu-0").state()).isEqualTo(State.HEALTHY);
    xid(BAD, 79);
    assertThat(report(BAD).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report(BAD).reasons())
        .extracting(Reason::code)
        .containsExactly("xid", "unresponsive");
    inventory(ProbeStatus.State.READY);
    assertThat(report(GOOD).state()).isEqualTo(State.HEALTHY);
    assertThat(only(BAD).code()).isEqualTo("xid");
  }

  @Test
  void aProbeMayFailForAMoment() {
    inventory(ProbeStatus.State.FAILED);
    clock.seconds(29);
    health.tick();
    assertThat(told).isEmpty();
    clock.seconds(1);
    health.tick();
    assertThat(report(BAD).state()).isEqualTo(State.UNKNOWN);
    assertThat(only(BAD).code()).isEqualTo("probe-failed");
    inventory(ProbeStatus.State.READY);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aReasonThatFlapsStaysForAWhile() {
    for (int i = 0; i < 4; i++) {
      inventory(ProbeStatus.State.READY, BAD);
      clock.seconds(5);
      inventory(ProbeStatus.State.READY);
      assertThat(report(BAD).state()).isEqualTo(i < 3 ? State.HEALTHY : State.UNHEALTHY);
      clock.seconds(5);
    }
    int changes = told.size();
    inventory(ProbeStatus.State.READY, BAD);
    inventory(ProbeStatus.State.READY);
    clock.seconds(59);
    health.tick();
    assertThat(told).hasSize(changes);
    clock.seconds(1);
    health.tick();
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
    clock.seconds(600);
    inventory(ProbeStatus.State.READY, BAD);
    inventory(ProbeStatus.State.READY);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  private void defect(String device, DefectKind kind, boolean present, String detail) {
    Signal.Defect defect = new Signal.Defect(name(device), clock.instant(), kind, present, detail);
    health.signals(List.of(defect));
  }

  @Test
  void aGpuWithoutSpareRowsIsNotGivenAway() {
    defect(BAD, DefectKind.ROW_REMAP_FAILED, true, "");
    assertThat(report(BAD).schedulable()).isFalse();
    assertThat(only(BAD).code()).isEqualTo("row-remap-failed");
    assertThat(only(BAD).action()).isEqualTo(Action.SERVICE);
    defect(BAD, DefectKind.ROW_REMAP_FAILED, false, "");
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aDefectThatLetsTheDeviceWorkDegradesItAndItsDetailFollows() {
    defect(BAD, DefectKind.LINK_DOWN, true, "3");
    Instant since = only(BAD).since();
    clock.seconds(5);
    defect(BAD, DefectKind.LINK_DOWN, true, "3, 4");
    assertThat(report(BAD).state()).isEqualTo(State.DEGRADED);
    assertThat(report(BAD).schedulable()).isTrue();
    assertThat(only(BAD).message()).isEqualTo("NVLinks are down: 3, 4");
    assertThat(only(BAD).since()).isEqualTo(since);
    assertThat(only(BAD).action()).isEqualTo(Action.CHECK_FABRIC);
  }

  @ParameterizedTest
  @EnumSource(DefectKind.class)
  void everyDefectHasAReasonOfItsOwnThatEnds(DefectKind kind) {
    defect(BAD, kind, true, "");
    assertThat(only(BAD).code()).matches("[a-z]+(-[a-z]+)*");
    assertThat(only(BAD).action()).isNotEqualTo(Action.NONE);
    defect(BAD, kind, false, "");
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void anXidThatTheDriverAsksNothingForIsOver() {
    xid(BAD, 145);
    assertThat(report(BAD).schedulable()).isFalse();
    action(BAD, 0);
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void whatSharesThePhysicalPartSharesTheFault() {
    devices = List.of(gpu("mig-a", "board-1"), gpu("mig-b", "board-1"), gpu("mig-c", "board-2"));
    inventory(ProbeStatus.State.READY);
    xid("mig-a", 95);
    assertThat(report("mig-b").state()).isEqualTo(State.UNHEALTHY);
    assertThat(report("mig-c").state()).isEqualTo(State.HEALTHY);
    assertThat(health.faultCounts()).containsOnlyKeys(name("mig-a"));
  }

  @Test
  void aRebootWipesTheSlate() {
    xid(BAD, 64);
    health.rebooted();
    assertThat(report(BAD).state()).isEqualTo(State.HEALTHY);
    assertThat(health.faultCounts()).isEmpty();
  }

  @Test
  void aSignalOfAnUnknownDeviceIsDropped() {
    xid("gpu-77", 79);
    assertThat(told).isEmpty();
    assertThat(health.faultCounts()).isEmpty();
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    health.onChange(r -> {
      throw new IllegalStateException("listener");
    });
    health.onChange(told::add);
    xid(BAD, 79);
    assertThat(told).hasSize(2);
  }
}
