package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.List;

/** NVIDIA's GPUs that are on the PCI bus while the driver cannot be had. */
public final class DriverlessGpus {
  private static final int NVIDIA = 0x10de;
  private static final int DISPLAY = 0x03;

  private DriverlessGpus() {}

  /**
   * How many GPUs the PCI bus shows that nobody has set aside for virtual machines. For a machine
   * on which NVML finds nothing: there somebody forgot the driver. Reads sysfs.
   */
  public static int count(HostFs host) {
    return addresses(host).size();
  }

  /**
   * Where those GPUs are. Virtual functions (SR-IOV) and GPUs that the administrator keeps from the
   * driver's users are not among them. Reads sysfs and /proc/driver/nvidia.
   */
  public static List<PciAddress> addresses(HostFs host) {
    PciGpus gpus = new PciGpus(host);
    return new PciDevices(host)
        .of(NVIDIA).stream()
            .filter(f -> f.baseClass() == DISPLAY)
            .filter(f -> f.driver().filter("vfio-pci"::equals).isEmpty())
            .map(PciFunction::address)
            .filter(at -> !gpus.virtual(at) && !gpus.excluded(at))
            .toList();
  }
}
