package dev.acceld.bench;

import com.sun.management.ThreadMXBean;
import dev.acceld.device.Device;
import dev.acceld.probe.Probe;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one sample of all devices of a simulated machine costs: CPU time of the sampling thread, and
 * memory allocated. TPU chips without a workload, which have their PCIe readings only. Sampled with
 * pauses, as the agent does, so that nothing is left out: GPM wants time between samples, and links
 * and the like are read every five seconds.
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
      for (String machine : List.of("h100x8", "a100x8", "gb200x4", "tpu-v5ex8", "tpu7x4")) {
        Path root = MachineProbes.plant(scratch.dir(), machine);
        try (MachineProbes probes = MachineProbes.open(root, Map.of())) {
          measure(machine, probes.all().getFirst());
        }
      }
    }
  }

  private void measure(String machine, Probe probe) throws Exception {
    List<Device> devices =
        probe.discover().devices().stream().filter(device -> !device.group()).toList();
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
      out.println(cpu.row(machine + ", CPU of a sample"));
      out.printf(
          Locale.ROOT,
          "%-34s mean %.2f ms, %.0f us a device; %d KiB allocated; %d readings a device%n",
          "",
          total / 1e6 / samples,
          total / 1e3 / samples / devices.size(),
          allocated / samples >> 10,
          readings);
    }
  }
}
