package dev.acceld.health;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel's log tells beside the driver's events: once each, and nothing that is over. */
class LoggedFaultsTest {
  private static final String GPU = "gpu-0";

  private final Fakes.HandClock clock = new Fakes.HandClock();
  private HealthAssessor health = new HealthAssessor(Fakes.RULES, clock::instant, clock::nanos);
  private double action = Double.NaN;
  private @Nullable FaultStore store;

  @BeforeEach
  void begin() {
    inventory(health);
  }

  private void inventory(HealthAssessor of, String... missing) {
    List<Device> devices = List.of(gpu(GPU), gpu("gpu-1"));
    ProbeStatus probe =
        new ProbeStatus("nvidia", ProbeStatus.State.READY, clock.instant(), "2 devices");
    of.readings(() ->
        new Readings(
            clock.instant(),
            Map.of(
                name(GPU),
                Sample.of(
                    Double.isNaN(action)
                        ? Map.of(Metric.POWER, 1.0)
                        : Map.of(Metric.RECOVERY_ACTION, action)))));
    of.inventory(
        new Inventory(
            clock.instant(),
            devices,
            Set.copyOf(List.of(missing).stream().map(Fakes::name).toList()),
            List.of(probe)));
  }

  private static FaultCode xid(long code) {
    return NvidiaHealthRules.xid(code);
  }

  private void event(long code) {
    health.signals(List.of(new Signal.Fault(name(GPU), clock.instant(), xid(code))));
  }

  private Verdict line(FaultCode code, Instant at) {
    return health.logged(new LoggedFault(name(GPU), code, at, false, true), true);
  }

  private Verdict line(long code) {
    return line(xid(code), clock.instant());
  }

  private Verdict oldLine(long code, Duration ago) {
    return health.logged(
        new LoggedFault(name(GPU), xid(code), clock.instant().minus(ago), true, false), true);
  }

  private long count(long code) {
    return health.faultCounts().getOrDefault(name(GPU), Map.of()).getOrDefault(xid(code), 0L);
  }

  private HealthReport report() {
    return Objects.requireNonNull(health.reports().get(name(GPU)));
  }

  @Test
  void whatTheDriverDidNotDeliverIsAFaultWithTheKernelsTime() {
    Instant at = clock.instant();
    clock.seconds(3);
    assertThat(line(xid(79), at)).isEqualTo(Verdict.NEW);
    assertThat(report().state()).isEqualTo(State.UNHEALTHY);
    assertThat(report().reasons())
        .singleElement()
        .satisfies(r -> assertThat(r.since()).isEqualTo(at));
    assertThat(count(79)).isEqualTo(1);
    assertThat(Objects.requireNonNull(health.reports().get(name("gpu-1"))).reasons()).isEmpty();
  }

  @Test
  void anXidThatComesAsEventAsOperationalEventAndAsLineIsOne() {
    operational(79);
    event(79);
    assertThat(line(79)).isEqualTo(Verdict.KNOWN);
    assertThat(count(79)).isEqualTo(1);
    assertThat(report().reasons()).hasSize(1);
    assertThat(line(79)).isEqualTo(Verdict.NEW);
    operational(79);
    assertThat(count(79)).isEqualTo(2);
  }

  @Test
  void anXidThatOnlyTheOperationalEventTellsIsAFault() {
    operational(145);
    assertThat(count(145)).isEqualTo(1);
    assertThat(report().state()).isEqualTo(State.UNHEALTHY);
  }

  @Test
  void whatHasOneSourceIsNoEchoAndHasNone() {
    for (int i = 0; i < 2; i++) {
      health.signals(
          List.of(new Signal.Fault(name(GPU), clock.instant(), xid(79), FaultSource.SOLE)));
    }
    assertThat(line(79)).isEqualTo(Verdict.NEW);
    assertThat(count(79)).isEqualTo(3);
  }

  private void operational(long code) {
    health.signals(
        List.of(new Signal.Fault(name(GPU), clock.instant(), xid(code), FaultSource.SECOND_EVENT)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSameEventIsReportedOnceWhoeverIsFirst(boolean lineFirst) {
    for (int i = 0; i < 3; i++) {
      if (lineFirst) {
        assertThat(line(31)).isEqualTo(Verdict.NEW);
        clock.seconds(2);
        event(31);
      } else {
        event(31);
        clock.seconds(2);
        assertThat(line(31)).isEqualTo(Verdict.KNOWN);
      }
      clock.seconds(0.1);
    }
    assertThat(count(31)).isEqualTo(3);
  }

  @Test
  void aStormIsCountedAsOftenAsTheSourceThatHeardMore() {
    for (int i = 0; i < 1000; i++) {
      event(31);
    }
    for (int i = 0; i < 50; i++) {
      assertThat(line(31)).isEqualTo(Verdict.KNOWN);
    }
    assertThat(count(31)).isEqualTo(1000);
    event(13);
    assertThat(line(13)).isEqualTo(Verdict.KNOWN);
    assertThat(line(13)).isEqualTo(Verdict.NEW);
    assertThat(count(13)).isEqualTo(2);
  }

  @Test
  void anotherXidOrMuchLaterIsAnotherEvent() {
    event(79);
    assertThat(line(48)).isEqualTo(Verdict.NEW);
    clock.seconds(6);
    assertThat(line(79)).isEqualTo(Verdict.NEW);
    assertThat(count(79)).isEqualTo(2);
  }

  @Test
  void theLineAddsTheSubCodeToAnEventThatIsKnown() {
    event(149);
    FaultCode exact = new FaultCode("xid", "149", "netir-link-evt.4");
    assertThat(line(exact, clock.instant())).isEqualTo(Verdict.KNOWN);
    assertThat(count(149)).isEqualTo(1);
    assertThat(report().reasons()).singleElement().asString().contains("netir-link-evt.4");
  }

  @Test
  void aLineOfBeforeAResetRaisesNothing() {
    Instant before = clock.instant();
    clock.seconds(10);
    health.signals(List.of(new Signal.Reset(name(GPU), clock.instant())));
    assertThat(line(xid(79), before)).isEqualTo(Verdict.OVER);
    assertThat(report().reasons()).isEmpty();
    assertThat(count(79)).isZero();
    clock.seconds(10);
    assertThat(line(79)).isEqualTo(Verdict.NEW);
  }

  @Test
  void aLineOfTheMomentOfAResetCounts() {
    Instant at = clock.instant();
    clock.seconds(1);
    health.signals(List.of(new Signal.Reset(name(GPU), clock.instant())));
    assertThat(line(xid(79), at)).isEqualTo(Verdict.NEW);
  }

  @Test
  void anOldLineWaitsForReadingsAndForTheSavedFaults() {
    LoggedFault old =
        new LoggedFault(name("gpu-1"), xid(79), clock.instant().minusSeconds(60), true, false);
    assertThat(health.logged(old, false)).isEqualTo(Verdict.NOT_YET);
    assertThat(health.logged(old, true)).isEqualTo(Verdict.NEW);
    LoggedFault unknown = new LoggedFault(name("gpu-9"), xid(79), clock.instant(), true, false);
    assertThat(health.logged(unknown, true)).isEqualTo(Verdict.NO_DEVICE);
  }

  @Test
  void anOldLineRaisesNothingWhereTheDriverAsksForNothing() {
    action = 0;
    assertThat(oldLine(79, Duration.ofHours(1))).isEqualTo(Verdict.OVER);
    action = 2;
    assertThat(oldLine(79, Duration.ofHours(1))).isEqualTo(Verdict.NEW);
    assertThat(report().state()).isEqualTo(State.UNHEALTHY);
    assertThat(count(79)).isZero();
  }

  @Test
  void theDriversWordEndsALaterFaultThatOnlyTheLogTold() {
    action = 0;
    assertThat(line(145)).isEqualTo(Verdict.NEW);
    assertThat(report().state()).isEqualTo(State.UNHEALTHY);
    clock.seconds(2);
    health.tick();
    assertThat(report().state()).isEqualTo(State.UNHEALTHY);
    clock.seconds(4);
    health.tick();
    assertThat(report().reasons()).isEmpty();
  }

  @Test
  void anEndedFaultInTheRecordsKeepsAnOldLineFromRaisingItAgain(@TempDir Path dir)
      throws Exception {
    Instant before = Instant.now().minusSeconds(60);
    onRealClocks(dir, "boot-1");
    assertThat(line(xid(79), Instant.now())).isEqualTo(Verdict.NEW);
    health.repaired(name(GPU), Optional.empty());
    onRealClocks(dir, "boot-1");
    assertThat(old(79, before)).isEqualTo(Verdict.OVER);
    assertThat(old(62, before)).isEqualTo(Verdict.OVER);
    assertThat(report().reasons()).isEmpty();
    assertThat(old(79, Instant.now().plusSeconds(1))).isEqualTo(Verdict.NEW);
  }

  @Test
  void anEndInAnEarlierBootSaysNothing(@TempDir Path dir) throws Exception {
    Instant before = Instant.now().minusSeconds(60);
    onRealClocks(dir, "boot-1");
    line(xid(79), Instant.now());
    health.repaired(name(GPU), Optional.empty());
    onRealClocks(dir, "boot-2");
    assertThat(old(79, before)).isEqualTo(Verdict.NEW);
  }

  private Verdict old(long code, Instant at) {
    return health.logged(new LoggedFault(name(GPU), xid(code), at, true, false), true);
  }

  /** Another process, whose store has read what the last one wrote. */
  private void onRealClocks(Path dir, String boot) {
    if (store != null) {
      store.close();
    }
    store = FaultStore.in(dir.resolve("faults"), () -> Optional.of(boot));
    health = new HealthAssessor(Fakes.RULES);
    health.keep(store);
    inventory(health);
  }

  @AfterEach
  void close() {
    if (store != null) {
      store.close();
    }
  }
}
