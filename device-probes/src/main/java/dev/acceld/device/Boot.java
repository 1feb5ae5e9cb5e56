package dev.acceld.device;

/** Ids of boots, as claim records and released devices carry them. */
public final class Boot {
  /** Stands for the id of a boot that the host does not tell. */
  public static final String UNKNOWN = "unknown";

  private Boot() {}

  /** Whether two ids may be of one boot: an unknown one is no proof of a reboot. */
  public static boolean maybeSame(String one, String other) {
    return one.equals(other) || one.equals(UNKNOWN) || other.equals(UNKNOWN);
  }
}
