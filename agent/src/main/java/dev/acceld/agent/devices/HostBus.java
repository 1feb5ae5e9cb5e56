package dev.acceld.agent.devices;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.dra.claim.health.BusCheck;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The bus as the kernel shows it: its list of functions, and four bytes of the configuration space.
 * A function that the list has never shown is not missed: WSL2, Jetson and some hypervisors have
 * GPUs that sysfs does not know. A TPU chip is all functions of its maker in its slot; the other
 * functions in a GPU's slot (sound, USB) are none of its own. Thread-safe.
 */
final class HostBus implements BusCheck {
  /** So many functions a slot can have. */
  private static final int FUNCTIONS = 8;

  private final PciDevices bus;
  private final Set<PciAddress> seen = ConcurrentHashMap.newKeySet();

  /** Of that host; nothing has been seen yet. */
  HostBus(HostFs host) {
    bus = new PciDevices(host);
  }

  /**
   * Looks which of the devices the kernel lists; one look-up for each function that was not seen
   * before, of a TPU chip one for each that its slot can have.
   */
  void learn(Inventory inventory) {
    for (Device device : inventory.devices()) {
      Optional<PciAddress> own = device.common().pci();
      own.filter(address -> !seen.contains(address) && bus.present(address)).ifPresent(seen::add);
      if (device.common().kind() == Kind.TPU) {
        own.ifPresent(this::learnSlot);
      }
    }
  }

  private void learnSlot(PciAddress own) {
    OptionalInt maker = OptionalInt.empty();
    for (int function = 0; function < FUNCTIONS; function++) {
      PciAddress other = new PciAddress(own.domain(), own.bus(), own.device(), function);
      if (seen.contains(other) || !bus.present(other)) {
        continue;
      }
      if (maker.isEmpty()) {
        maker = maker(own);
      }
      if (maker.isPresent() && maker.equals(maker(other))) {
        seen.add(other);
      }
    }
  }

  private OptionalInt maker(PciAddress address) {
    return bus.find(address)
        .map(found -> OptionalInt.of(found.vendor()))
        .orElseGet(OptionalInt::empty);
  }

  @Override
  public Optional<String> problem(PciAddress address) {
    Optional<String> own = ownProblem(address);
    if (own.isPresent()) {
      return own;
    }
    return seen.stream()
        .filter(other -> !other.equals(address) && other.slot().equals(address.slot()))
        .sorted()
        .flatMap(other -> ownProblem(other).stream())
        .findFirst();
  }

  private Optional<String> ownProblem(PciAddress address) {
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
