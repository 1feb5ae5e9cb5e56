package dev.acceld.vendor.rule;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants of the rules, by signal. Immutable.
 *
 * @param bySignal only those that differ from the vendors' tables
 */
public record RuleOverrides(Map<String, RuleOverride> bySignal) {
  /** The vendors' tables as they are. */
  public static final RuleOverrides NONE = new RuleOverrides(Map.of());

  /** Takes a copy. */
  public RuleOverrides {
    bySignal = Map.copyOf(bySignal);
  }

  /** A rule as it is to be evaluated. */
  public HealthRule apply(HealthRule rule) {
    @Nullable RuleOverride wish = bySignal.get(rule.signal());
    return Optional.ofNullable(wish).map(rule::with).orElse(rule);
  }
}
