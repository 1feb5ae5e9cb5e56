package dev.acceld.agent.devices;

import dev.acceld.agent.http.Condition;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many of the node's devices new pods can get, for readiness: n of m, and what is wrong with
 * the others. A probe may answer well for a device that is broken.
 */
final class DeviceCount {
  /** More than that are counted only. */
  private static final int MOST_NAMED = 4;

  private DeviceCount() {}

  /**
   * Empty while no device is known; what is made on demand only does not count, nor do groups of
   * devices that count themselves.
   */
  static Optional<Condition> condition(Inventory inventory, Map<DeviceName, HealthReport> health) {
    List<Device> all =
        inventory.devices().stream().filter(d -> !d.onDemandUnrealized() && !d.group()).toList();
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<String> troubles = new ArrayList<>();
    int available = 0;
    for (Device device : all) {
      HealthReport report = health.get(device.name());
      boolean missing = inventory.missing().contains(device.name());
      if (!missing && report != null && report.schedulable()) {
        available++;
      }
      if (missing || report == null || report.state() != State.HEALTHY) {
        troubles.add(device.name() + " " + trouble(report, missing));
      }
    }
    String count =
        available
            + " of "
            + all.size()
            + (all.size() == 1 ? " device" : " devices")
            + " can be allocated to new pods";
    return Optional.of(
        Condition.advisory(
            "devices",
            available == all.size() && troubles.isEmpty(),
            troubles.isEmpty() ? count : count + ": " + listed(troubles)));
  }

  private static String trouble(@Nullable HealthReport report, boolean missing) {
    if (report != null && !report.reasons().isEmpty()) {
      HealthReport.Reason gravest = report.reasons().getFirst();
      return "(" + gravest.message() + "; recommended action: " + gravest.action().describe() + ")";
    }
    return missing ? "(missing)" : "(its health is unknown)";
  }

  private static String listed(List<String> troubles) {
    int more = troubles.size() - MOST_NAMED;
    return more > 0
        ? String.join(", ", troubles.subList(0, MOST_NAMED)) + " and " + more + " more"
        : String.join(", ", troubles);
  }
}
