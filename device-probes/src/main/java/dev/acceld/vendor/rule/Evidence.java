package dev.acceld.vendor.rule;

import java.util.Locale;

/** What can be seen to end a signal. */
public enum Evidence {
  /** The signal says itself that it is over; a rule has the words for it. */
  OVER("it is over"),
  /** The device is present and answers. */
  ANSWERS("the device is back and answers"),
  /**
   * The device was reset: its driver was reloaded, its counters since the driver was loaded
   * restarted, or it was gone from the bus and came back.
   */
  RESET("the device was reset"),
  /** The driver asks for no recovery action, some samples after the signal. */
  DRIVER_CONTENT("the driver asks for no recovery action"),
  /** What a fault was raised for has not happened again for as long as a setting says. */
  QUIET("it has not happened again for as long as the vendor's setting says"),
  /** The boot id changed. */
  REBOOT("the node was rebooted"),
  /** A person says so. */
  REPAIRED("'acceld release --back DEVICE --repaired' confirms a repair");

  private final String words;

  Evidence(String words) {
    this.words = words;
  }

  /** A short word for tables: {@code driver-content}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Half a sentence that follows "when". */
  public String describe() {
    return words;
  }
}
