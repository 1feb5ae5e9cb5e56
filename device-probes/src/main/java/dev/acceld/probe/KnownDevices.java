package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import java.util.ArrayList;
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
 * @param missing those of them that are not there at the moment
 */
record KnownDevices(List<Device> devices, Set<DeviceName> missing) {
  static final KnownDevices NONE = new KnownDevices(List.of(), Set.of());

  KnownDevices {
    devices = List.copyOf(devices);
    missing = Set.copyOf(missing);
  }

  /** After a discovery that found these; a name that occurs twice keeps its first device. */
  KnownDevices found(List<Device> now) {
    Map<DeviceName, Device> there = new LinkedHashMap<>();
    now.forEach(device -> there.putIfAbsent(device.name(), device));
    List<Device> all = new ArrayList<>(there.values());
    Set<DeviceName> gone = new HashSet<>();
    int place = 0;
    for (Device old : devices) {
      if (there.containsKey(old.name())) {
        place = all.indexOf(there.get(old.name())) + 1;
      } else {
        all.add(place++, old);
        gone.add(old.name());
      }
    }
    return new KnownDevices(all, gone);
  }

  /** After the driver has gone: nothing is there, nothing is forgotten. */
  KnownDevices allGone() {
    return new KnownDevices(
        devices, devices.stream().map(Device::name).collect(Collectors.toUnmodifiableSet()));
  }

  /** After a reboot: what is missing now was taken out. */
  KnownDevices withoutMissing() {
    return new KnownDevices(present(), Set.of());
  }

  /** Those that are there. */
  List<Device> present() {
    return missing.isEmpty()
        ? devices
        : devices.stream().filter(device -> !missing.contains(device.name())).toList();
  }

  /** For a person: {@code 8 devices, missing: tpu-0000-00-05}. */
  String inWords() {
    String count = devices.size() == 1 ? "1 device" : devices.size() + " devices";
    return missing.isEmpty()
        ? count
        : count
            + ", missing: "
            + missing.stream().sorted().map(DeviceName::value).collect(Collectors.joining(", "));
  }
}
