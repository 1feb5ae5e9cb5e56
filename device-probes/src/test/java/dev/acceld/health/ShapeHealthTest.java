package dev.acceld.health;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Vendor;
import dev.acceld.health.tpu.TpuHealthRules;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Signal;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.tpu.TpuModule;
import dev.acceld.vendor.AerFaults;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.VendorOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block of chips that contains a bad chip is bad; its other chips are not. */
class ShapeHealthTest {
  private static final String CHIP = "tpu-0000-00-07";
  private static final List<String> WITH = List.of("tpu-2x2-0000-00-04", "tpu-2x4-0000-00-04");

  @TempDir Path root;
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final HealthAssessor health =
      new HealthAssessor(
          new HealthRulebook(Map.of(Vendor.GOOGLE, new TpuHealthRules())),
          clock::instant,
          clock::nanos);
  private List<Device> devices = List.of();

  @BeforeEach
  void begin() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    VendorOptions options =
        new VendorOptions(
            Map.of(
                "tpu-shapes",
                "2x2,2x4",
                "tpu-metadata-server",
                "off",
                "tpu-pcie-error-hold",
                "24h",
                "tpu-runtime-metrics",
                "false",
                "tpu-log-keep",
                "0",
                "tpu-log-keep-for",
                "7d"));
    VendorContext context = new VendorContext(new HostFs(tree.root()), Releases.NONE, options);
    devices = new TpuModule().open(context).probe().discover().devices();
    inventory();
  }

  private void inventory(String... missing) {
    ProbeStatus status =
        new ProbeStatus("tpu", ProbeStatus.State.READY, clock.instant(), "8 devices");
    health.inventory(
        new Inventory(
            clock.instant(),
            devices,
            Stream.of(missing).map(Fakes::name).collect(Collectors.toSet()),
            List.of(status)));
    clock.seconds(1);
  }

  private void signal(Signal... signals) {
    health.signals(List.of(signals));
  }

  private Signal fatal(String chip) {
    return new Signal.Fault(name(chip), clock.instant(), AerFaults.FATAL);
  }

  private HealthReport report(String device) {
    return Objects.requireNonNull(health.reports().get(name(device)));
  }

  private List<String> unwell() {
    return health.reports().values().stream()
        .filter(report -> report.state() != State.HEALTHY)
        .map(report -> report.device().value())
        .toList();
  }

  @Test
  void aShapeIsBadWithOneOfItsChipsAndTheOthersAreGood() {
    assertThat(devices).anyMatch(d -> d.name().value().equals("tpu-2x2-0000-00-04"));
    signal(fatal(CHIP));
    assertThat(unwell()).contains(CHIP).containsAll(WITH);
    assertThat(unwell()).filteredOn(n -> !n.startsWith("tpu-2x")).containsExactly(CHIP);
    assertThat(unwell()).doesNotContain("tpu-2x2-0000-00-0a");
    HealthReport.Reason reason = report(WITH.getFirst()).reasons().getFirst();
    assertThat(reason.code()).isEqualTo("aer");
    assertThat(reason.value()).isEqualTo("fatal");
    assertThat(reason.action()).isEqualTo(Action.RESET);
    assertThat(reason.message())
        .isEqualTo(
            CHIP
                + ": fatal PCIe error (AER): the link to the device is not reliable until a reset");
    assertThat(report(WITH.getFirst()).schedulable()).isFalse();
    signal(new Signal.FaultOver(name(CHIP), clock.instant(), AerFaults.FATAL));
    assertThat(unwell()).isEmpty();
  }

  /** Two chips have the same fault, and one recovers. */
  @Test
  void aShapeIsBadWhileAnyOfItsChipsIs() {
    signal(fatal(CHIP), fatal("tpu-0000-00-04"));
    assertThat(report(WITH.getFirst()).reasons()).hasSize(2);
    signal(new Signal.Reset(name(CHIP), clock.instant()));
    assertThat(report(CHIP).state()).isEqualTo(State.HEALTHY);
    assertThat(report(WITH.getFirst()).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report(WITH.getFirst()).reasons())
        .singleElement()
        .satisfies(r -> assertThat(r.message()).startsWith("tpu-0000-00-04: "));
  }

  @Test
  void aShapeWithADegradedChipIsDegraded() {
    signal(
        new Signal.Defect(
            name(CHIP), clock.instant(), DefectKind.PCIE_LINK_NARROW, true, "x8 instead of x16"));
    assertThat(report(WITH.getFirst()).state()).isEqualTo(State.DEGRADED);
    assertThat(report(WITH.getFirst()).schedulable()).isTrue();
    signal(new Signal.Defect(name(CHIP), clock.instant(), DefectKind.PCIE_LINK_DOWN, true, ""));
    assertThat(report(WITH.getFirst()).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report(CHIP).reasons().getFirst().code()).isEqualTo("pcie-link-down");
  }

  /** What was said before a shape came into being is true for it, too. */
  @Test
  void aShapeThatIsFoundLaterIsAsBadAsItsChip() {
    List<Device> all = devices;
    devices = all.stream().filter(d -> !d.group()).toList();
    inventory();
    signal(fatal(CHIP));
    devices = all;
    inventory();
    assertThat(unwell()).containsAll(WITH);
  }

  @Test
  void aMissingChipIsMissedInItsShapes() {
    inventory(CHIP);
    assertThat(report(WITH.getFirst()).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report("tpu-0000-00-04").state()).isEqualTo(State.HEALTHY);
    inventory();
    assertThat(unwell()).isEmpty();
  }

  /** New pods go to another chip until somebody has seen that nobody has this one open. */
  @Test
  void aLeftoverProcessTakesItsChipAndTheShapesWithItAway() {
    signal(
        new Signal.Defect(
            name(CHIP),
            clock.instant(),
            DefectKind.LEFTOVER_PROCESS,
            true,
            "process 4711 (python3), which is in no pod"));
    HealthReport report = report(CHIP);
    assertThat(report.schedulable()).isFalse();
    assertThat(report.reasons().getFirst().code()).isEqualTo("leftover-process");
    assertThat(report.reasons().getFirst().message())
        .isEqualTo(
            "a process has the device open, and no claim of this driver holds it: process 4711"
                + " (python3), which is in no pod");
    assertThat(report.reasons().getFirst().action().describe())
        .isEqualTo("if the process does not end by itself, kill it on the node");
    assertThat(unwell()).hasSize(3);
    signal(new Signal.Defect(name(CHIP), clock.instant(), DefectKind.LEFTOVER_PROCESS, false, ""));
    assertThat(unwell()).isEmpty();
  }
}
