package dev.acceld.vendor;

import java.util.Set;

/**
 * What a fault means.
 *
 * @param code which
 * @param title what a person calls it, {@code XID 79}
 * @param meaning a few words
 * @param kind what it asks for at once
 * @param followUp what to do when that does not help, or it comes back; may be empty
 * @param eases faults of the same minute that this one shows to be harmless
 */
public record FaultEntry(
    FaultCode code,
    String title,
    String meaning,
    FaultClass kind,
    String followUp,
    Set<FaultCode> eases) {

  /** Takes a copy. */
  public FaultEntry {
    eases = Set.copyOf(eases);
  }

  /** Title and meaning, {@code XID 79: GPU has fallen off the bus}. */
  public String describe() {
    return title + ": " + meaning;
  }
}
