package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.vendor.HealthRules;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * From what is known of each device to a report of it: presence and probes are brought to bear on
 * single devices first, and groups share the fate of their parts. Under its owner's lock.
 *
 * @param health what is known of a device
 * @param rules those of its vendor
 */
record Verdicts(
    Inventory inventory,
    Function<Device, DeviceHealth> health,
    Function<Device, HealthRules> rules,
    Presence presence) {

  /**
   * The reports on all devices of the inventory, in its order. Immutable.
   *
   * @param said what the agent and people say of a single device
   * @param nanos as {@link System#nanoTime}
   */
  Map<DeviceName, HealthReport> all(Function<Device, List<Reason>> said, Instant at, long nanos) {
    Map<DeviceName, HealthReport> single = new HashMap<>();
    for (Device device : inventory.devices()) {
      if (!device.group()) {
        single.put(device.name(), report(device, said.apply(device), at, nanos));
      }
    }
    Map<DeviceName, HealthReport> all = new LinkedHashMap<>();
    for (Device device : inventory.devices()) {
      HealthReport known = single.get(device.name());
      all.put(
          device.name(),
          known != null
              ? known
              : report(device, GroupReasons.of(device, inventory, single), at, nanos));
    }
    return Collections.unmodifiableMap(all);
  }

  private HealthReport report(Device device, List<Reason> ofParts, Instant at, long nanos) {
    DeviceHealth known = health.apply(device);
    ProbeStatus probe = inventory.probeOf(device);
    presence.apply(device, known, probe, at, nanos);
    known.probe(probe, at, nanos);
    return known.report(Presence.whenSilent(probe, rules.apply(device)), ofParts, at, nanos);
  }
}
