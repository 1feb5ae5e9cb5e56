package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.text.OneLine;
import dev.acceld.vendor.rule.HealthRule;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes reasons, puts the gravest first and draws the verdict. */
final class Reasons {
  /** What Kubernetes allows for a health message. */
  private static final int LONGEST = 1024;

  private static final Comparator<Reason> GRAVEST_FIRST =
      Comparator.comparing(Reason::schedulable)
          .thenComparing(reason -> reason.state() == State.UNKNOWN)
          .thenComparingInt(reason -> -gravity(reason.action()))
          .thenComparing(Reason::since)
          .thenComparing(Reason::code)
          .thenComparing(Reason::value);

  private Reasons() {}

  /** What a rule says, with what was seen. */
  static Reason of(
      HealthRule rule, String code, String value, String message, Action action, Instant since) {
    return new Reason(
        code,
        value,
        sentence(message),
        rule.outcome().state(),
        rule.effect(),
        action,
        sentence(rule.endsWhen()),
        since);
  }

  /** How the probe is doing that watches a device. */
  static ProbeStatus probe(Device device, Inventory inventory) {
    String name = device.common().vendor().probe();
    return inventory.probes().stream()
        .filter(probe -> probe.probe().equals(name))
        .findFirst()
        .orElseGet(() -> new ProbeStatus(name, ProbeStatus.State.READY, Instant.EPOCH, ""));
  }

  /** Why a device is missing. */
  static String absence(@Nullable String broken, ProbeStatus probe) {
    if (broken != null) {
      return "the device is present but cannot be used: " + broken;
    }
    return probe.state() == ProbeStatus.State.WAITING
        ? "the driver is gone: " + probe.detail()
        : "the device has disappeared from the bus or from the driver's list";
  }

  static List<Reason> sorted(List<Reason> reasons) {
    return reasons.stream().sorted(GRAVEST_FIRST).toList();
  }

  /** The worst of all: one that is known to be unhealthy is, whatever else nobody can tell. */
  static State verdict(List<Reason> reasons) {
    State worst = State.HEALTHY;
    for (Reason reason : reasons) {
      if (badness(reason.state()) > badness(worst)) {
        worst = reason.state();
      }
    }
    return worst;
  }

  private static int badness(State state) {
    return switch (state) {
      case HEALTHY -> 0;
      case DEGRADED -> 1;
      case UNKNOWN -> 2;
      case UNHEALTHY -> 3;
    };
  }

  /** What a library says may hold anything; what we pass on is short ASCII on one line. */
  static String sentence(String text) {
    return OneLine.ascii(text, LONGEST);
  }

  private static int gravity(Action action) {
    return switch (action) {
      case NONE -> 0;
      case RESTART_APP -> 1;
      case INVESTIGATE, CHECK_FABRIC, CHECK_COOLING, END_PROCESS -> 2;
      case RESET -> 3;
      case REBOOT -> 4;
      case SERVICE -> 5;
    };
  }
}
