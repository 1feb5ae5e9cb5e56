package dev.acceld.vendor;

import dev.acceld.vendor.rule.HealthRule;
import java.util.Set;

/**
 * What a fault means.
 *
 * @param code which
 * @param title what a person calls it, {@code XID 79}
 * @param rule what it makes of the device, and what ends it
 * @param eases faults of the same minute that this one shows to be harmless
 */
public record FaultEntry(FaultCode code, String title, HealthRule rule, Set<FaultCode> eases) {

  /** Takes a copy. */
  public FaultEntry {
    eases = Set.copyOf(eases);
  }

  /** A few words. */
  public String meaning() {
    return rule.meaning();
  }

  /** Title and meaning, {@code XID 79: GPU has fallen off the bus}. */
  public String describe() {
    return title + ": " + meaning();
  }

  /** The same with another rule. */
  public FaultEntry with(HealthRule other) {
    return new FaultEntry(code, title, other, eases);
  }
}
