package dev.acceld.agent.doctor;

import dev.acceld.device.Gpu;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases.Released;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether what is on the PCI bus has its driver. */
final class HardwareCheck implements Check {
  private final Hardware hardware;
  private final Path driverRoot;

  HardwareCheck(Hardware hardware, Path driverRoot) {
    this.hardware = hardware;
    this.driverRoot = driverRoot;
  }

  @Override
  public String name() {
    return "driver";
  }

  @Override
  public List<Finding> look() {
    List<Finding> all = new ArrayList<>();
    int gpus = hardware.gpus();
    if (gpus > 0) {
      all.add(nvidia(gpus));
    }
    Discovery tpus = hardware.tpus();
    int chips = tpus.devices().size();
    int good = chips - tpus.unusable().size();
    if (chips > 0) {
      String count = good == chips ? Integer.toString(chips) : good + " of " + chips;
      String what = count + (chips == 1 ? " TPU chip" : " TPU chips") + " can be allocated";
      all.add(good == chips ? Finding.ok(name(), what) : Finding.warn(name(), what, ""));
    }
    for (String problem : tpus.problems()) {
      // It has its remedy.
      all.add(
          good == chips ? Finding.warn(name(), problem, "") : Finding.fail(name(), problem, ""));
    }
    if (all.isEmpty()) {
      all.add(
          Finding.warn(
              name(),
              "the PCI bus shows neither an NVIDIA GPU nor a TPU",
              "run acceld only on nodes with accelerators (chart: nodes), or try it with"
                  + " --machine"));
    }
    return all;
  }

  private Finding nvidia(int onBus) {
    String gpus = onBus + (onBus == 1 ? " NVIDIA GPU" : " NVIDIA GPUs");
    if (hardware.nvml().isEmpty()) {
      return Finding.fail(
          name(),
          gpus + " on the PCI bus, but no libnvidia-ml.so.1 below " + driverRoot,
          "install NVIDIA's driver, or set its root with --nvidia-driver-root (chart:"
              + " nvidia.driverRoot): / for a driver on the host, /run/nvidia/driver for the GPU"
              + " operator's, /home/kubernetes/bin/nvidia on GKE");
    }
    if (!hardware.nvidiaModuleLoaded()) {
      return Finding.fail(
          name(),
          gpus + " on the PCI bus, but the kernel module nvidia is not loaded",
          "run modprobe nvidia; if it fails, dmesg shows the reason");
    }
    try {
      return nvml(hardware.nvidia(), onBus);
    } catch (IOException e) {
      return Finding.fail(
          name(),
          gpus + " on the PCI bus, but " + e.getMessage(),
          "look for NVRM in the kernel's log (dmesg)");
    }
  }

  /** How many of the GPUs work; one that does not is never left out of the count. */
  private Finding nvml(Discovery found, int onBus) {
    long there = found.devices().stream().filter(d -> d instanceof Gpu).count();
    long working =
        found.devices().stream()
            .filter(d -> d instanceof Gpu && !found.unusable().containsKey(d.name()))
            .count();
    long all = Math.max(there, onBus);
    String library = "library " + hardware.nvml().orElseThrow();
    if (working == all && found.problems().isEmpty()) {
      return Finding.ok(name(), all + (all == 1 ? " NVIDIA GPU, " : " NVIDIA GPUs, ") + library);
    }
    long released = released(all);
    long missing = all - working - released;
    List<String> remedies = new ArrayList<>();
    if (missing > 0) {
      remedies.add("look for NVRM in the kernel's log (dmesg), then reset or reboot");
    }
    if (released > 0) {
      remedies.add(
          hardware.released().all()
              ? "'acceld release --all --back' takes them back"
              : "'acceld release GPU --back' takes a released GPU back");
    }
    return Finding.warn(
        name(),
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
    Released released = hardware.released();
    return released.all() ? all : Math.min(all, released.devices().size());
  }
}
