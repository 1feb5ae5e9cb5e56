package dev.acceld.health.nvidia;

/** What to do when the remedy of an XID's class does not help, or the XID comes back. */
public enum XidFollowUp {
  /** Nothing more. */
  NOTHING(""),
  /** The application is to blame, most often. */
  APPLICATION("check the application; if only one GPU is affected, suspect the GPU"),
  /** Another XID of the same moment says what happened. */
  OTHER_XID("follow the advice for the accompanying XIDs (63, 64, 94, 95)"),
  /** Only the aftermath of another error. */
  AFTERMATH(
      "follow the advice for the accompanying XID; if there is none, restart the fabric manager"),
  /** A spare row waits for a reset. */
  RESET_AT_LEISURE("reset the device when it is free, to replace the row"),
  /** Driver or firmware. */
  SOFTWARE("update driver and firmware; if it recurs, contact NVIDIA support"),
  /** Cables and power. */
  HARDWARE("check power cables and seating"),
  /** Links and switches. */
  LINK("check NVLinks, switches and fabric manager"),
  /** The other end of a link. */
  PEER("check the GPU or switch at the other end of the link"),
  /** The vendor. */
  SUPPORT("if it recurs, contact NVIDIA support");

  private final String words;

  XidFollowUp(String words) {
    this.words = words;
  }

  /** In words; empty for {@link #NOTHING}. */
  public String describe() {
    return words;
  }
}
