package dev.acceld.telemetry;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.Summary;
import dev.acceld.device.SummaryMetric;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.host.ProcessTable;
import dev.acceld.probe.VendorModule;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.snapshot.SnapshotSources;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.Usage;
import dev.acceld.usage.UsageReport;
import dev.acceld.vendor.FaultCode;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/** Two GPUs and a TPU chip, whose state a test may change between scrapes. */
public final class SmallMachine {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  static final DeviceName GPU0 = new DeviceName("gpu-0a1b2c3d");
  static final DeviceName GPU1 = new DeviceName("gpu-4e5f6a7b");
  static final DeviceName TPU0 = new DeviceName("tpu-0000-00-05-0");
  static final ClaimRef CLAIM = new ClaimRef("team-a", "train-gpus", "uid-1");
  static final PodRef POD = new PodRef("team-a", "train-0", "pod-uid-1");

  List<Device> devices = List.of(gpu(GPU0, 0), gpu(GPU1, 1), tpu());
  boolean complete = true;
  boolean claimsKnown = true;
  Set<DeviceName> missing = Set.of();
  Map<String, Duration> ages = Map.of("nvidia", Duration.ofMillis(500));
  Map<DeviceName, Sample> readings = new HashMap<>();
  UsageReport usage =
      new UsageReport(
          List.of(
              new ClaimUsage(
                  CLAIM,
                  List.of(GPU0.value()),
                  List.of(POD),
                  NOW,
                  90,
                  OptionalDouble.of(12.5),
                  new Usage(90, 36_000, 60, 6e11, 12.5),
                  Optional.empty()),
              new ClaimUsage(
                  new ClaimRef("team-b", "chip", "uid-0"),
                  List.of(TPU0.value()),
                  List.of(new PodRef("team-b", "serve-0", "pod-uid-0")),
                  NOW.minusSeconds(500),
                  400,
                  OptionalDouble.empty(),
                  new Usage(400, Double.NaN, Double.NaN, Double.NaN, Double.NaN),
                  Optional.of(NOW.minusSeconds(100)))),
          Map.of("team-a", new Usage(5000, 1e6, 4000, 1e12, 100)),
          Map.of(GPU0, 0.0));
  Map<DeviceName, List<Summary>> summaries = new HashMap<>();
  Map<DeviceName, List<DeviceProcess>> processes = new HashMap<>();
  ProcessTable processTable = ProcessTable.NONE;
  Map<DeviceName, HealthReport> health = new HashMap<>();
  List<PreparedClaim> claims = List.of(claim(CLAIM, List.of(POD), GPU0));
  ContainerUses containers =
      new ContainerUses(Map.of(CLAIM.uid(), Map.of(POD, List.of("main"))), List.of());
  Map<DeviceName, Map<Long, Long>> xids = Map.of(GPU1, Map.of(79L, 1L, 13L, 4L));

  SmallMachine() {
    readings.put(GPU0, gpuReadings(0.93, 70_000L << 20));
    readings.put(GPU1, gpuReadings(0, 4L << 20));
    readings.put(TPU0, Sample.of(Map.of(Metric.MEMORY_TOTAL, 16.0 * (1L << 30))));
    health.put(GPU0, HealthReport.healthy(GPU0, NOW));
    health.put(
        GPU1,
        new HealthReport(
            GPU1,
            HealthReport.State.UNHEALTHY,
            List.of(
                new HealthReport.Reason(
                    "xid",
                    "79",
                    "The GPU has fallen off the bus.",
                    HealthReport.State.UNHEALTHY,
                    HealthReport.Effect.NO_SCHEDULE,
                    HealthReport.Action.REBOOT,
                    "the node was rebooted",
                    NOW)),
            NOW));
    summaries.put(
        TPU0,
        List.of(
            new Summary(
                SummaryMetric.PROGRAM_DURATION,
                "tensor_core",
                120,
                1.5,
                new TreeMap<>(Map.of(0.5, 0.01, 0.999, 0.02))),
            new Summary(SummaryMetric.OPERATION_DURATION, "collective", 7, 0.25, new TreeMap<>()),
            new Summary(SummaryMetric.DELIVERY_RATE, "", 2, 1e9, new TreeMap<>(Map.of(0.5, 6e8)))));
    health.put(TPU0, HealthReport.healthy(TPU0, NOW));
  }

  SnapshotSources sources() {
    return new SnapshotSources(
        () ->
            new Inventory(
                NOW,
                devices,
                missing,
                List.of(
                    new ProbeStatus("nvidia", ProbeStatus.State.READY, NOW, "2 GPUs", complete),
                    new ProbeStatus("tpu", ProbeStatus.State.HUNG, NOW, "sysfs"))),
        () -> new Readings(NOW, readings, summaries, processes),
        () -> ages,
        () -> health,
        () -> {
          if (!claimsKnown) {
            throw new IllegalStateException("the records cannot be read");
          }
          return claims;
        },
        () -> containers,
        () -> {
          Map<DeviceName, Map<FaultCode, Long>> faults = new HashMap<>();
          xids.forEach((device, of) -> {
            Map<FaultCode, Long> counts = new HashMap<>();
            of.forEach((xid, n) -> counts.put(new FaultCode("xid", Long.toString(xid)), n));
            faults.put(device, counts);
          });
          return faults;
        },
        VendorModule::rulebook,
        processTable);
  }

  void bind(Telemetry telemetry) {
    bind(telemetry, sources(), usage);
  }

  static void bind(Telemetry telemetry, SnapshotSources sources) {
    bind(telemetry, sources, UsageReport.EMPTY);
  }

  static void bind(Telemetry telemetry, SnapshotSources sources, UsageReport usage) {
    telemetry.bind(new NodeSnapshots(sources, telemetry::failed)::take, () -> usage);
  }

  /** A scrape of this machine in the text format, with the processes that use its devices. */
  String scrapeWithProcesses() {
    TelemetrySettings settings = TelemetrySettings.of("node-1", "acceld.dev", "0.1.0");
    try (Telemetry telemetry = new Telemetry(settings.withProcesses(true), new MultiCollector[0])) {
      NodeSnapshots snapshots = new NodeSnapshots(sources(), telemetry::failed);
      telemetry.bind(snapshots::takeWithProcesses, () -> usage);
      return text(telemetry);
    }
  }

  /** Of a process without figures of its own. */
  public static Telemetry telemetry(MultiCollector... others) {
    return new Telemetry(TelemetrySettings.of("node-1", "acceld.dev", "0.1.0"), others);
  }

  /** A scrape of this machine in the text format. */
  String scrape() {
    try (Telemetry telemetry = telemetry()) {
      bind(telemetry);
      return text(telemetry);
    }
  }

  public static String text(Telemetry telemetry) {
    return new String(telemetry.scrape(null).body(), StandardCharsets.UTF_8);
  }

  static PreparedClaim claim(ClaimRef claim, List<PodRef> pods, DeviceName... devices) {
    return new PreparedClaim(
        claim, Arrays.stream(devices).map(d -> prepared(d, false)).toList(), pods, NOW);
  }

  static PreparedDevice prepared(DeviceName device, boolean admin) {
    return new PreparedDevice(
        "gpus", "node-1", device.value(), Optional.empty(), admin, List.of("acceld.dev/d=x"));
  }

  static Gpu gpu(DeviceName name, int index) {
    return gpu(name, index, "NVIDIA H100 80GB HBM3");
  }

  static Gpu gpu(DeviceName name, int index, String model) {
    return new Gpu(
        new DeviceCommon(
            name,
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            name.value(),
            Optional.of(new PciAddress(0, 0x1a + index, 0, 0)),
            Optional.of("pci0000:16"),
            OptionalInt.of(0),
            Map.of(),
            Map.of(),
            List.of()),
        "GPU-0a1b2c3d-0000-4000-8000-00000000000" + index,
        model,
        Optional.of("165322300000" + index),
        OptionalInt.of(index),
        OptionalInt.of(index),
        80L << 30,
        "580.159.04");
  }

  static MigDevice mig(DeviceName name, DeviceName parent) {
    return mig(name, parent, "1g.10gb", new MigDevice.Instance("MIG-1", 9, 0));
  }

  static MigDevice mig(
      DeviceName name, DeviceName parent, String profile, MigDevice.Instance instance) {
    Gpu whole = gpu(parent, 1);
    return new MigDevice(
        new DeviceCommon(
            name,
            "mig",
            Vendor.NVIDIA,
            Kind.GPU,
            whole.common().physical(),
            whole.common().pci(),
            whole.common().pcieRoot(),
            whole.common().numaNode(),
            Map.of(),
            Map.of(),
            List.of()),
        parent,
        whole.uuid(),
        whole.model(),
        profile,
        new MigDevice.Shape(19, 6, 1),
        Optional.of(instance),
        9856L << 20,
        whole.driverVersion(),
        false);
  }

  private static TpuChip tpu() {
    return new TpuChip(
        new DeviceCommon(
            TPU0,
            "tpu-chip",
            Vendor.GOOGLE,
            Kind.TPU,
            TPU0.value(),
            Optional.of(new PciAddress(0, 0, 5, 0)),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "v5e",
        0,
        OptionalLong.of(16L << 30),
        1);
  }

  private static Sample gpuReadings(double busy, long used) {
    Map<Metric, Double> of = new HashMap<>();
    of.put(Metric.UTILIZATION, busy);
    of.put(Metric.MEMORY_UTILIZATION, busy / 2);
    of.put(Metric.MEMORY_USED, (double) used);
    of.put(Metric.MEMORY_FREE, (double) ((80L << 30) - used));
    of.put(Metric.MEMORY_TOTAL, (double) (80L << 30));
    of.put(Metric.TEMPERATURE, 54.0);
    of.put(Metric.POWER, 412.5);
    of.put(Metric.POWER_LIMIT, 700.0);
    of.put(Metric.ENERGY, 1234.567);
    of.put(Metric.SM_CLOCK, 1.98e9);
    of.put(Metric.MEMORY_CLOCK, 2.619e9);
    of.put(Metric.ECC_CORRECTED, 3.0);
    of.put(Metric.ECC_UNCORRECTED, 0.0);
    of.put(Metric.PCIE_REPLAYS, 0.0);
    of.put(Metric.PCIE_GENERATION, 5.0);
    of.put(Metric.PCIE_WIDTH, 16.0);
    return new Sample.Builder()
        .putAll(Sample.of(of))
        .put(Metric.THROTTLED, 0, 2.5)
        .put(Metric.ECC_CORRECTED_AT, 2, 3)
        .put(Metric.NVLINK_UP, 0, 1)
        .put(Metric.NVLINK_UP, 1, 0)
        .put(Metric.NVLINK_SENT, 0, 4096)
        .put(Metric.NVLINK_RECEIVED, 0, 1024)
        .put(Metric.TENSOR_ACTIVE, 0.31)
        .put(Metric.PCIE_SENT_RATE, 1e9)
        .put(Metric.RECOVERY_ACTION, 0)
        .put(Metric.ROW_REMAP_PENDING, 1)
        .put(Metric.ROW_REMAP_FAILED, 0)
        .put(Metric.SRAM_THRESHOLD_EXCEEDED, 0)
        .put(Metric.NVLINK_REPLAYS, 0, 4)
        .put(Metric.FABRIC_STATE, 3)
        .put(Metric.FABRIC_STATUS, 0)
        .put(Metric.NVLINK_SENT_RATE, 48.0 * (1 << 20))
        .put(Metric.NVLINK_RECEIVED_RATE, 16.0 * (1 << 20))
        .put(Metric.FABRIC_PROBLEM, 0, 1)
        .put(Metric.CLOCK_REASON, 2, 1)
        .put(Metric.PCIE_ERRORS, 7, 2)
        .build();
  }
}
