package dev.acceld.probe.nvidia;

import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** From what NVML and sysfs say to the device as it is published, attributes and all. */
final class GpuDevices {
  private final PciDevices pci;
  private final NvidiaFiles files;

  GpuDevices(HostFs host) {
    pci = new PciDevices(host);
    files = new NvidiaFiles(host);
  }

  /** A GPU; its minor number must be known. */
  Gpu device(
      DeviceName name,
      GpuIdentity gpu,
      int minor,
      DriverVersions versions,
      Optional<NvLinkTopology.Place> place) {
    Optional<PciFunction> function = gpu.pci().flatMap(pci::find);
    Optional<String> root = function.flatMap(PciFunction::pcieRoot);
    // Not nvmlDeviceGetNumaNodeId: that is the node which the GPU's own memory forms (Grace), and
    // no CPU or network card is on it.
    OptionalInt numa = function.map(PciFunction::numaNode).orElse(OptionalInt.empty());
    Map<String, Capacity> capacities = new HashMap<>();
    gpu.memoryBytes().ifPresent(bytes -> capacities.put("memory", new Capacity(bytes)));
    return new Gpu(
        new DeviceCommon(
            name,
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            name.value(),
            gpu.pci(),
            root,
            numa,
            GpuAttributes.of(gpu, versions, root, numa, gpu.pci().flatMap(pci::bestLink), place),
            capacities,
            List.of(files.gpu(minor))),
        gpu.uuid(),
        gpu.model(),
        gpu.serial(),
        OptionalInt.of(gpu.index()),
        OptionalInt.of(minor),
        gpu.memoryBytes().orElse(0),
        versions.driver());
  }
}
