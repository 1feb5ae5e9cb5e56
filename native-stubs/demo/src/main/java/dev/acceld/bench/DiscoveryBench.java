package dev.acceld.bench;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.Simulation;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long a full enumeration of a machine takes, by machine: the first one, for which the vendors'
 * libraries are opened, and those that follow. The machines take turns in one run, so that their
 * ratios hold on a busy machine too.
 */
final class DiscoveryBench {
  private static final int WARM_UP = 10;

  /**
   * The simulated NVML is a library on the disk, the rest are files: most time is in the kernel.
   */
  private static final String REFERENCE = "h100x8";

  private final PrintStream out;
  private final int times;

  /** With so many enumerations of each kind and machine. */
  DiscoveryBench(PrintStream out, int times) {
    this.out = out;
    this.times = times;
  }

  private static final class Measured {
    private final String label;
    private final Path root;
    private final Map<String, String> settings;
    private final Percentiles first;
    private final Percentiles again;
    private int devices;

    private Measured(String label, Path root, Map<String, String> settings, int times) {
      this.label = label;
      this.root = root;
      this.settings = settings;
      first = new Percentiles(times);
      again = new Percentiles(times);
    }
  }

  void run() throws Exception {
    LogSetup.configure(LogFormat.TEXT, "warn"); // each opening says what the driver lacks
    try (Scratch scratch = Scratch.inMemory()) {
      List<Measured> all = new ArrayList<>();
      for (String machine : MachineCatalog.names()) {
        if (machine.startsWith("tpu") || machine.equals(REFERENCE) || machine.equals("mixed")) {
          Path root = MachineProbes.plant(scratch.dir(), machine);
          all.add(new Measured(machine, root, Map.of(), times));
          if (machine.startsWith("tpu")) {
            all.add(
                new Measured(machine + ", all shapes", root, Map.of("tpu-shapes", "all"), times));
          }
        }
      }
      Path a100 = MachineProbes.plant(scratch.dir(), "a100x8");
      all.add(new Measured("a100x8", a100, Map.of(), times));
      Map<String, String> onDemand = Map.of("nvidia-mig-on-demand", "all");
      all.add(new Measured("a100x8, MIG on demand", mig(scratch.dir()), onDemand, times));
      for (int i = 0; i < WARM_UP + times; i++) {
        for (Measured each : all) {
          turn(each, i >= WARM_UP);
        }
      }
      report(all);
    }
  }

  /** Eight A100 in MIG mode. */
  private static Path mig(Path dir) {
    Path root = MachineProbes.plant(dir.resolve("mig"), "a100x8");
    Simulation machine = Simulation.open(root);
    for (int gpu = 0; gpu < 8; gpu++) {
      machine.mig("gpu-" + gpu, true);
    }
    return root;
  }

  private static void turn(Measured of, boolean counts) throws Exception {
    long start = System.nanoTime();
    try (MachineProbes probes = MachineProbes.open(of.root, of.settings)) {
      of.devices = probes.discover().size();
      long opened = System.nanoTime();
      probes.discover();
      if (counts) {
        of.first.add(opened - start);
        of.again.add(System.nanoTime() - opened);
      }
    }
  }

  private void report(List<Measured> all) {
    double reference =
        all.stream()
            .filter(each -> each.label.equals(REFERENCE))
            .mapToDouble(each -> each.again.at(0.5))
            .findFirst()
            .orElse(Double.NaN);
    out.println(Percentiles.head());
    for (Measured each : all) {
      out.println(each.first.row(each.label + ", first"));
      out.println(each.again.row(each.label + ", again"));
      out.printf(
          Locale.ROOT,
          "%-34s %d devices; %.0f us a device; again / again of %s: %.2f%n",
          "",
          each.devices,
          1000 * each.again.at(0.5) / each.devices,
          REFERENCE,
          each.again.at(0.5) / reference);
    }
  }
}
