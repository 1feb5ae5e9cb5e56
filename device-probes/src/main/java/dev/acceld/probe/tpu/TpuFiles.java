package dev.acceld.probe.tpu;

import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.CharDevices;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the device file of each of a chip's functions. */
final class TpuFiles {
  private final HostFs host;
  private final PciDevices pci;
  private final CharDevices characters;

  TpuFiles(HostFs host) {
    this.host = host;
    this.pci = new PciDevices(host);
    this.characters = new CharDevices(host);
  }

  /** Why a chip cannot be used; the message is one sentence without the chip's name. */
  static final class UnusableChipException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableChipException(String message) {
      super(message);
    }
  }

  /** Why a chip cannot be used of which this function is off the bus. */
  static String silent(PciAddress address) {
    return address
        + " is off the bus: its PCI configuration space reads as all ones; reset the chip, or reboot"
        + " the node";
  }

  List<DeviceFile> of(TpuGeneration generation, List<PciFunction> functions)
      throws UnusableChipException {
    if (functions.size() < generation.functions) {
      throw new UnusableChipException(
          "only %d of its %d PCI functions is present (%s); the chip needs a reset"
              .formatted(functions.size(), generation.functions, functions.getFirst().address()));
    }
    for (PciFunction function : functions) {
      if (pci.isSilent(function.address())) {
        throw new UnusableChipException(silent(function.address()));
      }
    }
    List<DeviceFile> files = new ArrayList<>();
    for (PciFunction function : functions) {
      files.add(generation.vfio ? group(function) : accel(function));
    }
    return files;
  }

  private DeviceFile group(PciFunction function) throws UnusableChipException {
    String driver = function.driver().orElse("no driver");
    if (!driver.equals("vfio-pci")) {
      throw new UnusableChipException(
          "%s is bound to %s; bind it to vfio-pci".formatted(function.address(), driver));
    }
    if (function.iommuGroup().isEmpty()) {
      throw new UnusableChipException(
          "%s has no IOMMU group; enable the IOMMU".formatted(function.address()));
    }
    int group = function.iommuGroup().getAsInt();
    return existing("/dev/vfio/" + group, "/sys/class/vfio/" + group + "/dev");
  }

  private DeviceFile accel(PciFunction function) throws UnusableChipException {
    String name =
        ofFunction(function)
            .or(() -> ofClass(function))
            .orElseThrow(() ->
                new UnusableChipException(
                    "no entry of /sys/class/accel belongs to %s; load Google's TPU driver"
                        .formatted(function.address())));
    return existing("/dev/" + name, "/sys/class/accel/" + name + "/dev");
  }

  /** A class device is a directory below the function that it belongs to. */
  private Optional<String> ofFunction(PciFunction function) {
    return host.names("/sys/bus/pci/devices/" + function.address() + "/accel").stream()
        .filter(name -> name.startsWith("accel"))
        .findFirst();
  }

  private Optional<String> ofClass(PciFunction function) {
    String address = function.address().toString();
    return host.names("/sys/class/accel").stream()
        .filter(name ->
            host.linkName("/sys/class/accel/" + name + "/device")
                .filter(address::equals)
                .isPresent())
        .findFirst();
  }

  /** The kernel may know a device whose node nobody made: its numbers are enough to make one. */
  private DeviceFile existing(String path, String sysfs) throws UnusableChipException {
    DeviceFile file = characters.file(path, sysfs);
    if (file.number().isEmpty() && !host.exists(path)) {
      throw new UnusableChipException("device file " + path + " is missing, and " + sysfs + " too");
    }
    return file;
  }
}
