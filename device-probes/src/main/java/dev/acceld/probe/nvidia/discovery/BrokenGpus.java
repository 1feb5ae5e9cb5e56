package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.Attributes;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * GPUs that are there and cannot be used, as devices that are counted and never given away: with
 * what the PCI bus and the kernel driver tell, for NVML tells little or nothing of them.
 */
public final class BrokenGpus {
  private final PciGpus gpus;
  private final PciDevices pci;

  /**
   * Reads nothing yet.
   *
   * @param gpus tells a GPU's product name and minor number
   * @param host whose {@code /sys} tells its PCIe root and NUMA node
   */
  public BrokenGpus(PciGpus gpus, HostFs host) {
    this.gpus = gpus;
    this.pci = new PciDevices(host);
  }

  /** The name of one whose UUID nobody knows: {@code gpu-0000-17-00}. */
  public static DeviceName nameOf(PciAddress address) {
    return new DeviceName("gpu-" + address.slot().replace(':', '-'));
  }

  /**
   * Why it cannot be used.
   *
   * @param idle whether no driver has it
   * @param unopened what NVML said when it did not open a GPU
   */
  static String why(PciAddress at, boolean idle, List<String> unopened) {
    return idle
        ? "no driver is bound to the GPU at " + at + "; look for NVRM in the kernel's log"
        : "NVIDIA's kernel driver has the GPU at "
            + at
            + ", and NVML does not list it or cannot open it"
            + (unopened.isEmpty() ? "" : " (" + String.join("; ", unopened) + ")")
            + "; look for NVRM in the kernel's log";
  }

  /** The device. */
  Gpu device(
      DeviceName name, Optional<String> uuid, Optional<PciAddress> address, String driverVersion) {
    Optional<PciFunction> function = address.flatMap(pci::find);
    Attributes attributes = new Attributes();
    attributes.text("type", "gpu");
    attributes.text("acceld.dev/kind", Kind.GPU.id());
    attributes.text("acceld.dev/vendor", Vendor.NVIDIA.id());
    attributes.text("uuid", uuid);
    attributes.text("resource.kubernetes.io/pciBusID", address.map(PciAddress::toString));
    DeviceCommon common =
        new DeviceCommon(
            name,
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            name.value(),
            address,
            function.flatMap(PciFunction::pcieRoot),
            function.map(PciFunction::numaNode).orElse(OptionalInt.empty()),
            attributes.build(),
            Map.of(),
            List.of());
    return new Gpu(
        common.withheld(),
        uuid.orElse(""),
        address.flatMap(gpus::model).orElse("NVIDIA GPU"),
        Optional.empty(),
        OptionalInt.empty(),
        address.map(gpus::minor).orElse(OptionalInt.empty()),
        0,
        driverVersion);
  }
}
