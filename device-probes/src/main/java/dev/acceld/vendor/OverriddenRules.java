package dev.acceld.vendor;

import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleOverrides;
import dev.acceld.vendor.rule.RuleTable;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A vendor's rules as an operator wants them. Immutable. */
final class OverriddenRules implements HealthRules {
  private final HealthRules rules;
  private final RuleOverrides overrides;
  private final RuleTable table;

  OverriddenRules(HealthRules rules, RuleOverrides overrides) {
    this.rules = rules;
    this.overrides = overrides;
    this.table = rules.table().with(overrides);
  }

  @Override
  public RuleTable table() {
    return table;
  }

  @Override
  public HealthRule rule(String signal) {
    return overrides.apply(rules.rule(signal));
  }

  @Override
  public Set<String> reasons() {
    return rules.reasons();
  }

  @Override
  public Set<String> reasonsOnRequest() {
    return rules.reasonsOnRequest();
  }

  @Override
  public FaultEntry fault(FaultCode code) {
    FaultEntry entry = rules.fault(code);
    return entry.with(overrides.apply(entry.rule()));
  }

  /** Which faults have a series from the start does not change with a file. */
  @Override
  public List<FaultCode> grave() {
    return rules.grave();
  }

  @Override
  public Optional<Recovery> recovery(int number) {
    return rules.recovery(number);
  }
}
