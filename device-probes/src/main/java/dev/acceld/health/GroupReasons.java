package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with a group of devices: all that is wrong with any of them. A group keeps no
 * faults of its own: two of its devices may have the same, of which one ends.
 */
final class GroupReasons {
  private GroupReasons() {}

  /**
   * The reasons of the devices that a group is made of, with their names.
   *
   * @param reports those of single devices
   */
  static List<Reason> of(Device group, Inventory inventory, Map<DeviceName, HealthReport> reports) {
    List<Reason> all = new ArrayList<>();
    for (Device each : inventory.devices()) {
      HealthReport report = reports.get(each.name());
      if (each.group() || report == null || !each.common().sharesPartWith(group.common())) {
        continue;
      }
      for (Reason r : report.reasons()) {
        all.add(
            new Reason(
                r.code(),
                r.value(),
                Reasons.sentence(each.name() + ": " + r.message()),
                r.state(),
                r.effect(),
                r.action(),
                r.ends(),
                r.since()));
      }
    }
    return all;
  }
}
