package dev.acceld.vendor;

import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * A fault as its vendor numbers it. In the order of numbers.
 *
 * @param reason the name of the numbering, a label-safe word: {@code xid}
 * @param value the number in it, letters and digits: {@code 79}
 */
public record FaultCode(String reason, String value) implements Comparable<FaultCode> {
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]{1,32}");
  private static final Comparator<FaultCode> ORDER =
      Comparator.comparing(FaultCode::reason)
          .thenComparingInt(code -> code.value.length())
          .thenComparing(FaultCode::value);

  /** Refuses what could be no part of a file's name. */
  public FaultCode {
    if (!VALUE.matcher(value).matches()) {
      throw new IllegalArgumentException("'" + value + "' is not a valid fault number");
    }
  }

  /** As a word of its own, {@code xid-79}. */
  public String id() {
    return reason + "-" + value;
  }

  @Override
  public int compareTo(FaultCode other) {
    return ORDER.compare(this, other);
  }
}
