package dev.acceld.agent.doctor;

import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailable;
import dev.acceld.probe.nvidia.UnservedGpus;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.probe.tpu.TpuProbe;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the node has, as far as files tell: no vendor's library is loaded. */
final class Hardware {
  private final HostFs host;
  private final Path driverRoot;

  Hardware(HostFs host, Path driverRoot) {
    this.host = host;
    this.driverRoot = driverRoot;
  }

  int gpus() {
    return UnservedGpus.count(host);
  }

  Optional<Path> nvml() {
    return NvmlFiles.find(driverRoot);
  }

  boolean nvidiaModuleLoaded() {
    return host.exists("/proc/driver/nvidia/version");
  }

  /** The TPU chips and what is wrong with some. */
  Discovery tpus() {
    try {
      return new TpuProbe(host).discover();
    } catch (ProbeUnavailable e) {
      return new Discovery(List.of(), List.of());
    }
  }

  Set<Vendor> vendors() {
    Set<Vendor> vendors = EnumSet.noneOf(Vendor.class);
    if (gpus() > 0) {
      vendors.add(Vendor.NVIDIA);
    }
    if (!tpus().devices().isEmpty()) {
      vendors.add(Vendor.GOOGLE);
    }
    return vendors;
  }
}
