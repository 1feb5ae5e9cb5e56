package dev.acceld.agent.repair.records;

import java.util.Locale;

/** How far a repair got. What comes before {@link #RESET} has changed nothing of the device. */
public enum RepairStep {
  /** The device was taken out of use. */
  RESERVE,
  /** The agent closes its own handles. */
  RELEASE,
  /** Other processes have to leave. */
  PROCESSES,
  /** The reset is under way, or was. */
  RESET,
  /** It is looked whether the device works. */
  VERIFY;

  /** As it is written in taints, records and messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
