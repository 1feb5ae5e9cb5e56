package dev.acceld.dra.claim.health;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import java.util.Optional;

/** Whether a device's PCI function is there at this moment. Thread-safe; may hang like the bus. */
@FunctionalInterface
public interface BusCheck {
  /** Where the bus cannot be seen. */
  BusCheck NONE = address -> Optional.empty();

  /** What is wrong, for a person; empty also when it cannot be told. */
  Optional<String> problem(PciAddress address);

  /**
   * By the kernel's list of functions and four bytes of the configuration space. Where the list
   * itself cannot be seen, nothing is wrong.
   */
  static BusCheck of(HostFs host) {
    PciDevices bus = new PciDevices(host);
    return address -> {
      if (!bus.present(address)) {
        return bus.isVisible()
            ? Optional.of("PCI function " + address + " is not on the bus")
            : Optional.empty();
      }
      return bus.isSilent(address)
          ? Optional.of(
              "PCI function "
                  + address
                  + " has fallen off the bus (its configuration space reads as all ones)")
          : Optional.empty();
    };
  }
}
