package dev.acceld.probe.nvidia;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Metric;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.pcie.PcieWatch;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.Signal;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The PCIe errors of whole GPUs, as the kernel counts them: three small files of sysfs a GPU, and
 * no call to NVML. Not the link: nvidia-smi says of the current width as of the generation that it
 * may be reduced when the GPU is not in use. For one thread.
 */
final class GpuErrorCounters {
  private final PcieWatch watch;

  /** What the last look has told, of those of which the kernel tells something. */
  private final Map<DeviceName, Sample> counted = new HashMap<>();

  /** Of these NVML itself has told PCIe errors: another source would make the counters jump. */
  private final Set<DeviceName> told = new HashSet<>();

  GpuErrorCounters(HostFs host, InstantSource clock) {
    watch = new PcieWatch(new PciDevices(host), clock, System::nanoTime);
  }

  /** Looks at those GPUs; those that are released are left alone. */
  void look(List<Device> devices, Released released) {
    counted.clear();
    for (Device device : devices) {
      Optional<PciAddress> pci = device.common().pci();
      if (!(device instanceof Gpu) || pci.isEmpty()) {
        continue;
      }
      if (released.holds(device.name())) {
        watch.pause(device.name());
        continue;
      }
      Sample sample = watch.lookAtErrors(device.name(), List.of(pci.get()));
      if (!sample.isEmpty()) {
        counted.put(device.name(), sample);
      }
    }
  }

  /**
   * Adds what was counted at the last look to what was read of GPUs, but not to that of a GPU whose
   * driver tells its PCIe errors itself.
   *
   * @param read what NVML has told, by device; changed
   */
  void addTo(Map<DeviceName, Sample> read) {
    read.replaceAll((name, sample) -> {
      if (sample.has(Metric.PCIE_ERRORS)) {
        told.add(name);
      }
      Sample errors = counted.get(name);
      return errors == null || told.contains(name)
          ? sample
          : new Sample.Builder().putAll(sample).putAll(errors).build();
    });
  }

  /** The signals since the last call, oldest first. */
  List<Signal> drain() {
    return watch.drain();
  }
}
