package dev.acceld.agent.doctor;

import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.nvidia.discovery.DriverlessGpus;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import dev.acceld.probe.tpu.TpuProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the node has: the GPUs of the bus as far as files tell, and what NVML makes of them. */
final class Hardware {
  private final HostFs host;
  private final Path driverRoot;
  private final Releases releases;

  Hardware(HostFs host, Path driverRoot, Releases releases) {
    this.host = host;
    this.driverRoot = driverRoot;
    this.releases = releases;
  }

  /**
   * The GPUs and partitions that NVML gives, and those that it does not.
   *
   * @throws IOException when the library does not answer
   */
  Discovery nvidia() throws IOException {
    return new NvmlLook(driverRoot, host, releases).discover();
  }

  /** The GPUs that the agent was told to let go of; they are not looked at. */
  Released released() {
    return releases.now();
  }

  int gpus() {
    return DriverlessGpus.count(host);
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
    } catch (ProbeUnavailableException e) {
      return new Discovery(List.of(), List.of());
    }
  }

  /** Where GPUs and TPU chips are. */
  List<PciAddress> addresses() {
    return Stream.concat(
            DriverlessGpus.addresses(host).stream(),
            tpus().devices().stream().flatMap(d -> d.common().pci().stream()))
        .toList();
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
