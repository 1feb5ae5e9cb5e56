package dev.acceld.probe.amd;

import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.CharDevices;
import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.List;
import java.util.Optional;

/** The device files of GPUs, and why one cannot be used. Reads sysfs and {@code /dev}. */
final class AmdFiles {
  private static final String KFD = "/dev/kfd";
  private static final String LOG = "look for amdgpu in the kernel's log";
  private static final String WHOLE = "SPX";

  private final HostFs host;
  private final PciDevices pci;
  private final AmdPartitions partitions;

  AmdFiles(HostFs host, PciDevices pci, AmdPartitions partitions) {
    this.host = host;
    this.pci = pci;
    this.partitions = partitions;
  }

  /** Why a GPU cannot be used; the message is one sentence without its name. */
  static final class UnusableGpuException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableGpuException(String message) {
      super(message);
    }
  }

  /** Why a GPU cannot be used that is off the bus. */
  static String silent(PciFunction function) {
    return silent(function.address().toString());
  }

  static String silent(String address) {
    return "PCI function "
        + address
        + " does not respond (its configuration space reads as all ones); reboot the node, and if"
        + " that does not help, have slot and GPU checked";
  }

  /** The file of the compute driver, which all GPUs share; empty when there is none. */
  static Optional<DeviceFile> kfd(HostFs host) {
    DeviceFile file = new CharDevices(host).file(KFD, "/sys/class/kfd/kfd/dev");
    return file.number().isPresent() || host.exists(KFD) ? Optional.of(file) : Optional.empty();
  }

  /**
   * Its own files, the render node first.
   *
   * @throws UnusableGpuException when it cannot be used
   */
  List<DeviceFile> of(PciFunction function, DrmNodes nodes) throws UnusableGpuException {
    String at = function.address().toString();
    if (pci.isSilent(function.address())) {
      throw new UnusableGpuException(silent(function));
    }
    String driver = function.driver().orElse("");
    if (driver.isEmpty()) {
      throw new UnusableGpuException(
          "no driver is bound to " + at + "; load amdgpu, and if it is loaded, " + LOG);
    }
    if (!driver.equals("amdgpu")) {
      throw new UnusableGpuException(at + " is bound to " + driver + "; bind it to amdgpu");
    }
    Optional<DeviceFile> render = nodes.renderFile().filter(this::isThere);
    if (render.isEmpty()) {
      throw new UnusableGpuException("amdgpu has made no render node for " + at + "; " + LOG);
    }
    if (kfd(host).isEmpty()) {
      throw new UnusableGpuException(
          KFD
              + " is missing, without which nothing can compute on "
              + at
              + "; use a kernel with CONFIG_HSA_AMD, and "
              + LOG);
    }
    Optional<String> mode = partitions.compute(function.address());
    if (partitions.isUnknown(function.address())) {
      throw new UnusableGpuException(
          "the compute partition mode of "
              + at
              + " cannot be read, so it may be divided; read current_compute_partition in"
              + " /sys/bus/pci/devices/"
              + at
              + ", and "
              + LOG);
    }
    if (mode.isPresent() && !mode.get().equals(WHOLE)) {
      throw new UnusableGpuException(
          at
              + " is in compute partition mode "
              + mode.get()
              + ", and this version offers whole GPUs only; set mode SPX (amd-smi set"
              + " --compute-partition SPX) while nobody uses it");
    }
    List<DeviceFile> card = nodes.cardFile().filter(this::isThere).stream().toList();
    return card.isEmpty() ? List.of(render.get()) : List.of(render.get(), card.getFirst());
  }

  /** The kernel may know a device whose node nobody made: its numbers are enough to make one. */
  private boolean isThere(DeviceFile file) {
    return file.number().isPresent() || host.exists(file.path());
  }
}
