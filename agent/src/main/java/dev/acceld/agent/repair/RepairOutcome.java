package dev.acceld.agent.repair;

import java.util.Locale;

/** How a repair ended. */
public enum RepairOutcome {
  /** The device works, and is offered again. */
  REPAIRED,
  /** It was not begun, and nothing was changed: somebody has the device, or there is no way. */
  REFUSED,
  /** It did not succeed, and the device stays tainted. */
  FAILED,
  /** The agent ended first; its successor goes on. */
  INTERRUPTED;

  /** As it is written in labels and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
