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

/** The GPUs that a person may release or take back, by any name that a person knows. */
final class GpuFinder {
  private final NodeDevices devices;

  GpuFinder(NodeDevices devices) {
    this.devices = devices;
  }

  /**
   * One GPU.
   *
   * @param known false for one that was released before this agent could look at it
   */
  record Place(DeviceName name, Optional<PciAddress> pci, boolean known) {}

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

  private static void refuse(String wanted, Device device) {
    if (device instanceof MigDevice) {
      throw new IllegalArgumentException(
          wanted
              + " is a partition; release its GPU, "
              + device.common().physicalNames()
              + ", as a whole");
    }
    if (!isOpened(device)) {
      throw new IllegalArgumentException(
          wanted + " needs no release: the agent only reads sysfs and never opens the device");
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
            unseen.add(new Place(name, pci, false));
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

  private static Place place(Gpu gpu) {
    return new Place(gpu.name(), gpu.common().pci(), true);
  }

  private static boolean isAt(Optional<PciAddress> pci, String wanted) {
    return pci.filter(p -> p.toString().equalsIgnoreCase(wanted)).isPresent();
  }
}
