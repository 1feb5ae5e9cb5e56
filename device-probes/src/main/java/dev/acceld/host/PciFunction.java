package dev.acceld.host;

import dev.acceld.device.PciAddress;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One PCI function as sysfs shows it.
 *
 * @param address its address
 * @param vendor vendor id, {@code 0x10de} for NVIDIA, {@code 0x1ae0} for Google
 * @param device device id
 * @param subsystemVendor subsystem vendor id
 * @param subsystemDevice subsystem id
 * @param classCode 24 bits: class, subclass, interface ({@code 0x030200}: 3D controller, {@code
 *     0x120000}: processing accelerator)
 * @param numaNode its NUMA node; empty when the firmware does not say (-1)
 * @param driver the driver that is bound to it
 * @param iommuGroup its IOMMU group; changes over reboots
 * @param pcieRoot the root complex in Kubernetes' form {@code pci0000:16}
 */
public record PciFunction(
    PciAddress address,
    int vendor,
    int device,
    OptionalInt subsystemVendor,
    OptionalInt subsystemDevice,
    int classCode,
    OptionalInt numaNode,
    Optional<String> driver,
    OptionalInt iommuGroup,
    Optional<String> pcieRoot) {

  /** The upper byte of the class: {@code 0x03} display, {@code 0x12} processing accelerator. */
  public int baseClass() {
    return (classCode >>> 16) & 0xff;
  }
}
