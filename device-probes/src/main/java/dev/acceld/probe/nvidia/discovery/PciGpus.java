package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * NVIDIA's GPUs as the host's files show them: the PCI bus below {@code /sys}, and what the kernel
 * driver says of each below {@code /proc/driver/nvidia/gpus}. Neither need be there (WSL2, some
 * hypervisors, a driver root used by itself); then they say nothing.
 */
public final class PciGpus {
  private static final int NVIDIA = 0x10de;
  private static final int DISPLAY = 0x03;
  private static final String INFORMATION = "/proc/driver/nvidia/gpus/";
  private static final String UUID = "GPU UUID:";
  private static final String MINOR = "Device Minor:";
  private static final String MODEL = "Model:";
  private static final String EXCLUDED = "GPU Excluded:";

  private final HostFs host;
  private final PciDevices pci;

  /** Those that were below {@code /sys} once. */
  private final Set<PciAddress> seen = new HashSet<>();

  /**
   * Reads nothing yet, and then afresh for each question.
   *
   * @param host whose {@code /sys} and {@code /proc} are read
   */
  public PciGpus(HostFs host) {
    this.host = host;
    this.pci = new PciDevices(host);
  }

  /**
   * Those that NVIDIA's driver has, so that NVML should list them. A virtual function (SR-IOV) is
   * not among them: NVML lists the physical one.
   */
  public Set<PciAddress> bound() {
    return on(Optional.of("nvidia"));
  }

  /** Those that no driver has: NVIDIA's gave up on them, or nobody has bound them yet. */
  Set<PciAddress> idle() {
    return on(Optional.empty());
  }

  private Set<PciAddress> on(Optional<String> driver) {
    Set<PciAddress> found = new HashSet<>();
    for (PciFunction function : pci.of(NVIDIA)) {
      if (function.baseClass() == DISPLAY
          && function.driver().equals(driver)
          && !virtual(function.address())) {
        found.add(function.address());
      }
    }
    return found;
  }

  /** The same, and those of which only the kernel driver tells. */
  public Set<PciAddress> driven() {
    Set<PciAddress> found = bound();
    for (String name : host.names(INFORMATION)) {
      PciAddress.parse(name).ifPresent(found::add);
    }
    return found;
  }

  /** True when the function was on the bus and has left it. One that never was says nothing. */
  boolean gone(PciAddress address) {
    if (pci.present(address)) {
      seen.add(address);
      return false;
    }
    return seen.contains(address);
  }

  /** Whether it is a virtual function (SR-IOV). */
  boolean virtual(PciAddress address) {
    return host.exists("/sys/bus/pci/devices/" + address + "/physfn");
  }

  /** Whether the administrator keeps it from NVML (module parameter NVreg_ExcludedGpus). */
  public boolean excluded(PciAddress address) {
    return information(address, EXCLUDED).filter("Yes"::equals).isPresent();
  }

  /** Where the GPU of that UUID is, as far as the kernel driver tells. */
  Optional<PciAddress> find(String uuid) {
    return driven().stream().filter(at -> uuid(at).filter(uuid::equals).isPresent()).findFirst();
  }

  /** Its UUID as the kernel driver knows it; empty until the GPU has been initialised once. */
  Optional<String> uuid(PciAddress address) {
    return information(address, UUID).filter(DeviceNames::usable);
  }

  /** The number of its device file. */
  OptionalInt minor(PciAddress address) {
    Optional<String> text = information(address, MINOR).filter(t -> t.matches("[0-9]{1,6}"));
    return text.isPresent() ? OptionalInt.of(Integer.parseInt(text.get())) : OptionalInt.empty();
  }

  /** Its product name. */
  Optional<String> model(PciAddress address) {
    return information(address, MODEL);
  }

  private Optional<String> information(PciAddress address, String key) {
    return host.text(INFORMATION + address + "/information").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim())
        .filter(value -> !value.isEmpty())
        .findFirst();
  }
}
