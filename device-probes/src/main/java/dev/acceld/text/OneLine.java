package dev.acceld.text;

/**
 * Text that stays on its line. What tenants write (a claim's configuration, a message that quotes
 * it) may hold a line feed and look like a line of its own, or control a terminal. Such characters
 * are shown as the escapes of JSON: {@code \n}, <code>&#92;u001b</code>.
 */
public final class OneLine {
  private static final String HEX = "0123456789abcdef";

  private OneLine() {}

  /**
   * The text with its control characters escaped, among them those of Unicode that break lines or
   * turn the direction of writing; the same object when there are none. A backslash stays as it is:
   * this is for people, not to be read back.
   */
  public static String of(String text) {
    int first = firstControl(text);
    if (first < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16);
    out.append(text, 0, first);
    for (int i = first; i < text.length(); i++) {
      append(text.charAt(i), out);
    }
    return out.toString();
  }

  /**
   * As {@link #of}, of a text that may be of any length: what is beyond so many characters is left
   * out, which an ellipsis shows. Half of a surrogate pair is not left over.
   */
  public static String start(String text, int most) {
    if (text.length() <= most) {
      return of(text);
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return of(text.substring(0, end)) + "…";
  }

  /**
   * The text as printable ASCII on one line, for protocols and files that carry nothing else:
   * control characters become spaces, all others question marks. What is beyond so many characters
   * is left out.
   */
  public static String ascii(String text, int most) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), most));
    for (int i = 0; i < text.length() && i < most; i++) {
      char c = text.charAt(i);
      clean.append(c >= ' ' && c <= '~' ? c : c < ' ' ? ' ' : '?');
    }
    return clean.toString();
  }

  /** Whether the character must not be put out as it is. */
  public static boolean isControl(char c) {
    return c < ' '
        || (c >= 0x7f && c < 0xa0) // DEL and C1
        || c == 0x061c // Arabic letter mark
        || (c >= 0x200e && c <= 0x200f) // marks of direction
        || (c >= 0x2028 && c <= 0x202e) // line and paragraph separator, embedding and override
        || (c >= 0x2066 && c <= 0x2069) // isolates
        || c == 0xfeff; // byte order mark
  }

  private static int firstControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private static void append(char c, StringBuilder out) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (isControl(c)) {
          out.append("\\u");
          for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(HEX.charAt(c >> shift & 0xf));
          }
        } else {
          out.append(c);
        }
      }
    }
  }
}
