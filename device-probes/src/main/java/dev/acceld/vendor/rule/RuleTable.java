package dev.acceld.vendor.rule;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Rules in the order in which they are documented, found by signal. Immutable. */
public final class RuleTable {
  private final List<HealthRule> rules;
  private final Map<String, HealthRule> bySignal = new HashMap<>();

  /**
   * Of those rules.
   *
   * @throws IllegalArgumentException when two have the same signal
   */
  public RuleTable(List<HealthRule> rules) {
    this.rules = List.copyOf(rules);
    for (HealthRule rule : rules) {
      if (bySignal.put(rule.signal(), rule) != null) {
        throw new IllegalArgumentException("there are two rules for " + rule.signal());
      }
    }
  }

  /** All, in order. */
  public List<HealthRule> rules() {
    return rules;
  }

  /** The one for that signal. */
  public Optional<HealthRule> find(String signal) {
    return Optional.ofNullable(bySignal.get(signal));
  }

  /** The same as an operator wants them. */
  public RuleTable with(RuleOverrides overrides) {
    return new RuleTable(rules.stream().map(overrides::apply).toList());
  }
}
