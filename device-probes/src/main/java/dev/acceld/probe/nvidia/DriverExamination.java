package dev.acceld.probe.nvidia;

import dev.acceld.device.Gpu;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.nvidia.discovery.DriverlessGpus;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HardwareStatement.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the GPUs on the bus have their driver, and work. */
final class DriverExamination {
  private final VendorContext context;
  private final Path driverRoot;
  private final boolean operationalEvents;

  DriverExamination(VendorContext context) {
    this.context = context;
    NvidiaOptions options = NvidiaOptions.of(context.options());
    this.driverRoot = options.access().root().seen();
    this.operationalEvents = options.operationalEvents();
  }

  List<HardwareStatement> statements() {
    int onBus = DriverlessGpus.count(context.host());
    return onBus == 0 ? List.of() : List.of(statement(onBus));
  }

  private HardwareStatement statement(int onBus) {
    String gpus = onBus + (onBus == 1 ? " NVIDIA GPU" : " NVIDIA GPUs");
    Optional<Path> library = NvmlFiles.find(driverRoot);
    if (library.isEmpty()) {
      return new HardwareStatement(
          Severity.FAIL,
          gpus + " on the PCI bus, but no libnvidia-ml.so.1 below " + driverRoot,
          "install NVIDIA's driver, or set its root with --nvidia-driver-root (chart:"
              + " nvidia.driverRoot): / for a driver on the host, /run/nvidia/driver for the GPU"
              + " operator's, /home/kubernetes/bin/nvidia on GKE");
    }
    if (!context.host().exists("/proc/driver/nvidia/version")) {
      return new HardwareStatement(
          Severity.FAIL,
          gpus + " on the PCI bus, but the kernel module nvidia is not loaded",
          "run modprobe nvidia; if it fails, dmesg shows the reason");
    }
    try {
      Discovery found =
          new NvmlLook(driverRoot, context.host(), context.releases(), operationalEvents)
              .discover();
      return counted(found, onBus, library.get());
    } catch (IOException e) {
      return new HardwareStatement(
          Severity.FAIL,
          gpus + " on the PCI bus, but " + e.getMessage(),
          "look for NVRM in the kernel's log (dmesg)");
    }
  }

  /** How many of the GPUs work; one that does not is never left out of the count. */
  private HardwareStatement counted(Discovery found, int onBus, Path file) {
    long there = found.devices().stream().filter(d -> d instanceof Gpu).count();
    long working =
        found.devices().stream()
            .filter(d -> d instanceof Gpu && !found.unusable().containsKey(d.name()))
            .count();
    long all = Math.max(there, onBus);
    String library = "library " + file;
    if (working == all && found.problems().isEmpty()) {
      return new HardwareStatement(
          Severity.OK, all + (all == 1 ? " NVIDIA GPU, " : " NVIDIA GPUs, ") + library, "");
    }
    long released = released(all);
    long missing = all - working - released;
    List<String> remedies = new ArrayList<>();
    if (missing > 0) {
      remedies.add("look for NVRM in the kernel's log (dmesg), then reset or reboot");
    }
    if (released > 0) {
      remedies.add(
          context.releases().now().all()
              ? "'acceld release --all --back' takes them back"
              : "'acceld release GPU --back' takes a released GPU back");
    }
    return new HardwareStatement(
        Severity.WARN,
        (released == all
                ? ""
                : working
                    + " of "
                    + all
                    + (all == 1 ? " NVIDIA GPU works, " : " NVIDIA GPUs work, "))
            + (released == 0
                ? ""
                : released
                    + " of "
                    + all
                    + (all == 1 ? " NVIDIA GPU is released, " : " NVIDIA GPUs are released, "))
            + library
            + (found.problems().isEmpty() ? "" : ": " + String.join("; ", found.problems())),
        String.join("; ", remedies));
  }

  private long released(long all) {
    Released released = context.releases().now();
    return released.all() ? all : Math.min(all, released.devices().size());
  }
}
