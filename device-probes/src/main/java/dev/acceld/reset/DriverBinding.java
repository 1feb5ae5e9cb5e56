package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How PCI functions are taken from a driver and given back: by its files {@code unbind} and {@code
 * bind}, and for a function without a driver by the file {@code drivers_probe}, which lets the
 * kernel choose one (Documentation/ABI/testing/sysfs-bus-pci). Reads sysfs, writes nothing.
 */
final class DriverBinding {
  static final String PROBE = "/sys/bus/pci/drivers_probe";
  private static final String DRIVERS = "/sys/bus/pci/drivers/";

  /** What the kernel writes for none. */
  private static final String NO_OVERRIDE = "(null)";

  private final HostFs host;
  private final Set<String> wanted;

  /** Of those drivers, and no other. */
  DriverBinding(HostFs host, Set<String> drivers) {
    this.host = host;
    this.wanted = Set.copyOf(drivers);
  }

  /** The driver that the function is bound to now, whichever it is. */
  Optional<String> driver(PciAddress function) {
    return host.linkName(directory(function) + "/driver");
  }

  /** Why a driver of whoever else is in the way; empty when there is none. */
  Optional<String> foreign(PciAddress function) {
    Optional<String> driver = driver(function);
    if (driver.isPresent()) {
      return driver
          .filter(name -> !wanted.contains(name))
          .map(name -> "it is bound to " + name + ", whose user may not expect a reset");
    }
    return host.text(directory(function) + "/driver_override")
        .filter(name -> !name.equals(NO_OVERRIDE) && !wanted.contains(name))
        .map(name -> "it has no driver, and is set aside for " + name + " (driver_override)");
  }

  /** Why the function cannot be unbound and bound here; empty when it can. */
  Optional<String> refusal(PciAddress function) {
    return foreign(function)
        .or(() -> {
          Optional<String> driver = driver(function);
          if (driver.isPresent()) {
            return writable(unbind(driver.get())).or(() -> writable(bind(driver.get())));
          }
          return wanted.stream().anyMatch(name -> host.exists(DRIVERS + name))
              ? writable(PROBE)
              : Optional.of("it has no driver; load " + String.join(" or ", new TreeSet<>(wanted)));
        });
  }

  private Optional<String> writable(String file) {
    return Files.isWritable(host.root().resolve(file.substring(1)))
        ? Optional.empty()
        : Optional.of(
            "the agent may not write to "
                + file
                + " (sysfs is read-only in a container that is not privileged); reboot the node"
                + " instead");
  }

  /** The file by which that driver lets go of a function, which ends all that it does with it. */
  static String unbind(String driver) {
    return DRIVERS + driver + "/unbind";
  }

  /** The file by which that driver takes a function, and sets it up anew. */
  static String bind(String driver) {
    return DRIVERS + driver + "/bind";
  }

  private static String directory(PciAddress function) {
    return "/sys/bus/pci/devices/" + function;
  }
}
