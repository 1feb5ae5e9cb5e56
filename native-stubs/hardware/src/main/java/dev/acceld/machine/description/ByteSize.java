package dev.acceld.machine.description;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes of memory as people write them: bytes, or with KiB, MiB, GiB. */
public final class ByteSize {
  /** How they look, for messages. */
  public static final String FORM = "bytes, such as 1048576 or 20GiB";

  private static final Pattern SIZE = Pattern.compile("([0-9]{1,15})(KiB|MiB|GiB)?");

  private ByteSize() {}

  /**
   * The bytes.
   *
   * @throws NumberFormatException when the text is no size
   * @throws ArithmeticException when it is too large
   */
  public static long parse(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      throw new NumberFormatException(text);
    }
    int shift =
        switch (String.valueOf(m.group(2))) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    return Math.multiplyExact(Long.parseLong(m.group(1)), 1L << shift);
  }
}
