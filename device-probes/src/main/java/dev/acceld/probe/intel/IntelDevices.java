package dev.acceld.probe.intel;

import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes devices of GPUs that were found. Reads sysfs. */
final class IntelDevices {
  static final String PREFIX = "intel-";

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9}){0,2}).*");

  private final HostFs host;
  private final PciDevices pci;

  IntelDevices(HostFs host, PciDevices pci) {
    this.host = host;
    this.pci = pci;
  }

  /** {@code intel-0000-03-00-0} for {@code 0000:03:00.0}: the same over reboots. */
  static DeviceName nameOf(PciAddress at) {
    return new DeviceName(PREFIX + at.toString().replace(':', '-').replace('.', '-'));
  }

  /**
   * A GPU.
   *
   * @param port the function whose PCIe link is that of the card
   * @param index its place among the GPUs, in the order of PCI functions
   * @param memory in bytes; 0 when it is not known
   * @param files its device files; none while it cannot be used
   */
  Gpu gpu(PciFunction gpu, PciAddress port, int index, long memory, List<DeviceFile> files) {
    String version = version(gpu.driver());
    boolean sriov =
        host.number(IntelNodes.directory(gpu.address()) + "/sriov_totalvfs").orElse(0) > 0;
    DeviceName name = nameOf(gpu.address());
    DeviceCommon common =
        new DeviceCommon(
            name,
            "gpu",
            Vendor.INTEL,
            Kind.GPU,
            name.value(),
            Optional.of(gpu.address()),
            gpu.pcieRoot(),
            gpu.numaNode(),
            IntelAttributes.of(gpu, version, pci.bestLink(port), sriov),
            memory > 0 ? Map.of("memory", new Capacity(memory)) : Map.of(),
            files);
    String model =
        IntelProducts.of(gpu.device())
            .flatMap(IntelProducts::productName)
            .orElseGet(() -> String.format(Locale.ROOT, "Intel GPU 0x%04x", gpu.device()));
    return new Gpu(
        common,
        "", // neither driver shows one
        model,
        Optional.empty(),
        OptionalInt.of(index),
        OptionalInt.empty(),
        memory,
        version);
  }

  /** A driver that came with the kernel has the kernel's version. */
  private String version(Optional<String> driver) {
    return driver
        .filter(IntelNodes.DRIVERS::contains)
        .flatMap(name ->
            host.text("/sys/module/" + name + "/version")
                .or(() -> host.text("/proc/sys/kernel/osrelease")))
        .map(text -> {
          Matcher numbers = RELEASE.matcher(text);
          return numbers.matches() ? numbers.group(1) : "";
        })
        .orElse("");
  }
}
