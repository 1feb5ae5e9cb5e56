package dev.acceld.agent.cli.top.page;

import dev.acceld.text.OneLine;
import org.jline.utils.WCWidth;

/**
 * Text in cells of a terminal, whatever is in it: what controls a terminal or turns the direction
 * of writing is escaped, a wide character counts twice, a combining one not at all.
 */
final class Fit {
  private Fit() {}

  /** How many cells it takes. */
  static int width(String text, Look look) {
    return cells(safe(text, look));
  }

  /** The text in exactly so many cells, cut off with a mark or filled up with blanks. */
  static String exactly(String text, int width, Look look) {
    String safe = safe(text, look);
    int wide = cells(safe);
    if (wide <= width) {
      return safe + " ".repeat(width - wide);
    }
    if (width <= 0) {
      return "";
    }
    StringBuilder cut = new StringBuilder();
    int used = 0;
    for (int i = 0; i < safe.length(); ) {
      int point = safe.codePointAt(i);
      int own = cells(point);
      if (used + own > width - 1) {
        break;
      }
      cut.appendCodePoint(point);
      used += own;
      i += Character.charCount(point);
    }
    return cut + look.more() + " ".repeat(width - 1 - used);
  }

  /** The same, flush right. */
  static String right(String text, int width, Look look) {
    int wide = width(text, look);
    return wide >= width ? exactly(text, width, look) : " ".repeat(width - wide) + safe(text, look);
  }

  private static String safe(String text, Look look) {
    String line = OneLine.of(text);
    boolean plain = true;
    for (int i = 0; plain && i < line.length(); i++) {
      plain = line.charAt(i) < 0x7f;
    }
    if (plain) {
      return line;
    }
    StringBuilder out = new StringBuilder(line.length());
    line.codePoints()
        .forEach(point -> {
          if (look.ascii() && point > 0x7e) {
            out.append('?');
          } else if (WCWidth.wcwidth(point) < 0
              || Character.getType(point) == Character.SURROGATE) {
            out.append(look.ascii() ? '?' : '\ufffd');
          } else {
            out.appendCodePoint(point);
          }
        });
    return out.toString();
  }

  private static int cells(String safe) {
    int cells = 0;
    for (int i = 0; i < safe.length(); ) {
      int point = safe.codePointAt(i);
      cells += cells(point);
      i += Character.charCount(point);
    }
    return cells;
  }

  private static int cells(int point) {
    return point < 0x7f ? 1 : Math.max(0, WCWidth.wcwidth(point));
  }
}
