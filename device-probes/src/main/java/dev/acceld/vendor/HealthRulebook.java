package dev.acceld.vendor;

import dev.acceld.device.Vendor;
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
