package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import dev.acceld.probe.nvidia.driver.NvidiaDeviceFiles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** From what NVML and sysfs say to the device as it is published, attributes and all. */
public final class GpuDevices {
  private static final String WSL = "/dev/dxg";

  private final HostFs host;
  private final PciGpus gpus;
  private final PciDevices pci;
  private final NvidiaDeviceFiles files;

  /**
   * Reads nothing yet.
   *
   * @param host whose {@code /sys}, {@code /proc} and {@code /dev} are read
   * @param gpus tells the minor number where the library does not
   */
  public GpuDevices(HostFs host, PciGpus gpus) {
    this.host = host;
    this.gpus = gpus;
    pci = new PciDevices(host);
    files = new NvidiaDeviceFiles(host);
  }

  /**
   * The device file of a GPU: by the minor number that the library tells, else by the one that the
   * kernel driver tells, else the one file by which all GPUs of a WSL2 machine are reached.
   */
  Optional<DeviceFile> file(GpuIdentity gpu) {
    OptionalInt minor = minor(gpu);
    if (minor.isPresent()) {
      return Optional.of(files.gpu(minor.getAsInt()));
    }
    return host.exists(WSL) ? Optional.of(new DeviceFile(WSL, host.node(WSL))) : Optional.empty();
  }

  private OptionalInt minor(GpuIdentity gpu) {
    return gpu.minor().isPresent()
        ? gpu.minor()
        : gpu.pci().map(gpus::minor).orElse(OptionalInt.empty());
  }

  /** Where there is one node only, a device that sysfs does not show is on it, too. */
  private OptionalInt numaNode(Optional<PciFunction> function) {
    if (function.isPresent()) {
      return function.get().numaNode();
    }
    return host.text("/sys/devices/system/node/online")
            .map(String::trim)
            .filter("0"::equals)
            .isPresent()
        ? OptionalInt.of(0)
        : OptionalInt.empty();
  }

  /** A GPU with its file. */
  public Gpu device(
      DeviceName name,
      GpuIdentity gpu,
      DeviceFile file,
      DriverVersions versions,
      Optional<NvLinkTopology.Place> place) {
    Optional<PciFunction> function = gpu.pci().flatMap(pci::find);
    Optional<String> root = function.flatMap(PciFunction::pcieRoot);
    // Not nvmlDeviceGetNumaNodeId: that is the node which the GPU's own memory forms (Grace), and
    // no CPU or network card is on it.
    OptionalInt numa = numaNode(function);
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
            List.of(file)),
        gpu.uuid(),
        gpu.model(),
        gpu.serial(),
        OptionalInt.of(gpu.index()),
        minor(gpu),
        gpu.memoryBytes().orElse(0),
        versions.driver());
  }
}
