package dev.acceld.bench;

import com.sun.management.ThreadMXBean;
import dev.acceld.device.Device;
import dev.acceld.device.Readings;
import dev.acceld.probe.Probe;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one sample of all devices of a simulated machine costs: CPU time of the sampling thread, and
 * memory allocated, for the readings and the look for faults that goes with them. TPU chips without
 * a workload, which have their PCIe readings only, and with one that serves libtpu's metrics.
 * Sampled with pauses, as the agent does, so that nothing is left out: GPM wants time between
 * samples, and links and the like are read every five seconds.
 */
final class SampleBench {
  private static final int PAUSE_MILLIS = 150;
  private static final int WARM_UP = 100;

  /** How often the agent asks libtpu; it does so on a thread of its own. */
  private static final double ASKED_EVERY_NANOS = 10e9;

  private final PrintStream out;
  private final int samples;
  private double reference = Double.NaN;

  SampleBench(PrintStream out, int seconds) {
    this.out = out;
    this.samples = seconds * 1000 / PAUSE_MILLIS;
  }

  void run() throws Exception {
    try (Scratch scratch = Scratch.create()) {
      for (String machine : List.of("h100x8", "a100x8", "gb200x4", "tpu-v5ex8", "tpu7x4")) {
        Path root = MachineProbes.plant(scratch.dir(), machine);
        try (MachineProbes probes = MachineProbes.open(root, Map.of())) {
          Probe probe = probes.all().getFirst();
          measure(machine, probe, chips(probe));
        }
      }
      workload("tpu-v5ex8", scratch.dir().resolve("tpu-v5ex8"));
    }
  }

  private static List<Device> chips(Probe probe) throws Exception {
    return probe.discover().devices().stream().filter(device -> !device.group()).toList();
  }

  private void workload(String machine, Path root) throws Exception {
    List<Device> chips;
    try (MachineProbes probes = MachineProbes.open(root, Map.of())) {
      chips = chips(probes.all().getFirst());
    }
    try (BenchWorkload workload = BenchWorkload.on(chips);
        MachineProbes probes = MachineProbes.open(root, Map.of(), workload)) {
      Probe probe = probes.all().getFirst();
      chips = chips(probe);
      measure(machine + " with a workload", probe, chips);
      long begin = System.nanoTime();
      long before = BenchWorkload.askingCpu();
      while (System.nanoTime() - begin < 2 * ASKED_EVERY_NANOS) {
        Thread.sleep(PAUSE_MILLIS);
        probe.read(chips);
      }
      double asked = (System.nanoTime() - begin) / ASKED_EVERY_NANOS;
      out.printf(
          Locale.ROOT,
          "%-34s CPU of asking libtpu for %d chips, every 10 s: %.1f ms%n",
          "",
          chips.size(),
          (BenchWorkload.askingCpu() - before) / 1e6 / asked);
    }
  }

  private void measure(String label, Probe probe, List<Device> devices) throws Exception {
    for (int i = 0; i < WARM_UP; i++) {
      probe.read(devices);
      probe.signals();
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
      Readings read = probe.read(devices);
      probe.signals();
      long spent = threads.getCurrentThreadCpuTime() - begin;
      allocated += threads.getCurrentThreadAllocatedBytes() - bytes;
      total += spent;
      cpu.add(spent);
      long[] count = {0};
      read.of(devices.getFirst().name()).visit((metric, part, value) -> count[0]++);
      readings = count[0];
    }
    if (samples > 0) {
      if (Double.isNaN(reference)) {
        reference = cpu.at(0.5);
      }
      out.println(Percentiles.head());
      out.println(cpu.row(label + ", CPU of a sample"));
      out.printf(
          Locale.ROOT,
          "%-34s mean %.2f ms, %.0f us a device; p50 / p50 of the first machine %.2f; %d KiB"
              + " allocated; %d readings a device%n",
          "",
          total / 1e6 / samples,
          total / 1e3 / samples / devices.size(),
          cpu.at(0.5) / reference,
          allocated / samples >> 10,
          readings);
    }
  }
}
