package dev.acceld.health;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.ProbeStatus;
import dev.acceld.probe.DefectKind;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.Recovery;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes reasons, puts the gravest first and draws the verdict. */
final class Reasons {
  static final String LOST = "device-lost";
  static final String RECOVERY = "recovery-action";
  static final String RELEASED = "released";
  static final String UNRESPONSIVE = "unresponsive";
  static final String PROBE_FAILED = "probe-failed";

  /** What Kubernetes allows for a health message. */
  private static final int LONGEST = 1024;

  /** With these nobody can tell how the device is. */
  private static final Set<String> UNKNOWN = Set.of(UNRESPONSIVE, PROBE_FAILED, RELEASED);

  private static final Comparator<Reason> GRAVEST_FIRST =
      Comparator.comparing(Reason::schedulable)
          .thenComparing(reason -> UNKNOWN.contains(reason.code()))
          .thenComparingInt(reason -> -gravity(reason.action()))
          .thenComparing(Reason::since)
          .thenComparing(Reason::code)
          .thenComparing(Reason::value);

  private Reasons() {}

  static Reason blocking(String code, String message, Action action, Instant since) {
    return new Reason(code, "", sentence(message), false, action, since);
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

  static Reason fault(FaultEntry entry, Action action, Instant since) {
    boolean schedulable = entry.kind().schedulable();
    String message = entry.describe() + (schedulable ? "; the device keeps working" : "");
    return new Reason(
        entry.code().reason(), entry.code().value(), message, schedulable, action, since);
  }

  static Reason recovery(Recovery recovery, Instant since) {
    String message = "the driver asks for: " + recovery.description();
    return new Reason(RECOVERY, recovery.id(), message, false, recovery.action(), since);
  }

  static Reason defect(DefectKind kind, String detail, Instant since) {
    Defect defect = Defect.of(kind);
    String message = defect.description() + (detail.isEmpty() ? "" : ": " + detail);
    return new Reason(
        defect.code(), "", sentence(message), defect.schedulable(), defect.action(), since);
  }

  static List<Reason> sorted(List<Reason> reasons) {
    return reasons.stream().sorted(GRAVEST_FIRST).toList();
  }

  static State verdict(List<Reason> reasons) {
    State state = State.HEALTHY;
    for (Reason reason : reasons) {
      if (!reason.schedulable()) {
        if (!UNKNOWN.contains(reason.code())) {
          return State.UNHEALTHY;
        }
        state = State.UNKNOWN;
      } else if (state == State.HEALTHY) {
        state = State.DEGRADED;
      }
    }
    return state;
  }

  /** What a library says may hold anything; what we pass on is short ASCII on one line. */
  static String sentence(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), LONGEST));
    for (int i = 0; i < text.length() && clean.length() < LONGEST; i++) {
      char c = text.charAt(i);
      clean.append(c >= ' ' && c < 127 ? c : c < ' ' ? ' ' : '?');
    }
    return clean.toString();
  }

  private static int gravity(Action action) {
    return switch (action) {
      case NONE -> 0;
      case RESTART_APP -> 1;
      case INVESTIGATE, CHECK_FABRIC, END_PROCESS -> 2;
      case RESET -> 3;
      case REBOOT -> 4;
      case SERVICE -> 5;
    };
  }
}
