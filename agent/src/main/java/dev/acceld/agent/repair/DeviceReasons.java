package dev.acceld.agent.repair;

import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.health.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is said against a device, without what its repair itself says. */
final class DeviceReasons {
  private static final Set<String> OWN = Set.of("repairing", "repair-failed");
  private static final String RELEASED = "released";

  private final NodeDevices devices;
  private final DeviceName name;

  DeviceReasons(NodeDevices devices, DeviceName name) {
    this.devices = devices;
    this.name = name;
  }

  /** All that are published, also those that are over and only stay for a while. */
  List<Reason> published() {
    Optional<HealthReport> report = devices.health(name);
    return report.stream()
        .flatMap(r -> r.reasons().stream())
        .filter(DeviceReasons::counts)
        .toList();
  }

  /** Those that are so at this moment. */
  List<Reason> raised() {
    return devices.health().raised(name).stream().filter(DeviceReasons::counts).toList();
  }

  /** Of those before a reset and those that are still published: what is over, one line each. */
  List<String> ended(List<Reason> before, List<Reason> raised) {
    List<Reason> held = published().stream().filter(reason -> !isAmong(reason, raised)).toList();
    List<Reason> over = new ArrayList<>(held);
    before.stream()
        .filter(reason -> !reason.code().equals(RELEASED)) // for the repair itself
        .filter(reason -> !isAmong(reason, raised) && !isAmong(reason, held))
        .forEach(over::add);
    return over.stream()
        .map(reason ->
            "ended: "
                + reason.message()
                + (isAmong(reason, held) && reason.effect() != Effect.NO_TAINT
                    ? "; the taint acceld.dev/" + reason.code() + " stays until its hold ends"
                    : ""))
        .toList();
  }

  /** Whether a person says so, which no reset ends. */
  static boolean isMark(Reason reason) {
    return reason.code().equals(Mark.CODE);
  }

  private static boolean counts(Reason reason) {
    return !OWN.contains(reason.code());
  }

  private static boolean isAmong(Reason one, List<Reason> all) {
    return all.stream().anyMatch(other -> one.signal().equals(other.signal()));
  }
}
