package dev.acceld.bench;

import com.sun.management.ThreadMXBean;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.Probe;
import dev.acceld.probe.Releases;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.VendorModule;
import dev.acceld.vendor.VendorOptions;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one sample of eight GPUs costs on the simulated NVML: CPU time of the sampling thread, and
 * memory allocated. Sampled with pauses, as the agent does, so that nothing is left out: GPM wants
 * time between samples, and links and the like are read every five seconds.
 */
final class SampleBench {
  private static final int PAUSE_MILLIS = 150;
  private static final int WARM_UP = 100;

  private final PrintStream out;
  private final int samples;

  SampleBench(PrintStream out, int seconds) {
    this.out = out;
    this.samples = seconds * 1000 / PAUSE_MILLIS;
  }

  void run() throws Exception {
    try (Scratch scratch = Scratch.create()) {
      for (String machine : List.of("h100x8", "a100x8", "gb200x4")) {
        Path root =
            MachineTree.create(scratch.dir().resolve(machine), MachineCatalog.load(machine)).root();
        try (Probe probe = probe(root)) {
          measure(machine, probe);
        }
      }
    }
  }

  /** Of the vendor whose devices that simulated machine has. */
  static Probe probe(Path root) {
    HostFs host = new HostFs(root);
    Map<String, String> defaults = new HashMap<>();
    for (Setting setting : Setting.values()) {
      setting.fallback().ifPresent(v -> defaults.put(setting.flag().substring(2), v));
    }
    VendorModule module =
        VendorModule.all().stream().filter(m -> !m.onBus(host).isEmpty()).findFirst().orElseThrow();
    VendorOptions options = module.simulated(new VendorOptions(defaults), root);
    return module.open(new VendorContext(host, Releases.NONE, options)).probe();
  }

  private void measure(String machine, Probe probe) throws Exception {
    List<Device> devices = probe.discover().devices();
    for (int i = 0; i < WARM_UP; i++) {
      probe.read(devices);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Percentiles cpu = new Percentiles(samples);
    long total = 0;
    long allocated = 0;
    long readings = 0;
    for (int i = 0; i < samples; i++) {
      Thread.sleep(PAUSE_MILLIS);
      long bytes = threads.getCurrentThreadAllocatedBytes();
      long begin = threads.getCurrentThreadCpuTime();
      var read = probe.read(devices);
      long spent = threads.getCurrentThreadCpuTime() - begin;
      allocated += threads.getCurrentThreadAllocatedBytes() - bytes;
      total += spent;
      cpu.add(spent);
      long[] count = {0};
      read.of(devices.getFirst().name()).visit((metric, part, value) -> count[0]++);
      readings = count[0];
    }
    if (samples > 0) {
      out.println(Percentiles.head());
      out.println(cpu.row(machine + ", CPU of a sample of all GPUs"));
      out.printf(
          Locale.ROOT,
          "%-34s mean %.2f ms, %.0f us a GPU; %d KiB allocated; %d readings a GPU%n",
          "",
          total / 1e6 / samples,
          total / 1e3 / samples / devices.size(),
          allocated / samples >> 10,
          readings);
    }
  }
}
