package dev.acceld.bench;

import com.sun.management.ThreadMXBean;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.probe.Probe;
import dev.acceld.probe.VendorModule;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.snapshot.SnapshotSources;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.TelemetrySettings;
import dev.acceld.usage.UsageReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What one scrape costs on eight GPUs with seven partitions each, each held by a pod of its own:
 * bytes, CPU time and memory allocated, plain and compressed. The GPUs and their readings are the
 * simulated NVML's; the partitions have the readings that a partition has.
 */
final class ScrapeBench {
  private static final int WARM_UP = 300;
  private static final int PARTITIONS = 7;

  private final PrintStream out;
  private final int scrapes;

  ScrapeBench(PrintStream out, int scrapes) {
    this.out = out;
    this.scrapes = scrapes;
  }

  void run() throws Exception {
    try (Scratch scratch = Scratch.create()) {
      Path root = MachineProbes.plant(scratch.dir(), "h100x8");
      try (MachineProbes probes = MachineProbes.open(root, Map.of());
          Telemetry telemetry =
              new Telemetry(TelemetrySettings.of("node-1", "acceld.dev", "0.1.0"))) {
        Probe probe = probes.all().getFirst();
        List<Device> gpus = probe.discover().devices();
        probe.read(gpus);
        Thread.sleep(1000); // GPM compares two samples
        var read = probe.read(gpus);
        List<Device> all = new ArrayList<>(gpus);
        Map<DeviceName, Sample> samples = new HashMap<>();
        for (Device gpu : gpus) {
          samples.put(gpu.name(), read.of(gpu.name()));
          for (int i = 0; i < PARTITIONS; i++) {
            MigDevice part = part((Gpu) gpu, i);
            all.add(part);
            samples.put(part.name(), partReadings());
          }
        }
        List<PreparedClaim> claims =
            all.stream().filter(MigDevice.class::isInstance).map(ScrapeBench::claim).toList();
        Map<DeviceName, HealthReport> health = new HashMap<>();
        all.forEach(d -> health.put(d.name(), HealthReport.healthy(d.name(), Instant.now())));
        telemetry.bind(
            new NodeSnapshots(
                    new SnapshotSources(
                        () -> new Inventory(Instant.now(), all, java.util.Set.of(), List.of()),
                        () -> new Readings(Instant.now(), samples),
                        () -> Map.of("nvidia", Duration.ofMillis(500)),
                        () -> health,
                        () -> claims,
                        () -> ContainerUses.NONE,
                        Map::of,
                        VendorModule::rulebook),
                    telemetry::failed)
                ::take,
            () -> UsageReport.EMPTY);
        measure("text", telemetry, null);
        measure("OpenMetrics", telemetry, "application/openmetrics-text");
      }
    }
  }

  private static MigDevice part(Gpu gpu, int i) {
    DeviceCommon of = gpu.common();
    return new MigDevice(
        new DeviceCommon(
            new DeviceName(gpu.name().value() + "-1g-10gb-" + i),
            "mig",
            of.vendor(),
            of.kind(),
            of.physical(),
            of.pci(),
            of.pcieRoot(),
            of.numaNode(),
            Map.of(),
            Map.of(),
            List.of()),
        gpu.name(),
        gpu.uuid(),
        gpu.model(),
        "1g.10gb",
        new MigDevice.Shape(19, i, 1),
        Optional.of(new MigDevice.Instance("MIG-" + gpu.uuid() + "-" + i, 7 + i, 0)),
        9856L << 20,
        gpu.driverVersion(),
        false);
  }

  private static Sample partReadings() {
    Map<Metric, Double> of = new HashMap<>();
    List.of(Metric.MEMORY_USED, Metric.MEMORY_FREE, Metric.MEMORY_RESERVED, Metric.MEMORY_TOTAL)
        .forEach(m -> of.put(m, 1234567890.0));
    List.of(
            Metric.GRAPHICS_ACTIVE,
            Metric.SM_ACTIVE,
            Metric.SM_OCCUPANCY,
            Metric.INTEGER_ACTIVE,
            Metric.TENSOR_ACTIVE,
            Metric.TENSOR_DFMA_ACTIVE,
            Metric.TENSOR_HMMA_ACTIVE,
            Metric.TENSOR_IMMA_ACTIVE,
            Metric.FP64_ACTIVE,
            Metric.FP32_ACTIVE,
            Metric.FP16_ACTIVE,
            Metric.DRAM_ACTIVE)
        .forEach(m -> of.put(m, 0.123456));
    of.put(Metric.PROCESSES, 1.0);
    return Sample.of(of);
  }

  private static PreparedClaim claim(Device device) {
    String name = device.name().value();
    return new PreparedClaim(
        new ClaimRef("team-a", "claim-of-" + name, "uid-" + name),
        List.of(
            new PreparedDevice("gpu", "node-1", name, Optional.empty(), false, List.of("x/y=z"))),
        List.of(new PodRef("team-a", "pod-of-" + name, "6d0d8a6e-0000-4000-8000-" + name)),
        Instant.EPOCH);
  }

  private void measure(String format, Telemetry telemetry, @Nullable String accept)
      throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Percentiles plain = new Percentiles(scrapes);
    Percentiles zipped = new Percentiles(scrapes);
    long allocated = 0;
    int bytes = 0;
    int zip = 0;
    for (int i = -WARM_UP; i < scrapes; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      long begin = threads.getCurrentThreadCpuTime();
      byte[] body = telemetry.scrape(accept).body();
      long rendered = threads.getCurrentThreadCpuTime();
      long after = threads.getCurrentThreadAllocatedBytes();
      ByteArrayOutputStream small = new ByteArrayOutputStream(body.length / 8);
      try (GZIPOutputStream gzip =
          new GZIPOutputStream(small, 8192) {
            {
              def.setLevel(Deflater.BEST_SPEED); // as the agent does
            }
          }) {
        gzip.write(body);
      }
      long end = threads.getCurrentThreadCpuTime();
      if (i >= 0) {
        plain.add(rendered - begin);
        zipped.add(end - rendered);
        allocated += after - before;
        bytes = body.length;
        zip = small.size();
      }
    }
    out.println(Percentiles.head());
    out.println(plain.row(format + ", CPU of a scrape"));
    out.println(zipped.row(format + ", gzip besides"));
    out.printf(
        Locale.ROOT,
        "%-34s %d bytes, %d with gzip; %d KiB allocated%n",
        "",
        bytes,
        zip,
        allocated / scrapes >> 10);
  }
}
