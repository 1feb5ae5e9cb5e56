package dev.acceld.recorder;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A fault that devices have at the moment: one for all devices that share the hardware.
 *
 * @param key which fault of which hardware
 * @param report of the device as a whole
 * @param reason what is wrong
 * @param affected all devices that have it, the whole device among them
 */
record Sighting(Key key, HealthReport report, Reason reason, List<DeviceName> affected) {
  /** What a person does on purpose is no fault. */
  private static final String RELEASED = "released";

  /**
   * A fault of a device.
   *
   * @param device the device as a whole
   */
  record Key(DeviceName device, String code, String value) {}

  /**
   * All that are worth a record.
   *
   * @param degraded whether faults count with which a device can still be given away
   */
  static Map<Key, Sighting> of(
      Map<DeviceName, HealthReport> reports, Inventory inventory, boolean degraded) {
    Map<Key, Sighting> all = new LinkedHashMap<>();
    for (Device device : inventory.devices()) {
      HealthReport report = reports.get(device.name());
      if (device.group() || report == null) {
        continue;
      }
      for (Reason reason : report.reasons()) {
        if (!counts(reason, degraded)) {
          continue;
        }
        HealthReport whole = whole(device, reason, reports, inventory).orElse(report);
        Key key = new Key(whole.device(), reason.code(), reason.value());
        Sighting seen =
            all.computeIfAbsent(key, k -> new Sighting(k, whole, reason, new ArrayList<>()));
        seen.affected.add(device.name());
      }
    }
    return all;
  }

  private static boolean counts(Reason reason, boolean degraded) {
    return !reason.code().equals(RELEASED)
        && reason.effect() != HealthReport.Effect.NO_TAINT
        && (degraded || !reason.schedulable());
  }

  /** The device that the other is a part of, if it has the same fault. */
  private static Optional<HealthReport> whole(
      Device device, Reason reason, Map<DeviceName, HealthReport> reports, Inventory inventory) {
    return inventory.devices().stream()
        .map(Device::name)
        .filter(name -> device.common().physical().contains(name.value()))
        .flatMap(name -> Optional.ofNullable(reports.get(name)).stream())
        .filter(report -> report.reasons().stream().anyMatch(r -> isSame(r, reason)))
        .findFirst();
  }

  private static boolean isSame(Reason one, Reason other) {
    return one.code().equals(other.code()) && one.value().equals(other.value());
  }
}
