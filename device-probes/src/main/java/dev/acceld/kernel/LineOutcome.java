package dev.acceld.kernel;

import java.util.Locale;

/** What became of a record of the kernel's log. */
public enum LineOutcome {
  /** It is about a device of this node, and was kept. */
  DEVICE,
  /** It has a known form, and is about no device of this node. */
  OTHER_DEVICE,
  /** It has no form that is known. */
  UNRELATED,
  /** A process wrote it, not the kernel. */
  USER_SPACE,
  /** It is not in the form of a record. */
  MALFORMED,
  /** It was one too many of a kind about one device. */
  RATE_LIMITED,
  /** The kernel overwrote it before it was read. */
  LOST;

  /** As a label's value. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
