package dev.acceld.agent.devices;

import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.MigDevice;
import dev.acceld.device.PciAddress;
import dev.acceld.probe.VendorModule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The devices that a person may release, take back or call repaired, by any name that a person
 * knows.
 */
final class GpuFinder {
  private final NodeDevices devices;

  GpuFinder(NodeDevices devices) {
    this.devices = devices;
  }

  /**
   * One device.
   *
   * @param known false for one that this agent could not look at yet
   * @param opened whether the agent opens such a device, so that it can be released
   */
  record Place(DeviceName name, Optional<PciAddress> pci, boolean known, boolean opened) {}

  /** All that are known, and those that are released. */
  List<Place> all() {
    List<Place> all = new ArrayList<>();
    gpus().forEach(gpu -> all.add(place(gpu)));
    all.addAll(unseen());
    return all;
  }

  /**
   * By name, by the driver's index ({@code gpu-3}), by UUID or by PCI address.
   *
   * @throws IllegalArgumentException naming a device that is not there or cannot be released
   */
  Place find(String wanted) {
    List<Device> all = devices.supervisor().inventory().devices();
    Map<DeviceName, String> aliases = Aliases.of(all);
    for (Device device : all) {
      if (device.name().value().equals(wanted) || wanted.equals(aliases.get(device.name()))) {
        refuse(wanted, device);
      }
    }
    Optional<Gpu> gpu =
        gpus().stream()
            .filter(g ->
                g.name().value().equals(wanted)
                    || wanted.equals(aliases.get(g.name()))
                    || g.uuid().equalsIgnoreCase(wanted)
                    || isAt(g.common().pci(), wanted))
            .findFirst();
    return gpu.map(GpuFinder::place).orElseGet(() -> unseen(wanted));
  }

  /**
   * One that a person says was repaired: also a device that the agent never opens, and one that has
   * gone since its repair failed.
   *
   * @throws IllegalArgumentException naming what is not there or is not one device as a whole
   */
  Place findRepaired(String wanted) {
    List<Device> all = devices.supervisor().inventory().devices();
    Map<DeviceName, String> aliases = Aliases.of(all);
    for (Device device : all) {
      boolean whole = !device.group() && !(device instanceof MigDevice);
      if (device.name().value().equals(wanted)
          || wanted.equals(aliases.get(device.name()))
          || device.common().uuid().filter(wanted::equalsIgnoreCase).isPresent()
          || (whole && isAt(device.common().pci(), wanted))) {
        refusePart(wanted, device);
        return place(device);
      }
    }
    return devices.repairs().all().stream()
        .filter(record -> record.device().value().equals(wanted) || isAt(record.pci(), wanted))
        .map(record -> new Place(record.device(), record.pci(), false, false))
        .findFirst()
        .orElseGet(() -> unseen(wanted));
  }

  private static void refusePart(String wanted, Device device) {
    if (device instanceof MigDevice) {
      throw new IllegalArgumentException(
          wanted
              + " is a partition; release its GPU, "
              + device.common().physicalNames()
              + ", as a whole");
    }
    if (device.group()) {
      throw new IllegalArgumentException(
          wanted + " is a block of devices; name one of them: " + device.common().physicalNames());
    }
  }

  private static void refuse(String wanted, Device device) {
    refusePart(wanted, device);
    if (!isOpened(device)) {
      throw new IllegalArgumentException(
          wanted
              + " needs no release: the agent only reads sysfs and never opens the device; 'acceld"
              + " release --back --repaired "
              + wanted
              + "' clears its faults after a reset or a repair");
    }
  }

  private static boolean isOpened(Device device) {
    return VendorModule.all().stream()
        .anyMatch(m -> m.vendor().equals(device.common().vendor()) && m.opensDevices());
  }

  private Place unseen(String wanted) {
    List<Place> unseen = unseen();
    for (Place place : unseen) {
      if (place.name().value().equals(wanted) || isAt(place.pci(), wanted)) {
        return place;
      }
    }
    String also = unseen.stream().map(GpuFinder::describe).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "there is no GPU '"
            + wanted
            + "' on this node; see 'acceld devices'"
            + (also.isEmpty()
                ? ""
                : ". GPUs that were released before this agent started: " + also));
  }

  /** Those that were released before this agent started: it knows of them by that alone. */
  private List<Place> unseen() {
    Inventory inventory = devices.supervisor().inventory();
    List<Place> unseen = new ArrayList<>();
    devices
        .releases()
        .now()
        .devices()
        .forEach((name, pci) -> {
          if (inventory.find(name).isEmpty()) {
            unseen.add(new Place(name, pci, false, true));
          }
        });
    unseen.sort(Comparator.comparing(Place::name));
    return unseen;
  }

  private static String describe(Place place) {
    String name = place.name().value();
    return place.pci().map(pci -> name + " (" + pci + ")").orElse(name);
  }

  private List<Gpu> gpus() {
    List<Gpu> gpus = new ArrayList<>();
    for (Device device : devices.supervisor().inventory().devices()) {
      if (device instanceof Gpu gpu && isOpened(device)) {
        gpus.add(gpu);
      }
    }
    return gpus;
  }

  private static Place place(Device device) {
    return new Place(device.name(), device.common().pci(), true, isOpened(device));
  }

  private static boolean isAt(Optional<PciAddress> pci, String wanted) {
    return pci.filter(p -> p.toString().equalsIgnoreCase(wanted)).isPresent();
  }
}
