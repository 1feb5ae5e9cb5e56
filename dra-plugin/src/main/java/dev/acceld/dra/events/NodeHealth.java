package dev.acceld.dra.events;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.dra.cluster.events.NodeCondition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The health of all accelerators of a node in one condition. */
final class NodeHealth {
  /** The condition's type. */
  static final String TYPE = "AcceleratorsHealthy";

  private static final int MOST_NAMED = 8;

  private NodeHealth() {}

  /**
   * The condition now. {@code True} when all accelerators can be used, {@code False} when one must
   * not be or is missing, {@code Unknown} when nobody can tell. A GPU and its partitions count as
   * one.
   */
  static NodeCondition of(Inventory inventory, Map<DeviceName, HealthReport> reports, Instant now) {
    Collection<HealthReport> parts = parts(inventory, reports).values();
    Map<State, List<HealthReport>> byState = new EnumMap<>(State.class);
    parts.forEach(r -> byState.computeIfAbsent(r.state(), s -> new ArrayList<>()).add(r));
    List<String> missing =
        inventory.probes().stream()
            .filter(probe -> probe.state() == ProbeStatus.State.READY)
            .filter(probe -> !inventory.inOrder(probe))
            .map(ProbeStatus::detail)
            .toList();
    int usable = parts.size() - count(byState, State.UNHEALTHY) - count(byState, State.UNKNOWN);
    String summary = usable + " of " + parts.size() + " accelerators can be used";
    if (byState.containsKey(State.UNHEALTHY)) {
      return condition("False", "AcceleratorsUnhealthy", summary, bad(byState), missing, now);
    }
    if (!missing.isEmpty()) {
      return condition("False", "AcceleratorsMissing", summary, bad(byState), missing, now);
    }
    if (byState.containsKey(State.UNKNOWN)) {
      return condition("Unknown", "AcceleratorHealthUnknown", summary, bad(byState), missing, now);
    }
    if (parts.isEmpty()) {
      return condition(
          "Unknown", "NoAccelerators", "no accelerator was found", List.of(), missing, now);
    }
    return byState.containsKey(State.DEGRADED)
        ? condition("True", "AcceleratorsDegraded", summary, bad(byState), missing, now)
        : condition("True", "AcceleratorsHealthy", summary, List.of(), missing, now);
  }

  /** The worst report of each physical part. */
  private static Map<String, HealthReport> parts(
      Inventory inventory, Map<DeviceName, HealthReport> reports) {
    Map<String, HealthReport> parts = new LinkedHashMap<>();
    for (Device device : inventory.devices()) {
      HealthReport report = reports.get(device.name());
      if (report != null && !device.group()) {
        parts.merge(
            String.join(",", device.common().physical()),
            report,
            (one, other) -> gravity(other) > gravity(one) ? other : one);
      }
    }
    return parts;
  }

  private static int gravity(HealthReport report) {
    return switch (report.state()) {
      case HEALTHY -> 0;
      case DEGRADED -> 1;
      case UNKNOWN -> 2;
      case UNHEALTHY -> 3;
    };
  }

  private static int count(Map<State, List<HealthReport>> byState, State state) {
    return byState.getOrDefault(state, List.of()).size();
  }

  /** The gravest first. */
  private static List<HealthReport> bad(Map<State, List<HealthReport>> byState) {
    List<HealthReport> all = new ArrayList<>();
    for (State state : List.of(State.UNHEALTHY, State.UNKNOWN, State.DEGRADED)) {
      all.addAll(byState.getOrDefault(state, List.of()));
    }
    return all;
  }

  private static NodeCondition condition(
      String status,
      String reason,
      String summary,
      List<HealthReport> bad,
      List<String> missing,
      Instant now) {
    StringBuilder message = new StringBuilder(summary);
    missing.forEach(what -> message.append("; ").append(what));
    for (HealthReport report : bad.subList(0, Math.min(MOST_NAMED, bad.size()))) {
      HealthReport.Reason first = report.reasons().getFirst();
      message.append("; ").append(report.device().value()).append(": ").append(first.message());
      if (first.action() != HealthReport.Action.NONE) {
        message.append(" (").append(first.action().describe()).append(')');
      }
    }
    if (bad.size() > MOST_NAMED) {
      message.append("; and ").append(bad.size() - MOST_NAMED).append(" more");
    }
    return new NodeCondition(TYPE, status, reason, EventTexts.clean(message.toString()), now);
  }
}
