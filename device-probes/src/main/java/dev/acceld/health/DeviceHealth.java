package dev.acceld.health;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.ProbeStatus;
import dev.acceld.faultstore.Onset;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.HealthRule;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What is known against one device. Not safe for threads. */
final class DeviceHealth {
  final Condition absent;
  final Condition silent;
  final Condition released;

  private final Condition stuck;
  private final Condition unreadable;
  private final Condition hung;
  private final Condition recovery;
  private final DeviceName name;
  private final Supplier<HealthRules> rules;
  private final Supplier<String> boot;
  private final Faults faults;
  private final Map<DefectKind, Condition> defects = new EnumMap<>(DefectKind.class);
  private int action;
  private int lastAsked;
  private HealthReport report;

  DeviceHealth(DeviceName name, Supplier<HealthRules> rules, Instant now, Supplier<String> boot) {
    this.name = name;
    this.rules = rules;
    this.boot = boot;
    faults = new Faults(rules, boot);
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
      case Signal.Fault fault -> faults.add(fault.code(), fault.at(), nanos);
      case Signal.FaultOver over -> faults.quiet(over.code(), nanos);
      case Signal.Lost lost ->
          silent.raise(lost.at(), "the device does not respond: " + lost.detail(), nanos);
      case Signal.Answers _ -> silent.clear(nanos, rule(CommonRules.LOST).hold());
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
      stuck.clear(nanos, rule(CommonRules.UNRESPONSIVE).hold());
    }
    HealthRule failed = rule(CommonRules.PROBE_FAILED);
    double patience = failed.limit(CommonRules.SECONDS).orElseThrow().value().orElseThrow();
    if (probe.state() == ProbeStatus.State.FAILED
        && Duration.between(probe.since(), at).toMillis() >= patience * 1000) {
      unreadable.raise(probe.since(), detail, nanos);
    } else {
      unreadable.clear(nanos, failed.hold());
    }
  }

  /** The driver says what is to be done; nothing to be done ends what a reset would have ended. */
  private void recovery(int newAction, Instant at, long nanos) {
    action = newAction;
    if (newAction == 0) {
      endRecovery(Evidence.DRIVER_CONTENT, nanos);
      faults.end(Evidence.DRIVER_CONTENT, nanos);
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
      condition.clear(nanos, rule(kind.signal()).hold());
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
    Duration hold = rule(CommonRules.LOST).hold();
    absent.clear(nanos, hold);
    silent.clear(nanos, hold);
    trulyGone = false;
    if (wasReset) {
      endRecovery(Evidence.RESET, nanos);
      action = 0;
      faults.end(Evidence.RESET, nanos);
    }
  }

  private void endRecovery(Evidence evidence, long nanos) {
    rules
        .get()
        .recovery(lastAsked)
        .map(this::rule)
        .filter(rule -> rule.endsWith(evidence))
        .ifPresent(rule -> recovery.clear(nanos, rule.hold()));
  }

  private HealthRule rule(Recovery asked) {
    return rule(CommonRules.RECOVERY + "-" + asked.id());
  }

  private HealthRule rule(String signal) {
    return rules.get().rule(signal);
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
      released.clear(nanos, rule(CommonRules.RELEASED).hold());
    }
  }

  /** A call about it does not come back, or has come back. */
  private void hung(boolean hangs, String detail, Instant at, long nanos) {
    if (hangs) {
      hung.raise(at, detail, nanos);
    } else {
      hung.clear(nanos, rule(CommonRules.UNRESPONSIVE).hold());
    }
  }

  /** A fault of an earlier process of this boot, which nothing has ended since. */
  void restore(FaultCode code, Onset began, long nanos) {
    faults.restore(code, began, nanos);
  }

  /** Another process has seen the evidence that this fault is over. */
  void endFault(FaultCode code, long nanos) {
    faults.end(code, nanos);
  }

  /**
   * Readings show that it recovered.
   *
   * @param wasReset true when counters began anew, false when the driver only says that all is well
   */
  void recovered(boolean wasReset, long nanos) {
    faults.end(wasReset ? Evidence.RESET : Evidence.DRIVER_CONTENT, nanos);
  }

  /** A person says that it was reset or repaired: no fault of before counts, whatever its kind. */
  void repaired(long nanos) {
    faults.end(Evidence.REPAIRED, nanos);
  }

  /** The faults that last, with sub-codes, and when they began. */
  Map<FaultCode, Onset> faults() {
    return faults.lasting();
  }

  /** Whether such a fault that happened then is known to be over. */
  boolean endedSince(FaultCode code, long then) {
    return faults.endedSince(code, then);
  }

  /** That fault with its sub-code, if it lasts. */
  Optional<FaultCode> lasting(FaultCode code) {
    return faults.lasting().keySet().stream()
        .filter(each -> each.common().equals(code.common()))
        .findFirst();
  }

  /** What ended a fault, for a person. */
  String evidence(FaultCode code) {
    return faults.evidence(code).orElse("nothing shows it any more");
  }

  /**
   * The verdict now; the same object while nothing changes.
   *
   * @param ofParts what is wrong with the devices that this one is made of
   */
  HealthReport report(Action whenSilent, List<Reason> ofParts, Instant now, long nanos) {
    faults.expire(nanos);
    List<Reason> all = reasons(whenSilent, condition -> condition.active(nanos));
    all.addAll(ofParts);
    List<Reason> reasons = Reasons.sorted(all);
    State state = Reasons.verdict(reasons);
    if (state != report.state() || !reasons.equals(report.reasons())) {
      Instant since = state == report.state() ? report.since() : now;
      report = new HealthReport(name, state, reasons, since);
    }
    return report;
  }

  /** What is wrong at this moment, without what is over and only stays a while. */
  List<Reason> raised(Action whenSilent) {
    return reasons(whenSilent, Condition::isRaised);
  }

  private List<Reason> reasons(Action whenSilent, Predicate<Condition> counts) {
    ReasonList reasons = new ReasonList(rules.get());
    Condition missing = counts.test(absent) ? absent : silent;
    if (counts.test(missing)) {
      reasons.standing(CommonRules.LOST, missing.detail(), whenSilent, missing.since());
    }
    if (counts.test(released)) {
      reasons.standing(CommonRules.RELEASED, released.detail(), released.since());
    }
    boolean explained = false;
    for (Map.Entry<FaultEntry, Instant> each : faults.shown(counts).entrySet()) {
      FaultEntry entry = each.getKey();
      explained |= !entry.rule().schedulable();
      reasons.fault(entry, action(entry.rule()), each.getValue());
    }
    if (counts.test(recovery) && !explained) {
      rules
          .get()
          .recovery(lastAsked)
          .ifPresent(asked -> reasons.recovery(asked, rule(asked), recovery.since()));
    }
    defects.forEach((kind, condition) -> {
      if (counts.test(condition)) {
        reasons.defect(kind, condition.detail(), condition.since());
      }
    });
    Condition stalled = counts.test(stuck) ? stuck : hung;
    if (counts.test(stalled)) {
      reasons.standing(CommonRules.UNRESPONSIVE, stalled.detail(), stalled.since());
    }
    if (counts.test(unreadable)) {
      reasons.standing(CommonRules.PROBE_FAILED, unreadable.detail(), unreadable.since());
    }
    return reasons.all();
  }

  /** What the driver says outranks the table where it could end the fault. */
  private Action action(HealthRule rule) {
    return rule.endsWith(Evidence.DRIVER_CONTENT)
        ? rules.get().recovery(action).map(Recovery::action).orElse(rule.action())
        : rule.action();
  }
}
