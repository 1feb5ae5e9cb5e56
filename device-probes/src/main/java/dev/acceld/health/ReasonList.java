package dev.acceld.health;

import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.probe.DefectKind;
import dev.acceld.vendor.FaultEntry;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Collects the reasons of one device, by its rules. What is only counted is none. */
final class ReasonList {
  private final HealthRules rules;
  private final List<Reason> reasons = new ArrayList<>();

  ReasonList(HealthRules rules) {
    this.rules = rules;
  }

  private void add(
      HealthRule rule, String code, String value, String message, Action action, Instant since) {
    if (rule.outcome() != Outcome.COUNTED) {
      reasons.add(Reasons.of(rule, code, value, message, action, since));
    }
  }

  /** What has a rule of that name, and says itself what was seen. */
  void standing(String signal, String message, Instant since) {
    standing(signal, message, rules.rule(signal).action(), since);
  }

  void standing(String signal, String message, Action action, Instant since) {
    add(rules.rule(signal), signal, "", message, action, since);
  }

  void fault(FaultEntry entry, Action action, Instant since) {
    String message =
        entry.describe() + (entry.rule().schedulable() ? "; the device keeps working" : "");
    add(entry.rule(), entry.code().reason(), entry.code().value(), message, action, since);
  }

  void recovery(Recovery asked, HealthRule rule, Instant since) {
    String message = "the driver asks for: " + asked.description();
    add(rule, CommonRules.RECOVERY, asked.id(), message, asked.action(), since);
  }

  void defect(DefectKind kind, String detail, Instant since) {
    HealthRule rule = rules.rule(kind.signal());
    String message = rule.meaning() + (detail.isEmpty() ? "" : ": " + detail);
    add(rule, kind.signal(), "", message, rule.action(), since);
  }

  List<Reason> all() {
    return reasons;
  }
}
