package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.Optional;
import java.util.Set;

/** Finds the device files of GPUs, and what keeps a GPU from having any. Reads sysfs. */
final class IntelNodes {
  /** The kernel's drivers for Intel's GPUs. */
  static final Set<String> DRIVERS = Set.of("xe", "i915");

  private static final String DEVICES = "/sys/bus/pci/devices/";

  private final HostFs host;
  private final PciDevices pci;

  IntelNodes(HostFs host, PciDevices pci) {
    this.host = host;
    this.pci = pci;
  }

  /** Its directory in sysfs. */
  static String directory(PciAddress address) {
    return DEVICES + address;
  }

  /** The files of a GPU that can be used: both are there. */
  DrmNodes of(PciFunction gpu) throws UnusableGpuException {
    PciAddress at = gpu.address();
    if (pci.isSilent(at)) {
      throw new UnusableGpuException(silent(at));
    }
    String driver = gpu.driver().orElse("");
    if (!DRIVERS.contains(driver)) {
      throw new UnusableGpuException(
          driver.isEmpty()
              ? at
                  + " has no driver; load xe or i915, and look for errors of both in the kernel log"
              : at + " is bound to " + driver + "; bind it to xe or i915");
    }
    DrmNodes nodes = DrmNodes.of(host, at);
    if (nodes.renderFile().isEmpty() && inSurvivabilityMode(at)) {
      throw new UnusableGpuException(SurvivabilityWatch.unusable(at));
    }
    if (nodes.renderFile().isEmpty() || nodes.cardFile().isEmpty()) {
      throw new UnusableGpuException(
          "driver "
              + driver
              + " made no "
              + (nodes.cardFile().isEmpty() ? "card" : "render")
              + " node for "
              + at
              + "; look for its errors in the kernel log, and load the driver again");
    }
    check(nodes.cardFile(), at);
    check(nodes.renderFile(), at);
    return nodes;
  }

  /** The kernel may know a device whose node nobody made: its numbers are enough to make one. */
  private void check(Optional<DeviceFile> file, PciAddress at) throws UnusableGpuException {
    String path = file.map(DeviceFile::path).orElse("");
    if (file.flatMap(DeviceFile::number).isEmpty() && !host.exists(path)) {
      throw new UnusableGpuException(
          "device file " + path + " of " + at + " is missing, and its numbers in sysfs too");
    }
  }

  /** Whether the driver says that only a firmware update helps. One look-up. */
  boolean inSurvivabilityMode(PciAddress at) {
    return host.exists(directory(at) + "/survivability_mode");
  }

  /** Why a GPU cannot be used that is off the bus. */
  static String silent(PciAddress at) {
    return at
        + " is off the bus: its PCI configuration space reads as all ones; reboot the node, and"
        + " check card and slot if it recurs";
  }
}
