package dev.acceld.health;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.Vendor;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.health.amd.AmdHealthRules;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRulebook;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uncorrectable errors of an AMD GPU, told by its counters and by the kernel's log. */
class AmdFaultsTest {
  private static final String GPU = "amd-0000-05-00-0";
  private static final FaultCode MEMORY = RasBlock.UMC.fault();

  @TempDir Path dir;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private Readings readings = Readings.EMPTY;

  private HealthAssessor assessor(FaultStore store) {
    HealthAssessor health =
        new HealthAssessor(
            new HealthRulebook(Map.of(Vendor.AMD, new AmdHealthRules())),
            clock::instant,
            clock::nanos);
    health.keep(store);
    health.readings(() -> readings);
    health.inventory(
        new Inventory(
            clock.instant(),
            List.of(Fakes.gpu(GPU, Vendor.AMD)),
            Set.of(),
            List.of(new ProbeStatus("amd", ProbeStatus.State.READY, clock.instant(), ""))));
    return health;
  }

  private FaultStore store() {
    return FaultStore.in(dir.resolve("faults"), () -> Optional.of("boot-1"));
  }

  private static List<String> reasons(HealthAssessor health) {
    return Objects.requireNonNull(health.reports().get(name(GPU))).reasons().stream()
        .map(Reason::signal)
        .toList();
  }

  private void counted(HealthAssessor health, Instant at) {
    health.signals(List.of(new Signal.Fault(name(GPU), at, MEMORY)));
  }

  private Verdict logged(HealthAssessor health, FaultCode code, Instant at) {
    return health.logged(new LoggedFault(name(GPU), code, at, false, true), true);
  }

  private void read(HealthAssessor health, double joules, double uncorrected) {
    clock.seconds(1);
    readings =
        new Readings(
            clock.instant(),
            Map.of(
                name(GPU),
                Sample.of(Map.of(Metric.ENERGY, joules, Metric.ECC_UNCORRECTED, uncorrected))));
    health.tick();
  }

  @Test
  void counterAndLogTellOfOneError() {
    try (FaultStore store = store()) {
      HealthAssessor health = assessor(store);
      Instant at = clock.instant();
      counted(health, at);
      assertThat(logged(health, MEMORY, at.plusSeconds(4))).isEqualTo(Verdict.KNOWN);
      assertThat(health.faultCounts()).isEqualTo(Map.of(name(GPU), Map.of(MEMORY, 1L)));
      // Another block is another error, and so is one that comes much later.
      assertThat(logged(health, RasBlock.GFX.fault(), at)).isEqualTo(Verdict.NEW);
      assertThat(logged(health, MEMORY, at.plusSeconds(60))).isEqualTo(Verdict.NEW);
      assertThat(reasons(health)).containsExactlyInAnyOrder("ras-gfx", "ras-umc");
    }
  }

  /** The log comes first where the counters could not be read during the driver's reset. */
  @Test
  void theLogMayComeFirst() {
    try (FaultStore store = store()) {
      HealthAssessor health = assessor(store);
      Instant at = clock.instant();
      assertThat(logged(health, MEMORY, at)).isEqualTo(Verdict.NEW);
      counted(health, at.plusSeconds(1));
      assertThat(health.faultCounts()).isEqualTo(Map.of(name(GPU), Map.of(MEMORY, 1L)));
    }
  }

  /** What ends it then is what a reset starts anew. */
  @Test
  void aFaultOutlivesTheAgentAndEndsWithTheEvidence() {
    try (FaultStore store = store()) {
      HealthAssessor health = assessor(store);
      read(health, 50_000, 1);
      counted(health, clock.instant());
      read(health, 51_000, 1);
      assertThat(reasons(health)).containsExactly("ras-umc");
    }
    try (FaultStore store = store()) {
      HealthAssessor next = assessor(store);
      await().until(() -> reasons(next).equals(List.of("ras-umc")));
      read(next, 52_000, 1);
      read(next, 53_000, 1);
      assertThat(reasons(next)).containsExactly("ras-umc");
      read(next, 100, 1);
      read(next, 300, 1);
      assertThat(reasons(next)).isEmpty();
    }
  }
}
