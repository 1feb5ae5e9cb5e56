package dev.acceld.dra.claim.health;

import dev.acceld.device.PciAddress;
import java.util.Optional;

/**
 * Whether a device's PCI function, and those that belong to it, are there at this moment.
 * Thread-safe; may hang like the bus.
 */
@FunctionalInterface
public interface BusCheck {
  /** Where the bus cannot be seen. */
  BusCheck NONE = address -> Optional.empty();

  /** What is wrong, for a person; empty also when it cannot be told. */
  Optional<String> problem(PciAddress address);
}
