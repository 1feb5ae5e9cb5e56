package dev.acceld.vendor;

import dev.acceld.device.Vendor;
import dev.acceld.vendor.rule.HealthRule;
import dev.acceld.vendor.rule.RuleOverrides;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The health rules of all vendors. Immutable.
 *
 * @param byVendor a vendor that is not among them has no rules
 */
public record HealthRulebook(Map<Vendor, HealthRules> byVendor) {

  /** Takes a copy. */
  public HealthRulebook {
    byVendor = Map.copyOf(byVendor);
  }

  /** The same as an operator wants them. */
  public HealthRulebook with(RuleOverrides overrides) {
    if (overrides.bySignal().isEmpty()) {
      return this;
    }
    Map<Vendor, HealthRules> changed = new HashMap<>();
    byVendor.forEach((vendor, rules) -> changed.put(vendor, new OverriddenRules(rules, overrides)));
    return new HealthRulebook(changed);
  }

  /** Every rule, by signal, each once. */
  public Map<String, HealthRule> signals() {
    Map<String, HealthRule> all = new LinkedHashMap<>();
    byVendor.values().stream()
        .flatMap(rules -> rules.table().rules().stream())
        .forEach(rule -> all.putIfAbsent(rule.signal(), rule));
    return all;
  }

  /** The rules for a vendor's devices. */
  public HealthRules of(Vendor vendor) {
    return byVendor.getOrDefault(vendor, HealthRules.NONE);
  }

  /** The rules of the vendor that numbers its faults so, for a device that is not known. */
  public HealthRules of(FaultCode code) {
    return byVendor.values().stream()
        .filter(rules -> rules.reasons().contains(code.reason()))
        .findFirst()
        .orElse(HealthRules.NONE);
  }
}
