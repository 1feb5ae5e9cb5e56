package dev.acceld.vendor;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A fault as its vendor numbers it. In the order of numbers.
 *
 * @param reason the name of the numbering, a label-safe word: {@code xid}
 * @param value the number in it, letters and digits: {@code 79}
 * @param detail a sub-code that tells causes of the same number apart, such as {@code
 *     netir-link-evt.38} of XID 149; empty where it is not known, or where there is none
 */
public record FaultCode(String reason, String value, String detail)
    implements Comparable<FaultCode> {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]{1,32}");
  private static final Pattern DETAIL = Pattern.compile("(?:[a-z0-9]+(?:[.-][a-z0-9]+)*)?");
  private static final int LONGEST_DETAIL = 48;
  private static final Comparator<FaultCode> ORDER =
      Comparator.comparing(FaultCode::reason)
          .thenComparingInt(code -> code.value.length())
          .thenComparing(FaultCode::value)
          .thenComparing(FaultCode::detail);

  /** Refuses what could be no part of a file's name. */
  public FaultCode {
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("'" + value + "' is not a valid fault number");
    }
    if (detail.length() > LONGEST_DETAIL || !DETAIL.matcher(detail).matches()) {
      throw new IllegalArgumentException("'" + detail + "' is not a valid sub-code of a fault");
    }
  }

  /** Without a sub-code. */
  public FaultCode(String reason, String value) {
    this(reason, value, "");
  }

  /** Without its sub-code: by this, faults are counted, kept and shown. */
  public FaultCode common() {
    return detail.isEmpty() ? this : new FaultCode(reason, value);
  }

  /** The name of its health rule: {@code xid-79}, {@code xid-149.netir-link-evt.38}. */
  public String signal() {
    return detail.isEmpty() ? id() : id() + "." + detail;
  }

  /** As a word of its own without the sub-code, {@code xid-79}. */
  public String id() {
    return reason + "-" + value;
  }

  @Override
  public int compareTo(FaultCode other) {
    return ORDER.compare(this, other);
  }
}
