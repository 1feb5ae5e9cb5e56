package dev.acceld.health;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.health.nvidia.OperationalEventKind;
import dev.acceld.health.nvidia.OperationalEventRules;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that only a reset or a reboot ends outlive the process that saw them. */
class KeptFaultsTest {
  private static final String UUID = "GPU-5d2a61a0-0001-4000-8000-0000000000aa";
  private static final String BAD = "gpu-5d2a61a0";
  private static final String FILE = "gpu-5d2a61a0-0001-4000-8000-0000000000aa.xid-";
  private static final String EVENT = FILE.replace("xid-", "operational-event-");

  @TempDir Path dir;
  private final List<FaultStore> stores = new ArrayList<>();
  private volatile Optional<String> boot = Optional.of("boot-1");
  private Instant reading = Instant.parse("2026-11-22T10:00:00Z");

  @AfterEach
  void close() {
    stores.forEach(FaultStore::close);
  }

  /** One process: an assessor and its store, with the GPU in its inventory. */
  private final class Process {
    final FaultStore store = FaultStore.in(dir.resolve("faults"), () -> boot);
    final HealthAssessor health = new HealthAssessor(Fakes.RULES);
    Readings readings = Readings.EMPTY;

    Process() {
      stores.add(store);
      health.keep(store);
      health.readings(() -> readings);
      inventory(ProbeStatus.State.READY, Set.of());
    }

    void inventory(ProbeStatus.State state, Set<DeviceName> missing) {
      Device gpu = Fakes.gpu(BAD, BAD, UUID);
      health.inventory(
          new Inventory(
              Instant.now(),
              List.of(gpu, Fakes.gpu("gpu-2")),
              missing,
              List.of(new ProbeStatus("nvidia", state, Instant.now(), ""))));
    }

    void reloadsDriver() {
      inventory(ProbeStatus.State.WAITING, Set.of(name(BAD), name("gpu-2")));
      inventory(ProbeStatus.State.READY, Set.of());
    }

    Process xid(long code) {
      health.signals(
          List.of(new Signal.Fault(name(BAD), Instant.now(), NvidiaHealthRules.xid(code))));
      return this;
    }

    List<String> reasons() {
      HealthReport report = Optional.ofNullable(health.reports().get(name(BAD))).orElseThrow();
      return report.reasons().stream().map(Reason::value).toList();
    }

    boolean siblingIsHealthy() {
      return Optional.ofNullable(health.reports().get(name("gpu-2"))).orElseThrow().schedulable();
    }

    void reads(double energy, double uncorrected) {
      Sample.Builder values = new Sample.Builder();
      values.put(Metric.ENERGY, 0, energy);
      values.put(Metric.ECC_UNCORRECTED, 0, uncorrected);
      reading = reading.plusSeconds(1);
      readings = new Readings(reading, Map.of(name(BAD), values.build()));
      health.tick();
    }
  }

  private Path file(long code) {
    return dir.resolve("faults").resolve(FILE + code);
  }

  private void awaitText(long code, String text) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(file(code)) && Files.readString(file(code)).contains(text));
  }

  @Test
  void aProcessThatWasKilledLeavesItsFaultsToTheNext() {
    Process first = new Process().xid(79).xid(54).xid(121).xid(31);
    assertThat(first.reasons()).containsExactlyInAnyOrder("79", "54", "121");
    awaitText(121, "sha256=");
    Process second = new Process();
    assertThat(second.reasons()).containsExactlyInAnyOrder("79", "54", "121");
    assertThat(second.siblingIsHealthy()).isTrue();
    Optional<HealthReport> before = Optional.ofNullable(first.health.reports().get(name(BAD)));
    Optional<HealthReport> after = Optional.ofNullable(second.health.reports().get(name(BAD)));
    assertThat(after.map(HealthReport::reasons)).isEqualTo(before.map(HealthReport::reasons));
  }

  @Test
  void aResetThatTheProbeIsSureOfEndsThemWithoutCounters() {
    Process first = new Process().xid(48).xid(79);
    awaitText(79, "sha256=");
    awaitText(48, "sha256=");
    first.health.signals(List.of(new Signal.Reset(name(BAD), Instant.now())));
    assertThat(first.reasons()).doesNotContain("48");
    awaitText(48, "reset");
    assertThat(new Process().reasons()).isEqualTo(first.reasons());
  }

  @Test
  void aPersonsWordEndsAllOfThemInEveryProcess() throws IOException {
    Process first = new Process().xid(79).xid(54).xid(121);
    awaitText(79, "sha256=");
    awaitText(54, "sha256=");
    awaitText(121, "sha256=");
    Process second = new Process();
    assertThat(first.health.repaired(name("gpu-2"), Optional.empty())).isEmpty();
    assertThat(first.health.repaired(name(BAD), Optional.empty()))
        .hasSize(3)
        .contains("XID 79: GPU has fallen off the bus");
    assertThat(first.reasons()).isEmpty();
    await().atMost(Duration.ofSeconds(20)).until(() -> second.reasons().isEmpty());
    awaitText(79, "taken back as reset or repaired");
    assertThat(second.xid(79).reasons()).as("a later fault").containsExactly("79");
  }

  @Test
  void aPersonMayEndOneOfThemInEveryProcessAndNotWhatTheHardwareSays() throws IOException {
    Process first = new Process().xid(79).xid(54);
    awaitText(79, "sha256=");
    awaitText(54, "sha256=");
    Process second = new Process();
    assertThat(first.health.cleared(name("gpu-2"), NvidiaHealthRules.xid(79), "by me")).isFalse();
    assertThat(first.health.cleared(name(BAD), NvidiaHealthRules.xid(48), "by me")).isFalse();
    assertThat(first.health.cleared(name(BAD), NvidiaHealthRules.xid(79), "by me")).isTrue();
    assertThat(first.reasons()).containsExactly("54");
    assertThat(first.health.evidence(name(BAD), "xid", "79")).contains("by me");
    assertThat(first.health.evidence(name(BAD), "xid", "54")).isEmpty();
    assertThat(first.health.evidence(name("gpu-2"), "xid", "79")).isEmpty();
    awaitText(79, "by me");
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(second.reasons()).containsExactly("54"));
    assertThat(second.health.evidence(name(BAD), "xid", "79")).contains("by me");
    Process third = new Process();
    assertThat(third.reasons()).containsExactly("54");
    assertThat(third.health.evidence(name(BAD), "xid", "79"))
        .as("a record that it completes needs it")
        .contains("by me");
  }

  @Test
  void aPersonsWordIsNotTakenWhileNobodyKnowsWhatIsKept() throws IOException {
    Files.createFile(dir.resolve("faults"));
    Process process = new Process().xid(79);
    assertThatThrownBy(() -> process.health.repaired(name(BAD), Optional.empty()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("could not be read");
    assertThat(process.reasons()).containsExactly("79");
  }

  @Test
  void anotherBootEndsThemAndAnUnknownOneDoesNot() {
    new Process().xid(79);
    awaitText(79, "sha256=");
    boot = Optional.empty();
    assertThat(new Process().reasons()).containsExactly("79");
    boot = Optional.of("boot-2");
    assertThat(new Process().reasons()).isEmpty();
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.notExists(file(79)));
  }

  @Test
  void aFaultOfAnUnknownBootEndsWithTheNextReboot() {
    boot = Optional.empty();
    new Process().xid(79);
    awaitText(79, "boot=\n");
    boot = Optional.of("boot-1");
    Process second = new Process();
    assertThat(second.reasons()).containsExactly("79");
    awaitText(79, "boot=boot-1");
    boot = Optional.of("boot-2");
    assertThat(new Process().reasons()).isEmpty();
  }

  @Test
  void aResetWhileNoProcessRanIsSeenByItsCounters() {
    Process first = new Process().xid(79).xid(54).xid(121);
    first.reads(5000, 0);
    awaitText(54, "energy=5000");
    Process second = new Process();
    second.reads(5001, 0);
    assertThat(second.reasons()).hasSize(3);
    second.reads(12, 0);
    assertThat(second.reasons()).hasSize(3);
    second.reads(13, 0);
    // 54, auxiliary power, takes a pair of hands.
    assertThat(second.reasons()).containsExactly("54");
    awaitText(79, "ended=");
    assertThat(new Process().reasons()).containsExactly("54");
  }

  /** Its counters are above the old ones again before they could show that they began anew. */
  @Test
  void aDriverThatIsLoadedAgainSecondsAfterItWasLoadedIsAReset() {
    Process young = new Process().xid(79);
    young.reads(60, 0);
    young.reloadsDriver();
    young.reads(90, 0);
    assertThat(young.reasons()).isEmpty();
  }

  @Test
  void elseItsCountersTellWhetherItWasOne() {
    Process process = new Process().xid(79);
    process.reads(5000, 0);
    process.reloadsDriver();
    process.reads(5060, 0);
    process.reads(5120, 0);
    assertThat(process.reasons()).containsExactly("79");
    process.reads(60, 0);
    process.reads(120, 0);
    assertThat(process.reasons()).isEmpty();
  }

  @Test
  void aFaultThatCameBackAfterTheClockWasSetBackLasts() throws IOException {
    Process process = new Process().xid(48);
    process.reads(5000, 3);
    awaitText(48, "sha256=");
    process.reads(10, 0);
    process.reads(11, 0);
    awaitText(48, "ended=");
    Instant anHourAgo = Instant.now().minusSeconds(3600);
    process.health.signals(
        List.of(new Signal.Fault(name(BAD), anHourAgo, NvidiaHealthRules.xid(48))));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !Files.readString(file(48)).contains("ended="));
    Process second = new Process();
    assertThat(second.reasons()).containsExactly("48");
    second.xid(79);
    await().atMost(Duration.ofSeconds(20)).until(() -> process.reasons().contains("79"));
    assertThat(process.reasons()).containsExactlyInAnyOrder("48", "79");
  }

  @Test
  void aFaultSeenBeforeTheRecordsCouldBeReadIsNotOverByAnEarlierEnd() throws IOException {
    Process first = new Process().xid(48);
    first.reads(5000, 3);
    first.reads(10, 0);
    first.reads(11, 0);
    awaitText(48, "ended=");
    first.store.close();
    Path faults = dir.resolve("faults");
    Path away = Files.move(faults, dir.resolve("away"));
    Files.writeString(faults, "");
    Process second = new Process().xid(48);
    await().atMost(Duration.ofSeconds(20)).until(() -> second.store.problem().isPresent());
    Files.delete(faults);
    Files.move(away, faults);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !Files.readString(file(48)).contains("ended="));
    assertThat(second.reasons()).containsExactly("48");
  }

  @Test
  void oneOddReadingIsNoReset() {
    Process process = new Process().xid(48);
    process.reads(5000, 3);
    process.reads(5001, 0);
    process.reads(5002, 3);
    process.reads(5003, 0);
    assertThat(process.reasons()).containsExactly("48");
    process.reads(5004, 0);
    assertThat(process.reasons()).isEmpty();
  }

  @Test
  void aDamagedFileCostsItselfAndStillSaysWhatItsNameSays() throws IOException {
    new Process().xid(79).xid(48);
    awaitText(79, "sha256=");
    awaitText(48, "sha256=");
    Files.writeString(file(48), "acceld-fault 1\ncondition=xid-31\nsha256=0\n");
    Files.writeString(dir.resolve("faults").resolve("of-nobody"), "");
    assertThat(new Process().reasons()).containsExactlyInAnyOrder("79", "48");
  }

  @Test
  void anOperationalEventIsKeptWithItsSeverityAndWithoutItIsGrave() throws IOException {
    Process first = new Process();
    first.health.signals(
        List.of(event(3, OperationalEventKind.FATAL), event(4, OperationalEventKind.RECOVERABLE)));
    Path fatal = dir.resolve("faults").resolve(EVENT + "GPU-BUS-0x0003");
    Path recoverable = dir.resolve("faults").resolve(EVENT + "GPU-BUS-0x0004");
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> Files.exists(fatal) && Files.exists(recoverable));
    assertThat(states(new Process()))
        .containsExactlyInAnyOrder("GPU-BUS-0x0003 UNHEALTHY", "GPU-BUS-0x0004 DEGRADED");

    Files.writeString(recoverable, "not a record");
    assertThat(states(new Process()))
        .containsExactlyInAnyOrder("GPU-BUS-0x0003 UNHEALTHY", "GPU-BUS-0x0004 UNHEALTHY");
  }

  private static Signal event(int code, OperationalEventKind kind) {
    return new Signal.Fault(
        name(BAD), Instant.now(), OperationalEventRules.event("GPU-BUS", code, kind, 3));
  }

  private static List<String> states(Process process) {
    return Optional.ofNullable(process.health.reports().get(name(BAD)))
        .orElseThrow()
        .reasons()
        .stream()
        .map(reason -> reason.value() + " " + reason.state())
        .toList();
  }

  @Test
  void twoProcessesLearnFromEachOther() {
    Process old = new Process();
    Process fresh = new Process();
    old.xid(79);
    await().atMost(Duration.ofSeconds(20)).until(() -> fresh.reasons().equals(List.of("79")));
    old.reads(5000, 0);
    old.reads(10, 0);
    old.reads(11, 0);
    assertThat(old.reasons()).isEmpty();
    await().atMost(Duration.ofSeconds(20)).until(() -> fresh.reasons().isEmpty());
    assertThat(new Process().reasons()).isEmpty();
  }

  @Test
  void aDirectoryThatSomebodyEmptiedIsFilledAgain() throws IOException {
    Process process = new Process().xid(79);
    awaitText(79, "sha256=");
    Files.delete(file(79));
    awaitText(79, "sha256=");
    assertThat(process.reasons()).containsExactly("79");
  }

  @Test
  void aPlaceThatCannotBeWrittenIsSaidAndTriedAgain() throws IOException {
    Path inTheWay = Files.writeString(dir.resolve("faults"), "");
    Process process = new Process().xid(79);
    await().atMost(Duration.ofSeconds(20)).until(() -> process.store.problem().isPresent());
    assertThat(process.reasons()).containsExactly("79");
    Files.delete(inTheWay);
    awaitText(79, "sha256=");
    await().atMost(Duration.ofSeconds(20)).until(() -> process.store.problem().isEmpty());
  }
}
