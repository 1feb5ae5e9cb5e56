package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.vendor.ContainerDevices;
import dev.acceld.vendor.HardwareStatement;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.OtherOffers;
import dev.acceld.vendor.VendorOptionException;
import dev.acceld.vendor.VendorOptions;
import dev.acceld.vendor.VendorSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All that the rest of acceld must know of a vendor. An implementation has no state and a public
 * constructor without parameters; a line in {@code META-INF/services/dev.acceld.probe.VendorModule}
 * adds it to the agent. Any thread may call it.
 */
public interface VendorModule {

  /** The vendors of this process, in the order in which their devices are offered. */
  static List<VendorModule> all() {
    return InstalledVendors.ALL;
  }

  /** Its names. */
  Vendor vendor();

  /** What one of its devices is called in messages: {@code NVIDIA GPU}. The plural adds an s. */
  String noun();

  /** The settings that it reads. */
  default List<VendorSetting> settings() {
    return List.of();
  }

  /**
   * Looks at the values of its settings.
   *
   * @throws VendorOptionException naming the first that cannot be used
   */
  default void check(VendorOptions options) {}

  /** The options that fit a machine simulated in a directory. */
  default VendorOptions simulated(VendorOptions options, Path machine) {
    return options;
  }

  /** The directories of the host that its options name. */
  default List<Path> directories(VendorOptions options) {
    return List.of();
  }

  /** Its devices in a running agent. Opens nothing yet. */
  VendorRuntime open(VendorContext context);

  /**
   * Where its devices are on the PCI bus, as far as files tell and whether or not there is a
   * driver. Reads sysfs.
   */
  List<PciAddress> onBus(HostFs host);

  /**
   * Says whether its devices work with their driver, and counts them: n of m. Asks the hardware; it
   * returns also when the driver hangs. Empty when there is no device.
   */
  List<HardwareStatement> examine(VendorContext context);

  /** What it knows of the faults of its devices. */
  default HealthRules health() {
    return HealthRules.NONE;
  }

  /** What all of them know of faults. */
  static HealthRulebook rulebook() {
    return new HealthRulebook(
        all().stream().collect(Collectors.toMap(VendorModule::vendor, VendorModule::health)));
  }

  /** Whether the agent keeps device files open, so that a person may want them released. */
  boolean opensDevices();

  /**
   * What of its driver this process has open or mapped now, by path: nothing once all devices are
   * released. Reads {@code /proc/self}.
   */
  default List<String> stillOpen() {
    return List.of();
  }

  /** Under which names others offer the same devices. */
  OtherOffers otherOffers();

  /**
   * Whether that is how a device plugin of {@link #otherOffers} names the device to the kubelet. A
   * name that cannot be told with certainty is none.
   *
   * @param id as the kubelet's pod-resources have it
   */
  default boolean isPluginId(Device device, String id) {
    return false;
  }

  /** What its devices look like inside a container. */
  ContainerDevices inContainer();
}
