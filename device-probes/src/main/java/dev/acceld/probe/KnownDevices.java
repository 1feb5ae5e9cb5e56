package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one probe has found since this boot. A device that vanished keeps its place and the last
 * that was known of it: it may be allocated, and what is allocated stays on offer.
 *
 * @param devices in the order of the last discovery
 * @param missing those of them that are not there at the moment, or cannot be used
 * @param whyMissing why, where the probe says so: these are there, and do not work
 */
record KnownDevices(
    List<Device> devices, Set<DeviceName> missing, Map<DeviceName, String> whyMissing) {
  static final KnownDevices NONE = new KnownDevices(List.of(), Set.of(), Map.of());

  KnownDevices {
    devices = List.copyOf(devices);
    missing = Set.copyOf(missing);
    whyMissing = Map.copyOf(whyMissing);
  }

  /** After a discovery that found these. */
  KnownDevices found(List<Device> now) {
    return found(new Discovery(now, List.of()));
  }

  /** After a discovery; a name that occurs twice keeps its first device. */
  KnownDevices found(Discovery discovery) {
    Map<DeviceName, Device> there = new LinkedHashMap<>();
    discovery.devices().forEach(device -> there.putIfAbsent(device.name(), device));
    List<Device> all = new ArrayList<>(there.values());
    Set<DeviceName> gone = new HashSet<>();
    int place = 0;
    for (Device old : devices) {
      if (there.containsKey(old.name())) {
        place = all.indexOf(there.get(old.name())) + 1;
      } else if (!replaced(old, there.values())) {
        all.add(place++, old);
        gone.add(old.name());
      }
    }
    Map<DeviceName, String> why = new HashMap<>(discovery.unusable());
    Set<DeviceName> names = all.stream().map(Device::name).collect(Collectors.toSet());
    why.keySet().retainAll(names);
    gone.addAll(why.keySet());
    return new KnownDevices(all, gone, why);
  }

  /** What was never on offer is forgotten when its PCI function turns out to have another name. */
  private static boolean replaced(Device old, Collection<Device> now) {
    return !old.common().offered()
        && old.common().pci().isPresent()
        && now.stream()
            .anyMatch(d ->
                d.common().pci().equals(old.common().pci())
                    && d.common().type().equals(old.common().type()));
  }

  /** After the driver has gone: nothing is there, nothing is forgotten. */
  KnownDevices allGone() {
    return new KnownDevices(
        devices,
        devices.stream().map(Device::name).collect(Collectors.toUnmodifiableSet()),
        Map.of());
  }

  /** After a reboot: what is missing now was taken out. */
  KnownDevices withoutMissing() {
    return new KnownDevices(present(), Set.of(), Map.of());
  }

  /** Those that are there. */
  List<Device> present() {
    return missing.isEmpty()
        ? devices
        : devices.stream().filter(device -> !missing.contains(device.name())).toList();
  }

  /** For a person: {@code 7 of 8 devices, missing: tpu-0000-00-05}. */
  String inWords() {
    String count = devices.size() == 1 ? "1 device" : devices.size() + " devices";
    return missing.isEmpty()
        ? count
        : devices.size()
            - missing.size()
            + " of "
            + count
            + ", missing: "
            + missing.stream().sorted().map(DeviceName::value).collect(Collectors.joining(", "));
  }
}
