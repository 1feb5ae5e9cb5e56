package dev.acceld.usage;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A node whose readings and claims a test sets between two looks. */
public final class UsageStage {
  public static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  public static final DeviceName GPU = new DeviceName("gpu-0a1b2c3d");
  public static final DeviceName OTHER = new DeviceName("gpu-4e5f6a7b");
  public static final DeviceName SMALL = new DeviceName("gpu-0a1b2c3d-mig-1g10gb-0");
  static final DeviceName HALF = new DeviceName("gpu-0a1b2c3d-mig-3g40gb-4");

  final Map<DeviceName, Sample> readings = new LinkedHashMap<>();
  final Map<String, PreparedClaim> claims = new LinkedHashMap<>();
  public final List<Device> devices = new ArrayList<>(List.of(gpu(GPU), gpu(OTHER)));
  boolean claimsKnown = true;

  public NodeSnapshot look() {
    List<PreparedClaim> prepared = List.copyOf(claims.values());
    Holders holders = Holders.of(prepared, devices);
    List<DeviceSnapshot> all = new ArrayList<>();
    for (Device device : devices) {
      all.add(
          new DeviceSnapshot(
              device,
              device instanceof MigDevice part ? Optional.of(gpu(part.parent())) : Optional.empty(),
              true,
              readings.getOrDefault(device.name(), Sample.EMPTY),
              List.of(),
              Optional.empty(),
              Map.of(),
              HealthRules.NONE,
              holders.holders(device.name())));
    }
    return new NodeSnapshot(
        1,
        all,
        List.of(),
        claimsKnown ? Optional.of(prepared) : Optional.empty(),
        ContainerUses.NONE,
        Map.of());
  }

  public UsageStage reads(DeviceName device, double utilization, double watts, double joules) {
    readings.put(
        device,
        Sample.of(
            Map.of(
                Metric.UTILIZATION,
                utilization,
                Metric.POWER,
                watts,
                Metric.ENERGY,
                joules,
                Metric.MEMORY_USED,
                1000.0,
                Metric.PROCESSES,
                utilization > 0 ? 1.0 : 0.0)));
    return this;
  }

  public UsageStage prepare(String uid, DeviceName... held) {
    List<PreparedDevice> of = new ArrayList<>();
    for (DeviceName device : held) {
      of.add(
          new PreparedDevice(
              "r", "node-1", device.value(), Optional.empty(), false, List.of("acceld.dev/d=x")));
    }
    claims.put(
        uid,
        new PreparedClaim(
            claim(uid), of, List.of(new PodRef("team", "pod-" + uid, "p-" + uid)), START));
    return this;
  }

  static ClaimRef claim(String uid) {
    return new ClaimRef("team", "claim-" + uid, uid);
  }

  public static Gpu gpu(DeviceName name) {
    return new Gpu(
        common(name, "gpu", name.value()),
        "GPU-0a1b2c3d-0000-4000-8000-000000000000",
        "NVIDIA H100 80GB HBM3",
        Optional.empty(),
        OptionalInt.of(0),
        OptionalInt.of(0),
        80L << 30,
        "580.159.04");
  }

  public static MigDevice partition(DeviceName name, String profile, long bytes) {
    return new MigDevice(
        common(name, "mig", GPU.value()),
        GPU,
        "GPU-0a1b2c3d-0000-4000-8000-000000000000",
        "NVIDIA H100 80GB HBM3",
        profile,
        new MigDevice.Shape(19, 0, 1),
        Optional.of(new MigDevice.Instance("MIG-" + name.value(), 9, 0)),
        bytes,
        "580.159.04",
        false);
  }

  private static DeviceCommon common(DeviceName name, String type, String physical) {
    return new DeviceCommon(
        name,
        type,
        Vendor.NVIDIA,
        Kind.GPU,
        physical,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of());
  }
}
