package dev.acceld.probe.nvidia;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.HashSet;
import java.util.Set;

/** NVIDIA's GPUs as the PCI bus shows them. */
final class PciGpus {
  private static final int NVIDIA = 0x10de;
  private static final int DISPLAY = 0x03;

  private final HostFs host;
  private final PciDevices pci;

  PciGpus(HostFs host) {
    this.host = host;
    this.pci = new PciDevices(host);
  }

  /** Those that NVIDIA's driver has, so that NVML should list them. */
  Set<PciAddress> bound() {
    Set<PciAddress> found = new HashSet<>();
    for (PciFunction function : pci.of(NVIDIA)) {
      if (function.baseClass() == DISPLAY
          && function.driver().filter("nvidia"::equals).isPresent()) {
        found.add(function.address());
      }
    }
    return found;
  }

  /** True when the function has left the bus; a machine that shows no bus at all says nothing. */
  boolean gone(PciAddress address) {
    return !pci.present(address) && host.exists("/sys/bus/pci/devices");
  }
}
