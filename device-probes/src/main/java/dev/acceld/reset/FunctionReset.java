package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's reset of PCI functions: 1 is written to their file {@code reset}
 * (Documentation/ABI/testing/sysfs-bus-pci), which is there only if the kernel knows a way. A write
 * that hangs stays with its thread.
 */
public final class FunctionReset {
  private static final String DEVICES = "/sys/bus/pci/devices/";

  private final HostFs host;

  /** On that host. */
  public FunctionReset(HostFs host) {
    this.host = host;
  }

  /** Why these functions cannot be reset; empty when they can. */
  public Optional<String> refusal(List<PciAddress> functions) {
    if (functions.isEmpty()) {
      return Optional.of("its PCI functions are not known");
    }
    for (PciAddress function : functions) {
      String dir = DEVICES + function;
      if (!host.exists(dir)) {
        return Optional.of(
            "PCI function " + function + " is not on the bus; reboot the node to bring it back");
      }
      boolean none = // kernels before 5.15 do not tell the way
          host.exists(dir + "/reset_method")
              && host.text(dir + "/reset_method").filter(way -> !way.isBlank()).isEmpty();
      if (none || !host.exists(dir + "/reset")) {
        return Optional.of(
            "the kernel knows no way to reset PCI function "
                + function
                + " (no "
                + dir
                + "/reset); reboot the node instead");
      }
      if (!Files.isWritable(path(function))) {
        return Optional.of(
            "the agent may not write to "
                + dir
                + "/reset (sysfs is read-only in a container that is not privileged); write 1 to it"
                + " on the node, or reboot the node");
      }
    }
    return Optional.empty();
  }

  /** The file that is written to. */
  String file(PciAddress function) {
    return DEVICES + function + "/reset";
  }

  private Path path(PciAddress function) {
    return host.root().resolve(file(function).substring(1));
  }

  /**
   * Resets them one after the other.
   *
   * @return a line for each
   */
  public List<String> reset(List<PciAddress> functions, Duration within)
      throws ResetFailedException, InterruptedException {
    long end = System.nanoTime() + within.toNanos();
    for (PciAddress function : functions) {
      SysfsWrite.write(path(function), "1", end - System.nanoTime());
    }
    return functions.stream().map(this::said).toList();
  }

  /** Resets one on this thread, which hangs with the kernel. */
  String resetNow(PciAddress function) throws ResetFailedException {
    SysfsWrite.writeNow(path(function), "1");
    return said(function);
  }

  private String said(PciAddress function) {
    return "PCI function "
        + function
        + " was reset"
        + host.text(DEVICES + function + "/reset_method")
            .filter(m -> !m.isBlank())
            .map(m -> " (reset_method: " + m + ")")
            .orElse("");
  }
}
