package dev.acceld.health;

import static dev.acceld.probe.Fakes.gpu;
import static dev.acceld.probe.Fakes.name;
import static dev.acceld.probe.Fakes.tpu;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Vendor;
import dev.acceld.health.amd.AmdHealthRules;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.health.intel.IntelHealthRules;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.health.tpu.TpuHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.AerFaults;
import dev.acceld.vendor.HealthRulebook;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who suffers from a fault of one part of a node: two GPUs, one of them in partitions, beside four
 * TPU chips and the shapes that are made of them, and two GPUs each of AMD and Intel.
 */
class WhoIsHitTest {
  private final Fakes.HandClock clock = new Fakes.HandClock();
  private final HealthAssessor health =
      new HealthAssessor(
          new HealthRulebook(
              Map.of(
                  Vendor.NVIDIA, new NvidiaHealthRules(),
                  Vendor.GOOGLE, new TpuHealthRules(),
                  Vendor.AMD, new AmdHealthRules(),
                  Vendor.INTEL, new IntelHealthRules())),
          clock::instant,
          clock::nanos);
  private final List<Device> devices =
      List.of(
          gpu("gpu-a"),
          gpu("gpu-b"),
          gpu("gpu-b-1g", "gpu-b", "MIG-1"),
          gpu("gpu-b-2g", "gpu-b", "MIG-2"),
          gpu("amd-a", Vendor.AMD),
          gpu("amd-b", Vendor.AMD),
          tpu("chip-0"),
          tpu("chip-1"),
          tpu("chip-2"),
          tpu("chip-3"),
          tpu("shape-01", "chip-0", "chip-1"),
          tpu("shape-23", "chip-2", "chip-3"),
          tpu("shape-all", "chip-0", "chip-1", "chip-2", "chip-3"),
          gpu("intel-a", Vendor.INTEL),
          gpu("intel-b", Vendor.INTEL));

  private void inventory(String... missing) {
    health.inventory(
        new Inventory(
            clock.instant(),
            devices,
            Set.of(missing).stream().map(Fakes::name).collect(Collectors.toSet()),
            List.of(
                new ProbeStatus("nvidia", ProbeStatus.State.READY, clock.instant(), ""),
                new ProbeStatus("amd", ProbeStatus.State.READY, clock.instant(), ""),
                new ProbeStatus("tpu", ProbeStatus.State.READY, clock.instant(), ""),
                new ProbeStatus("intel", ProbeStatus.State.READY, clock.instant(), ""))));
  }

  private Signal signal(String device, String what) {
    Instant at = clock.instant();
    return switch (what) {
      case "xid-79" -> new Signal.Fault(name(device), at, NvidiaHealthRules.xid(79));
      case "xid-92" -> new Signal.Fault(name(device), at, NvidiaHealthRules.xid(92));
      case "intel-gpu-wedged" -> new Signal.Fault(name(device), at, IntelHealthRules.WEDGED);
      case "intel-gpu-hang" -> new Signal.Fault(name(device), at, IntelHealthRules.HANG);
      case "survivability-mode" ->
          new Signal.Defect(name(device), at, DefectKind.SURVIVABILITY, true, "");
      case "aer-fatal" -> new Signal.Fault(name(device), at, AerFaults.FATAL);
      case "ras-umc" -> new Signal.Fault(name(device), at, RasBlock.UMC.fault());
      case "device-lost" -> new Signal.Lost(name(device), at, "no answer");
      case "unresponsive" -> new Signal.Hung(name(device), at, true, "hangs");
      case "released" -> new Signal.Released(name(device), at, true);
      case "gpu-reset" -> new Signal.RecoveryAction(name(device), at, 1);
      case "nvlink-down" -> new Signal.Defect(name(device), at, DefectKind.LINK_DOWN, true, "3");
      case "pcie-link-narrow" ->
          new Signal.Defect(name(device), at, DefectKind.PCIE_LINK_NARROW, true, "x8");
      case "temperature" ->
          new Signal.Defect(name(device), at, DefectKind.TEMPERATURE, true, "95 C");
      default -> throw new IllegalArgumentException(what);
    };
  }

  private Map<String, State> unwell() {
    Map<String, State> unwell = new TreeMap<>();
    health
        .reports()
        .forEach((device, report) -> {
          if (report.state() != State.HEALTHY) {
            unwell.put(device.value(), report.state());
          }
        });
    return unwell;
  }

  /** Nobody else than those named, and those as badly as it says. */
  @ParameterizedTest
  @CsvSource({
    "gpu-a,    xid-79,           UNHEALTHY, gpu-a",
    "gpu-b,    xid-79,           UNHEALTHY, gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b-1g, xid-79,           UNHEALTHY, gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    xid-92,           DEGRADED,  gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    aer-fatal,        UNHEALTHY, gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    device-lost,      UNHEALTHY, gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    unresponsive,     UNKNOWN,   gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    released,         UNKNOWN,   gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    gpu-reset,        UNHEALTHY, gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    nvlink-down,      DEGRADED,  gpu-b gpu-b-1g gpu-b-2g",
    "gpu-b,    temperature,      DEGRADED,  gpu-b gpu-b-1g gpu-b-2g",
    "amd-a,    ras-umc,          UNHEALTHY, amd-a",
    "amd-a,    aer-fatal,        UNHEALTHY, amd-a",
    "amd-b,    device-lost,      UNHEALTHY, amd-b",
    "amd-b,    temperature,      DEGRADED,  amd-b",
    "chip-1,   aer-fatal,        UNHEALTHY, chip-1 shape-01 shape-all",
    "chip-2,   device-lost,      UNHEALTHY, chip-2 shape-23 shape-all",
    "chip-2,   pcie-link-narrow, DEGRADED,  chip-2 shape-23 shape-all",
    "chip-3,   released,         UNKNOWN,   chip-3 shape-23 shape-all",
    "intel-a,  intel-gpu-wedged, UNHEALTHY, intel-a",
    "intel-b,  survivability-mode, UNHEALTHY, intel-b",
    "intel-b,  aer-fatal,        UNHEALTHY, intel-b",
    "intel-a,  temperature,      DEGRADED,  intel-a",
  })
  void aFaultHitsWhatIsMadeOfThePartAndNothingElse(
      String device, String what, State state, String hit) {
    inventory();
    health.signals(List.of(signal(device, what)));
    assertThat(unwell().keySet()).containsExactlyInAnyOrder(hit.split(" ", -1));
    assertThat(Set.copyOf(unwell().values())).containsExactly(state);
  }

  @Test
  void aHangIsTheJobsOwn() {
    inventory();
    health.signals(List.of(signal("intel-a", "intel-gpu-hang")));
    assertThat(unwell()).isEmpty();
    assertThat(health.faultCounts().get(name("intel-a")))
        .isEqualTo(Map.of(IntelHealthRules.HANG, 1L));
  }

  /** A GPU that is gone takes its links with it: its peer is degraded, and can be given away. */
  @Test
  void theOtherEndOfALinkIsDegradedOnly() {
    inventory();
    inventory("gpu-a");
    health.signals(List.of(signal("gpu-b", "nvlink-down")));
    assertThat(unwell())
        .isEqualTo(
            Map.of(
                "gpu-a", State.UNHEALTHY,
                "gpu-b", State.DEGRADED,
                "gpu-b-1g", State.DEGRADED,
                "gpu-b-2g", State.DEGRADED));
    assertThat(health.reports().get(name("gpu-b")))
        .satisfies(r -> assertThat(r.schedulable()).isTrue());
  }

  /** The driver is one for all of its devices, and no others. */
  @Test
  void aDriverThatHangsHitsItsOwnDevices() {
    health.inventory(
        new Inventory(
            clock.instant(),
            devices,
            Set.of(),
            List.of(
                new ProbeStatus("nvidia", ProbeStatus.State.HUNG, clock.instant(), "hangs"),
                new ProbeStatus("tpu", ProbeStatus.State.READY, clock.instant(), ""),
                new ProbeStatus("intel", ProbeStatus.State.READY, clock.instant(), ""))));
    assertThat(unwell())
        .isEqualTo(
            Map.of(
                "gpu-a", State.UNKNOWN,
                "gpu-b", State.UNKNOWN,
                "gpu-b-1g", State.UNKNOWN,
                "gpu-b-2g", State.UNKNOWN));
  }
}
