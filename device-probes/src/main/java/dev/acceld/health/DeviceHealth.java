package dev.acceld.health;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.ProbeStatus;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultClass;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What is known against one device. Not safe for threads. */
final class DeviceHealth {
  private static final long TOGETHER = Duration.ofSeconds(60).toNanos();

  final Condition absent;
  final Condition silent;
  final Condition released;

  private final Condition stuck;
  private final Condition unreadable;
  private final Condition hung;
  private final Condition recovery;
  private final DeviceName name;
  private final HealthRules rules;
  private final Supplier<String> boot;
  private final Map<FaultCode, Condition> faults = new TreeMap<>();

  /** When something was last seen that shows these to be harmless. */
  private final Map<FaultCode, Long> eased = new HashMap<>();

  private final Map<DefectKind, Condition> defects = new EnumMap<>(DefectKind.class);
  private int action;
  private int lastAsked;
  private HealthReport report;

  DeviceHealth(DeviceName name, HealthRules rules, Instant now, Supplier<String> boot) {
    this.name = name;
    this.rules = rules;
    this.boot = boot;
    absent = new Condition(boot);
    silent = new Condition(boot);
    stuck = new Condition(boot);
    unreadable = new Condition(boot);
    released = new Condition(boot);
    hung = new Condition(boot);
    recovery = new Condition(boot);
    this.report = HealthReport.healthy(name, now);
  }

  /** What a probe noticed of it, or of something that it shares a part with. */
  void notice(Signal signal, long nanos) {
    switch (signal) {
      case Signal.Fault fault -> fault(fault.code(), fault.at(), nanos);
      case Signal.FaultOver over -> endFault(over.code(), nanos);
      case Signal.Lost lost ->
          silent.raise(lost.at(), "the device does not respond: " + lost.detail(), nanos);
      case Signal.Answers _ -> silent.clear(nanos);
      case Signal.Hung hung -> hung(hung.hangs(), hung.detail(), hung.at(), nanos);
      case Signal.Released released -> released(released.released(), released.at(), nanos);
      case Signal.Reset _ -> returned(true, nanos);
      case Signal.RecoveryAction asked -> recovery(asked.action(), asked.at(), nanos);
      case Signal.Defect defect ->
          defect(defect.kind(), defect.present(), defect.detail(), defect.at(), nanos);
    }
  }

  /** How the probe is doing that watches it. */
  void probe(ProbeStatus probe, Instant at, long nanos) {
    String detail = "probe " + probe.probe() + ": " + probe.detail();
    if (probe.state() == ProbeStatus.State.HUNG) {
      stuck.raise(probe.since(), detail, nanos);
    } else {
      stuck.clear(nanos);
    }
    if (probe.state() == ProbeStatus.State.FAILED
        && Duration.between(probe.since(), at).compareTo(HealthAssessor.FAILED_FOR) >= 0) {
      unreadable.raise(probe.since(), detail, nanos);
    } else {
      unreadable.clear(nanos);
    }
  }

  private void fault(FaultCode code, Instant at, long nanos) {
    FaultEntry entry = rules.fault(code);
    entry
        .eases()
        .forEach(each -> {
          eased.put(each, nanos);
          Condition condition = faults.get(each);
          if (condition != null
              && Duration.between(condition.since(), at).abs().toNanos() <= TOGETHER) {
            condition.clear(nanos);
          }
        });
    Long easedAt = eased.get(code);
    boolean harmless = easedAt != null && nanos - easedAt <= TOGETHER;
    if (entry.kind() == FaultClass.APP || entry.kind() == FaultClass.INFO || harmless) {
      return;
    }
    faults.computeIfAbsent(code, c -> new Condition(boot)).raise(at, "", nanos);
  }

  /** The driver says what is to be done; nothing to be done ends what a reset would have ended. */
  private void recovery(int newAction, Instant at, long nanos) {
    action = newAction;
    if (newAction == 0) {
      recovery.clear(nanos);
      endFaults(false, nanos);
    } else {
      lastAsked = newAction;
      recovery.raise(at, "", nanos);
    }
  }

  /** The device says so itself, and says when it is over. */
  private void defect(DefectKind kind, boolean present, String detail, Instant at, long nanos) {
    Condition condition = defects.computeIfAbsent(kind, k -> new Condition(boot));
    if (present) {
      condition.raise(at, detail, nanos);
      condition.tell(detail);
    } else {
      condition.clear(nanos);
    }
  }

  /** The device or its driver was gone, not only silent: its return is evidence of a reset. */
  boolean trulyGone;

  /**
   * The device is there again.
   *
   * @param wasReset whether that means that it was reset, or the node's bus was
   */
  void returned(boolean wasReset, long nanos) {
    absent.clear(nanos);
    silent.clear(nanos);
    trulyGone = false;
    if (wasReset) {
      recovery.clear(nanos);
      action = 0;
      endFaults(true, nanos);
    }
  }

  /** The agent let go of it, or has taken it back: what it was let go for may have healed it. */
  private void released(boolean now, Instant at, long nanos) {
    if (now) {
      silent.clear(nanos);
      released.raise(
          at,
          "the device was released with 'acceld release' ('acceld release --back' takes it back)",
          nanos);
    } else {
      released.clear(nanos);
    }
  }

  /** A call about it does not come back, or has come back. */
  private void hung(boolean hangs, String detail, Instant at, long nanos) {
    if (hangs) {
      hung.raise(at, detail, nanos);
    } else {
      hung.clear(nanos);
    }
  }

  /** A fault of an earlier process of this boot, which nothing has ended since. */
  void restore(FaultCode code, Onset began, long nanos) {
    faults.computeIfAbsent(code, c -> new Condition(boot)).resume(began, nanos);
  }

  /** Another process has seen the evidence that this fault is over. */
  void endFault(FaultCode code, long nanos) {
    Condition condition = faults.get(code);
    if (condition != null) {
      condition.clear(nanos);
    }
  }

  /**
   * Readings show that it recovered.
   *
   * @param wasReset true when counters began anew, false when the driver only says that all is well
   */
  void recovered(boolean wasReset, long nanos) {
    endFaults(wasReset, nanos);
  }

  /** A person says that it was reset or repaired: no fault of before counts, whatever its kind. */
  void repaired(long nanos) {
    faults.values().forEach(condition -> condition.clear(nanos));
  }

  /** The faults that last, and when they began. */
  Map<FaultCode, Onset> faults() {
    Map<FaultCode, Onset> raised = new TreeMap<>();
    faults.forEach((code, condition) -> {
      if (condition.isRaised()) {
        raised.put(code, condition.onset());
      }
    });
    return raised;
  }

  private void endFaults(boolean wasReset, long nanos) {
    faults.forEach((code, condition) -> {
      FaultClass kind = rules.fault(code).kind();
      if (kind.endsWithReset() && (wasReset || !kind.schedulable())) {
        condition.clear(nanos);
      }
    });
  }

  /**
   * The verdict now; the same object while nothing changes.
   *
   * @param ofParts what is wrong with the devices that this one is made of
   */
  HealthReport report(Action whenSilent, List<Reason> ofParts, Instant now, long nanos) {
    List<Reason> all = reasons(whenSilent, nanos);
    all.addAll(ofParts);
    List<Reason> reasons = Reasons.sorted(all);
    State state = Reasons.verdict(reasons);
    if (state != report.state() || !reasons.equals(report.reasons())) {
      Instant since = state == report.state() ? report.since() : now;
      report = new HealthReport(name, state, reasons, since);
    }
    return report;
  }

  private List<Reason> reasons(Action whenSilent, long nanos) {
    List<Reason> reasons = new ArrayList<>();
    if (absent.active(nanos)) {
      reasons.add(lost(absent, whenSilent));
    } else if (silent.active(nanos)) {
      reasons.add(lost(silent, whenSilent));
    }
    if (released.active(nanos)) {
      reasons.add(
          Reasons.blocking(Reasons.RELEASED, released.detail(), Action.NONE, released.since()));
    }
    boolean explained = false;
    for (Map.Entry<FaultCode, Condition> each : faults.entrySet()) {
      Condition condition = each.getValue();
      if (condition.active(nanos)) {
        FaultEntry entry = rules.fault(each.getKey());
        explained |= !entry.kind().schedulable();
        reasons.add(Reasons.fault(entry, action(entry.kind()), condition.since()));
      }
    }
    if (recovery.active(nanos) && !explained) {
      rules
          .recovery(lastAsked)
          .ifPresent(asked -> reasons.add(Reasons.recovery(asked, recovery.since())));
    }
    defects.forEach((kind, condition) -> {
      if (condition.active(nanos)) {
        reasons.add(Reasons.defect(kind, condition.detail(), condition.since()));
      }
    });
    Condition stalled = stuck.active(nanos) ? stuck : hung;
    if (stalled.active(nanos)) {
      reasons.add(
          Reasons.blocking(
              Reasons.UNRESPONSIVE, stalled.detail(), Action.INVESTIGATE, stalled.since()));
    }
    if (unreadable.active(nanos)) {
      reasons.add(
          Reasons.blocking(
              Reasons.PROBE_FAILED, unreadable.detail(), Action.INVESTIGATE, unreadable.since()));
    }
    return reasons;
  }

  private static Reason lost(Condition condition, Action action) {
    return Reasons.blocking(Reasons.LOST, condition.detail(), action, condition.since());
  }

  /** What the driver says outranks the catalogue, but nothing replaces a repair. */
  private Action action(FaultClass kind) {
    return kind.schedulable() || kind == FaultClass.RMA
        ? kind.action()
        : rules.recovery(action).map(Recovery::action).orElse(kind.action());
  }
}
