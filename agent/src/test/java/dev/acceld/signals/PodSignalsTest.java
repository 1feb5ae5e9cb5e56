package dev.acceld.signals;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.Holders;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.vendor.HealthRules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PodSignalsTest {
  private static final PodRef A = new PodRef("team", "a", "uid-a");
  private static final PodRef B = new PodRef("team", "b", "uid-b");
  private static final PodRef C = new PodRef("team", "c", "uid-c");

  private final List<Device> devices = new ArrayList<>(List.of(gpu("g0"), gpu("g1")));
  private final Map<String, Sample> readings = new HashMap<>();
  private final List<PreparedClaim> claims = new ArrayList<>();
  private ContainerUses containers = ContainerUses.NONE;

  private static DeviceCommon common(String name, String type) {
    return new DeviceCommon(
        new DeviceName(name),
        type,
        Vendor.NVIDIA,
        Kind.GPU,
        name,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static Gpu gpu(String name) {
    return new Gpu(
        common(name, "gpu"),
        "GPU-" + name,
        "NVIDIA H100 80GB HBM3",
        Optional.empty(),
        OptionalInt.of(0),
        OptionalInt.of(0),
        80L << 30,
        "580");
  }

  private static MigDevice part(String name, String profile, int gib) {
    return new MigDevice(
        common(name, "mig"),
        new DeviceName("g0"),
        "GPU-g0",
        "NVIDIA H100 80GB HBM3",
        profile,
        new MigDevice.Shape(19, 0, 1),
        Optional.of(new MigDevice.Instance("MIG-" + name, 9, 0)),
        (long) gib << 30,
        "580",
        false);
  }

  private void reads(String device, Map<Metric, Double> values) {
    readings.put(device, Sample.of(values));
  }

  private void claim(String uid, List<PodRef> pods, boolean admin, String... held) {
    claims.add(
        new PreparedClaim(
            new ClaimRef("team", uid, uid),
            Arrays.stream(held)
                .map(
                    d -> new PreparedDevice("r", "n", d, Optional.empty(), admin, List.of("x/y=z")))
                .toList(),
            pods,
            Instant.EPOCH));
  }

  private Map<PodRef, PodSignals> signals() {
    Holders holders = Holders.of(claims, devices);
    List<DeviceSnapshot> all =
        devices.stream()
            .map(device ->
                new DeviceSnapshot(
                    device,
                    device instanceof MigDevice ? Optional.of(gpu("g0")) : Optional.empty(),
                    true,
                    readings.getOrDefault(device.name().value(), Sample.EMPTY),
                    List.of(),
                    Optional.empty(),
                    Map.of(),
                    HealthRules.NONE,
                    holders.holders(device.name())))
            .toList();
    Map<PodRef, PodSignals> byPod = new HashMap<>();
    PodSignals.of(new NodeSnapshot(1, all, List.of(), Optional.of(claims), containers, Map.of()))
        .forEach(s -> assertThat(byPod.put(s.pod(), s)).as("one of each pod").isNull());
    return byPod;
  }

  private static PodSignals signal(Map<PodRef, PodSignals> of, PodRef pod) {
    return requireNonNull(of.get(pod));
  }

  private static final double GIB = 1L << 30;

  @Test
  void busyIsTheMeanMemoryAndSaturationAreTheWorstAndPowerIsTheSum() {
    reads(
        "g0",
        Map.of(
            Metric.UTILIZATION, 0.9,
            Metric.MEMORY_USED, 10 * GIB,
            Metric.MEMORY_TOTAL, 80 * GIB,
            Metric.SM_ACTIVE, 0.4,
            Metric.DRAM_ACTIVE, 0.7,
            Metric.POWER, 500.0));
    reads(
        "g1",
        Map.of(
            Metric.UTILIZATION, 0.1,
            Metric.MEMORY_USED, 60 * GIB,
            Metric.MEMORY_TOTAL, 80 * GIB,
            Metric.SM_ACTIVE, 0.5,
            Metric.POWER, 100.0));
    claim("1", List.of(A), false, "g0");
    claim("2", List.of(A), false, "g1");

    PodSignals of = signal(signals(), A);
    assertThat(of.devices()).isEqualTo(2);
    assertThat(of.busyRatio()).isCloseTo(0.5, within(1e-9));
    assertThat(of.memoryUsedRatio()).isEqualTo(0.75);
    assertThat(of.saturationRatio()).isEqualTo(0.7);
    assertThat(of.powerWatts()).isEqualTo(600);
  }

  @Test
  void whatAddsUpIsSplitBetweenClaimsAndThenPodsAndRatiosAreNot() {
    reads("g0", Map.of(Metric.UTILIZATION, 0.8, Metric.POWER, 400.0));
    claim("1", List.of(A), false, "g0");
    claim("2", List.of(B, C), false, "g0");

    Map<PodRef, PodSignals> all = signals();
    assertThat(all).containsOnlyKeys(A, B, C);
    assertThat(all.values()).allSatisfy(s -> assertThat(s.busyRatio()).isEqualTo(0.8));
    assertThat(signal(all, A).devices()).isEqualTo(0.5);
    assertThat(signal(all, B).devices()).isEqualTo(0.25);
    assertThat(signal(all, A).powerWatts()).isEqualTo(200);
    assertThat(signal(all, C).powerWatts()).isEqualTo(100);
  }

  @Test
  void twoClaimsOfAPodOnOneDeviceAreOneDevice() {
    reads("g0", Map.of(Metric.UTILIZATION, 0.8, Metric.POWER, 400.0));
    claim("1", List.of(A), false, "g0");
    claim("2", List.of(new PodRef("team", "a", "")), false, "g0");

    Map<PodRef, PodSignals> all = signals();
    assertThat(all).containsOnlyKeys(A);
    assertThat(signal(all, A).devices()).isEqualTo(1);
    assertThat(signal(all, A).powerWatts()).isEqualTo(400);
  }

  @Test
  void aPartitionHasItsPartOfTheGpusPower() {
    devices.add(part("m1", "1g.10gb", 10));
    devices.add(part("m2", "1c.2g.20gb", 20));
    reads("g0", Map.of(Metric.POWER, 400.0));
    reads("m1", Map.of(Metric.GRAPHICS_ACTIVE, 0.25));
    claim("1", List.of(A), false, "m1");
    claim("2", List.of(B), false, "m2");

    assertThat(signal(signals(), A).powerWatts()).isEqualTo(50);
    assertThat(signal(signals(), A).busyRatio()).isEqualTo(0.25);
    assertThat(signal(signals(), B).powerWatts()).isEqualTo(50);
    assertThat(signal(signals(), B).busyRatio()).isNaN();
  }

  @Test
  void whatIsNotReportedIsAbsentAndPartOfTheSumIsNotTheSum() {
    reads("g0", Map.of(Metric.UTILIZATION, 0.6, Metric.POWER, 400.0));
    claim("1", List.of(A), false, "g0", "g1");

    PodSignals of = signal(signals(), A);
    assertThat(of.devices()).isEqualTo(2);
    assertThat(of.busyRatio()).as("of the one that reports it").isEqualTo(0.6);
    assertThat(of.powerWatts()).isNaN();
    assertThat(of.memoryUsedRatio()).isNaN();
    assertThat(of.saturationRatio()).isNaN();
  }

  @Test
  void whoOnlyLooksHasNothingAndADevicePluginsPodHasWhatItWasGiven() {
    reads("g0", Map.of(Metric.UTILIZATION, 0.6));
    claim("1", List.of(A), true, "g0");
    PodRef classic = new PodRef("team", "classic", "");
    containers =
        new ContainerUses(
            Map.of(),
            List.of(
                new ContainerUses.Given(new DeviceName("g0"), "nvidia.com/gpu", classic, "main"),
                new ContainerUses.Given(new DeviceName("g0"), "nvidia.com/gpu", classic, "side")));

    Map<PodRef, PodSignals> all = signals();
    assertThat(all).containsOnlyKeys(classic);
    assertThat(signal(all, classic).devices()).isEqualTo(1);
    assertThat(signal(all, classic).busyRatio()).isEqualTo(0.6);
  }

  @Test
  void aPodThatIsReplacedUnderItsNameIsTwo() {
    claim("1", List.of(A), false, "g0");
    claim("2", List.of(new PodRef("team", "a", "uid-next")), false, "g1");
    assertThat(signals()).hasSize(2);
    claims.clear();
    assertThat(signals()).isEmpty();
  }
}
