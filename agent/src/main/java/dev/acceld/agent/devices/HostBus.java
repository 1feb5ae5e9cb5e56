package dev.acceld.agent.devices;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.dra.claim.health.BusCheck;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bus as the kernel shows it: its list of functions, and four bytes of the configuration space.
 * A function that the list has never shown is not missed: WSL2, Jetson and some hypervisors have
 * GPUs that sysfs does not know. Thread-safe.
 */
final class HostBus implements BusCheck {
  private final PciDevices bus;
  private final Set<PciAddress> seen = ConcurrentHashMap.newKeySet();

  /** Of that host; nothing has been seen yet. */
  HostBus(HostFs host) {
    bus = new PciDevices(host);
  }

  /** Looks which of the devices the kernel lists; one look-up for each that was not seen before. */
  void learn(Inventory inventory) {
    for (Device device : inventory.devices()) {
      device
          .common()
          .pci()
          .filter(address -> !seen.contains(address) && bus.present(address))
          .ifPresent(seen::add);
    }
  }

  @Override
  public Optional<String> problem(PciAddress address) {
    if (!bus.present(address)) {
      return seen.contains(address) && bus.isVisible()
          ? Optional.of("PCI function " + address + " is not on the bus any more")
          : Optional.empty();
    }
    return bus.isSilent(address)
        ? Optional.of(
            "PCI function "
                + address
                + " has fallen off the bus (its configuration space reads as all ones)")
        : Optional.empty();
  }
}
