package dev.acceld.vendor;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fault as its vendor numbers it. In the order of numbers.
 *
 * @param reason the name of the numbering, a label-safe word: {@code xid}
 * @param value the number in it, letters and digits: {@code 79}; one that begins with a capital
 *     letter may have dashes inside: {@code GPU-BUS-0x0003}
 * @param detail a sub-code that tells causes of the same number apart, such as {@code
 *     netir-link-evt.38} of XID 149; empty where it is not known, or where there is none
 */
public record FaultCode(String reason, String value, String detail)
    implements Comparable<FaultCode> {
  private static final int LONGEST_VALUE = 32;
  private static final Pattern VALUE =
      Pattern.compile("[A-Za-z0-9]+|[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+");

  /** In an id: from here on it is the value, for no part of a reason begins with a capital. */
  private static final Pattern CAPITAL = Pattern.compile("-(?=[A-Z])");

  private static final Pattern DETAIL = Pattern.compile("(?:[a-z0-9]+(?:[.-][a-z0-9]+)*)?");
  private static final int LONGEST_DETAIL = 48;
  private static final Comparator<FaultCode> ORDER =
      Comparator.comparing(FaultCode::reason)
          .thenComparingInt(code -> code.value.length())
          .thenComparing(FaultCode::value)
          .thenComparing(FaultCode::detail);

  /** Refuses what could be no part of a file's name. */
  public FaultCode {
    if (value.length() > LONGEST_VALUE || !VALUE.matcher(value).matches()) {
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

  /** The fault with that {@link #id}; empty when it can be none. */
  public static Optional<FaultCode> ofId(String id) {
    Matcher capital = CAPITAL.matcher(id);
    int dash = capital.find() ? capital.start() : id.lastIndexOf('-');
    try {
      return dash > 0
          ? Optional.of(new FaultCode(id.substring(0, dash), id.substring(dash + 1)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
