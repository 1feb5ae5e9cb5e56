package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes a PCI function from its driver and gives it back, by the driver's files {@code unbind} and
 * {@code bind} (Documentation/ABI/testing/sysfs-bus-pci): for drivers that do not notice a reset of
 * the function under them.
 */
public final class DriverBinding {
  private final HostFs host;
  private final String driver;

  /**
   * Of that driver.
   *
   * @param driver as below {@code /sys/bus/pci/drivers}
   */
  public DriverBinding(HostFs host, String driver) {
    this.host = host;
    this.driver = driver;
  }

  /** Whether the function is bound to it now. */
  public boolean isBound(PciAddress function) {
    return host.linkName("/sys/bus/pci/devices/" + function + "/driver")
        .filter(driver::equals)
        .isPresent();
  }

  /** Why functions cannot be unbound and bound here; empty when they can. */
  public Optional<String> refusal() {
    for (String file : new String[] {"unbind", "bind"}) {
      if (!Files.isWritable(file(file))) {
        return Optional.of(
            "the agent may not write to /sys/bus/pci/drivers/"
                + driver
                + "/"
                + file
                + " (sysfs is read-only in a container that is not privileged); reboot the node"
                + " instead");
      }
    }
    return Optional.empty();
  }

  /** Takes the function from the driver, which ends all that it does with it. */
  public void unbind(PciAddress function, Duration within)
      throws ResetFailedException, InterruptedException {
    SysfsWrite.write(file("unbind"), function.toString(), within.toNanos());
  }

  /** Gives the function to the driver, which sets it up anew. */
  public void bind(PciAddress function, Duration within)
      throws ResetFailedException, InterruptedException {
    SysfsWrite.write(file("bind"), function.toString(), within.toNanos());
  }

  private Path file(String name) {
    return host.root().resolve("sys/bus/pci/drivers/" + driver + "/" + name);
  }
}
