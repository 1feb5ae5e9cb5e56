package dev.acceld.bench;

import com.sun.management.ThreadMXBean;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.http.Endpoint;
import dev.acceld.agent.http.Endpoint.Request;
import dev.acceld.agent.http.Reply;
import dev.acceld.agent.status.StatusPage;
import dev.acceld.agent.status.model.StatusSources;
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
import dev.acceld.history.RecentReadings;
import dev.acceld.probe.Probe;
import dev.acceld.probe.VendorModule;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.snapshot.ContainerUses;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.snapshot.SnapshotSources;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * What the status page costs in CPU time, bytes and memory, with ten minutes of readings that
 * change every second: of eight GPUs, and of 64 GPUs with seven partitions each, each held by a pod
 * of its own.
 */
final class PageBench {
  private static final int WARM_UP = 100;
  private static final int PARTITIONS = 7;
  private static final int SECONDS = 600;

  private final PrintStream out;
  private final int times;

  PageBench(PrintStream out, int times) {
    this.out = out;
    this.times = times;
  }

  void run() throws Exception {
    try (Scratch scratch = Scratch.create()) {
      Path root = MachineProbes.plant(scratch.dir(), "h100x8");
      try (MachineProbes probes = MachineProbes.open(root, Map.of())) {
        Probe probe = probes.all().getFirst();
        List<Device> gpus = probe.discover().devices();
        probe.read(gpus);
        Sample sample = probe.read(gpus).of(gpus.getFirst().name());
        out.println(Percentiles.head());
        measure("8 GPUs", gpus, sample, scratch.dir());
        List<Device> many = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          Gpu gpu = copy((Gpu) gpus.get(i % gpus.size()), i);
          many.add(gpu);
          for (int p = 0; p < PARTITIONS; p++) {
            many.add(part(gpu, p));
          }
        }
        measure("64 GPUs x 7 partitions", many, sample, scratch.dir());
      }
    }
  }

  private static Gpu copy(Gpu of, int number) {
    DeviceCommon c = of.common();
    return of.with(named(c, String.format(Locale.ROOT, "gpu-%08x", number), c.type()));
  }

  private static DeviceCommon named(DeviceCommon c, String name, String type) {
    return new DeviceCommon(
        new DeviceName(name),
        type,
        c.vendor(),
        c.kind(),
        c.physical(),
        c.pci(),
        c.pcieRoot(),
        c.numaNode(),
        c.attributes(),
        c.capacities(),
        c.files());
  }

  private static MigDevice part(Gpu gpu, int i) {
    return new MigDevice(
        named(gpu.common(), gpu.name().value() + "-mig-1g10gb-19-" + i, "mig"),
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

  private static Readings at(int second, List<Device> devices, Sample of) {
    Map<DeviceName, Sample> samples = new HashMap<>();
    for (Device device : devices) {
      double load = 0.5 + 0.5 * Math.sin(second / 20.0 + device.name().hashCode());
      Sample.Builder sample = new Sample.Builder();
      if (device instanceof MigDevice) {
        sample.put(Metric.GRAPHICS_ACTIVE, load).put(Metric.MEMORY_USED, load * 9e9);
        sample.put(Metric.MEMORY_TOTAL, 1e10);
      } else {
        sample.putAll(of).put(Metric.UTILIZATION, load).put(Metric.MEMORY_USED, load * 8e10);
        sample.put(Metric.POWER, 100 + 600 * load).put(Metric.TEMPERATURE, 40 + 30 * load);
      }
      samples.put(device.name(), sample.build());
    }
    return new Readings(Instant.now(), samples);
  }

  private void measure(String what, List<Device> devices, Sample sample, Path dir)
      throws Exception {
    AtomicLong clock = new AtomicLong();
    RecentReadings recent = new RecentReadings(Duration.ofSeconds(1), clock::get);
    Readings last = Readings.EMPTY;
    for (int second = 0; second < SECONDS; second++) {
      clock.addAndGet(Duration.ofSeconds(1).toNanos());
      last = at(second, devices, sample);
      recent.add(last);
    }
    Readings latest = last;
    Inventory inventory = new Inventory(Instant.now(), devices, Set.of(), List.of());
    Map<DeviceName, HealthReport> health = new HashMap<>();
    devices.forEach(d -> health.put(d.name(), HealthReport.healthy(d.name(), Instant.now())));
    List<PreparedClaim> claims =
        devices.stream().filter(MigDevice.class::isInstance).map(PageBench::claim).toList();
    NodeSnapshots snapshots =
        new NodeSnapshots(
            new SnapshotSources(
                () -> inventory,
                () -> latest,
                () -> Map.of("nvidia", Duration.ofMillis(500)),
                () -> health,
                () -> claims,
                () -> ContainerUses.NONE,
                Map::of,
                VendorModule::rulebook),
            (source, e) -> out.println(source + " failed"));
    StatusSources sources =
        new StatusSources(
            "node-1",
            "acceld.dev",
            "0.1.0",
            snapshots::take,
            () -> true,
            Optional.empty(),
            recent::of,
            () -> UsageReport.EMPTY,
            () -> List.of(Condition.advisory("devices", true, "all")),
            List::of,
            FlightFiles.below(dir));
    try (StatusPage page = StatusPage.of(sources)) {
      page("/", what, endpoint(page, "/"), "/");
      page("API devices", what, endpoint(page, "/api/v1/"), "/api/v1/devices");
      String one = "/devices/" + devices.getFirst().name().value();
      page("device", what, endpoint(page, "/devices/"), one);
    }
  }

  private static Endpoint endpoint(StatusPage page, String path) {
    return Objects.requireNonNull(page.endpoints().get(path), path);
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

  private void page(String name, String what, Endpoint endpoint, String path) throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Request request = new Request(path, "text/html", null);
    Percentiles rendered = new Percentiles(times);
    long allocated = 0;
    byte[] body = new byte[0];
    for (int i = -WARM_UP; i < times; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      long begin = threads.getCurrentThreadCpuTime();
      Reply reply = endpoint.get(request);
      long end = threads.getCurrentThreadCpuTime();
      if (i >= 0) {
        rendered.add(end - begin);
        allocated += threads.getCurrentThreadAllocatedBytes() - before;
        body = reply.body();
      }
    }
    out.println(rendered.row(what + ", " + name));
    out.printf(
        Locale.ROOT,
        "%-34s %d bytes, %d with gzip; %d KiB allocated%n",
        "",
        body.length,
        zipped(body),
        (allocated / times) >> 10);
  }

  private static int zipped(byte[] body) throws Exception {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip =
        new GZIPOutputStream(small, 8192) {
          {
            def.setLevel(Deflater.BEST_SPEED); // as the agent does
          }
        }) {
      gzip.write(body);
    }
    return small.size();
  }
}
