package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.faultstore.KeptFault;
import java.util.Optional;

/** Which device a kept fault is of: known by its UUID, or by its place where it has none. */
final class PhysicalIdentity {
  private PhysicalIdentity() {}

  /** The device that a fault is of, as a whole. */
  static Optional<Device> find(KeptFault fault, Inventory inventory) {
    return inventory.devices().stream()
        .filter(d -> is(fault, d, inventory))
        .map(d -> whole(d, inventory))
        .findFirst();
  }

  /** By UUID; for a GPU that does not tell it, by its place. */
  static boolean is(KeptFault fault, Device device, Inventory inventory) {
    Device whole = whole(device, inventory);
    Optional<String> uuid = uuid(whole);
    return uuid.isPresent()
        ? KeptFault.part(uuid, pci(whole)).equals(fault.part())
        : pci(whole).isPresent() && pci(whole).equals(fault.pci());
  }

  static Optional<String> uuid(Device device) {
    return device instanceof Gpu gpu && !gpu.uuid().isEmpty()
        ? Optional.of(gpu.uuid())
        : Optional.empty();
  }

  static Optional<PciAddress> pci(Device device) {
    return device.common().pci();
  }

  /** The GPU that a partition is of. */
  static Device whole(Device device, Inventory inventory) {
    if (device instanceof Gpu) {
      return device;
    }
    return inventory.devices().stream()
        .filter(d -> d instanceof Gpu)
        .filter(d -> d.common().sharesPartWith(device.common()))
        .findFirst()
        .orElse(device);
  }
}
