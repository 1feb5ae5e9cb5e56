package dev.acceld.host;

import dev.acceld.device.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The PCI functions below {@code /sys/bus/pci/devices}. Some ten small reads a function. */
public final class PciDevices {
  private static final String DEVICES = "/sys/bus/pci/devices/";
  private static final Pattern ROOT = Pattern.compile("(?:^|/)(pci[0-9a-f]{4,8}:[0-9a-f]{2})(?=/)");
  private static final Pattern SPEED = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3})?) GT/s.*");

  private static final int MOST_LANES = 32;

  /** Vendor and device: the least of the configuration space that tells something. */
  private static final int ID_BYTES = 4;

  private final HostFs host;
  private final Map<PciAddress, PcieFiles> files = new ConcurrentHashMap<>();

  /** Of that host. */
  public PciDevices(HostFs host) {
    this.host = host;
  }

  /**
   * A vendor's functions in the order of their addresses; of the others only the vendor is read.
   */
  public List<PciFunction> of(int vendor) {
    return of(vendor, classCode -> true);
  }

  /**
   * The same of some classes only; of the others the class is read too. A server may have hundreds
   * of functions of the maker of its processors.
   *
   * @param classes given 24 bits: class, subclass, interface
   */
  public List<PciFunction> of(int vendor, IntPredicate classes) {
    List<PciFunction> found = new ArrayList<>();
    for (String name : host.names(DEVICES)) {
      Optional<PciAddress> address = PciAddress.parse(name);
      if (address.isPresent()
          && id(name, "vendor").orElse(-1) == vendor
          && classes.test(id(name, "class").orElse(-1))) {
        read(name, address.get()).ifPresent(found::add);
      }
    }
    found.sort((a, b) -> a.address().compareTo(b.address()));
    return found;
  }

  /** One function; empty when it is not there, or on its way out. */
  public Optional<PciFunction> find(PciAddress address) {
    return read(address.toString(), address);
  }

  /** The functions of an IOMMU group, whoever made them: they reach each other's memory. */
  public List<PciFunction> inGroup(int group) {
    List<PciFunction> found = new ArrayList<>();
    String wanted = Integer.toString(group);
    for (String name : host.names(DEVICES)) {
      Optional<PciAddress> address = PciAddress.parse(name);
      if (address.isPresent()
          && host.linkName(DEVICES + name + "/iommu_group").filter(wanted::equals).isPresent()) {
        read(name, address.get()).ifPresent(found::add);
      }
    }
    found.sort((a, b) -> a.address().compareTo(b.address()));
    return found;
  }

  /** Whether the function is on the bus: one look-up. */
  public boolean present(PciAddress address) {
    return host.exists(DEVICES + address);
  }

  /** Whether the list of functions can be seen at all. */
  public boolean isVisible() {
    return !host.names(DEVICES).isEmpty();
  }

  /** The speed of its link now, in gigatransfers per second and lane. */
  public Optional<Double> linkSpeed(PciAddress address) {
    return files(address).linkSpeed().text().flatMap(PciDevices::speed);
  }

  /** The best that its link could be. */
  public Optional<PciLink> bestLink(PciAddress address) {
    Optional<Double> speed =
        host.text(DEVICES + address + "/max_link_speed").flatMap(PciDevices::speed);
    OptionalInt lanes = files(address).mostLanes().index();
    return speed.isPresent() && isWidth(lanes)
        ? Optional.of(new PciLink(speed.get(), lanes.getAsInt()))
        : Optional.empty();
  }

  /** The width of its link; empty where the kernel does not tell it, or tells nonsense. */
  public Optional<PciLinkWidth> linkWidth(PciAddress address) {
    PcieFiles files = files(address);
    OptionalInt now = files.lanes().index();
    OptionalInt own = files.mostLanes().index();
    if (now.isEmpty() || now.getAsInt() > MOST_LANES || !isWidth(own)) {
      return Optional.empty();
    }
    OptionalInt above = files.mostLanesAbove().index();
    int possible = isWidth(above) ? Math.min(own.getAsInt(), above.getAsInt()) : own.getAsInt();
    return Optional.of(new PciLinkWidth(now.getAsInt(), possible));
  }

  private static boolean isWidth(OptionalInt lanes) {
    return lanes.isPresent() && lanes.getAsInt() > 0 && lanes.getAsInt() <= MOST_LANES;
  }

  /**
   * The errors that the kernel has counted of it; empty without Advanced Error Reporting, and when
   * one of the counters cannot be read at the moment.
   */
  public Optional<PciErrors> errors(PciAddress address) {
    PcieFiles files = files(address);
    AerCounters counters = new AerCounters();
    return counters.errors(
        counters.add(files.correctable()),
        counters.add(files.nonFatal()),
        counters.add(files.fatal()));
  }

  /**
   * Whether the function is listed and yet off the bus: its configuration space reads as all ones,
   * which is what a read without an answer yields (PCI Express Base Specification, 2.3.2; the
   * kernel's {@code PCI_POSSIBLE_ERROR}). A function whose power is off ({@code power_state},
   * kernel 5.11) reads so, too, and is well; its configuration space is left alone, for the kernel
   * switches it on for a read. The kernel makes readers of this file wait while a function is being
   * reset ({@code pci_user_read_config_dword}). Not seen on a real TPU.
   */
  public boolean isSilent(PciAddress address) {
    PcieFiles files = files(address);
    return !isOff(files) // before, so as not to wake it
        && files.config().read(ID_BYTES, PciDevices::isAllOnes, false)
        && !isOff(files); // and after: it may have been switched off meanwhile
  }

  private static boolean isOff(PcieFiles files) {
    return files.powerState().text().filter("D3cold"::equals).isPresent();
  }

  private static boolean isAllOnes(byte[] bytes, int end) {
    for (int at = 0; at < end; at++) {
      if (bytes[at] != (byte) 0xff) {
        return false;
      }
    }
    return end == ID_BYTES;
  }

  private PcieFiles files(PciAddress address) {
    PcieFiles known = files.get(address);
    if (known == null) {
      known = PcieFiles.of(host, DEVICES + address + "/");
      files.put(address, known);
    }
    return known;
  }

  private Optional<PciFunction> read(String name, PciAddress address) {
    OptionalInt vendor = id(name, "vendor");
    OptionalInt device = id(name, "device");
    OptionalInt classCode = id(name, "class");
    if (vendor.isEmpty() || device.isEmpty() || classCode.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PciFunction(
            address,
            vendor.getAsInt(),
            device.getAsInt(),
            id(name, "subsystem_vendor"),
            id(name, "subsystem_device"),
            classCode.getAsInt(),
            id(name, "numa_node"),
            host.linkName(DEVICES + name + "/driver"),
            host.linkName(DEVICES + name + "/iommu_group")
                .map(PciDevices::group)
                .orElse(OptionalInt.empty()),
            host.link(DEVICES + name).flatMap(PciDevices::root)));
  }

  private OptionalInt id(String name, String file) {
    return host.index(DEVICES + name + "/" + file);
  }

  /**
   * The first host bridge in the text of a function's link, {@code
   * ../../../devices/pci0000:16/0000:16:01.0/0000:17:00.0}: the same rule as Kubernetes'
   * deviceattribute library.
   */
  static Optional<String> root(String link) {
    Matcher m = ROOT.matcher(link);
    return m.find() ? Optional.of(m.group(1)) : Optional.empty();
  }

  /** {@code 16.0 GT/s PCIe}; older kernels write {@code 8 GT/s}, lost devices {@code Unknown}. */
  static Optional<Double> speed(String text) {
    Matcher m = SPEED.matcher(text);
    return m.matches() ? Optional.of(Double.valueOf(m.group(1))) : Optional.empty();
  }

  private static OptionalInt group(String name) {
    try {
      int group = Integer.parseInt(name);
      return group >= 0 ? OptionalInt.of(group) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
