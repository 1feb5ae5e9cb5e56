package dev.acceld.agent.cli.top.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.words.Rounded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values of an answer as short texts. */
final class Texts {
  private static final double GIB = 1L << 30;
  private static final double MINUTE = 60;
  private static final double HOUR = 3600;
  private static final double DAY = 86400;

  private Texts() {}

  static double number(JsonNode value) {
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  static Cell percent(double ratio, Look look) {
    return Double.isNaN(ratio)
        ? Cell.none(look)
        : Cell.number(String.format(Locale.ROOT, "%.0f%%", 100 * ratio), ratio);
  }

  static Cell gib(double bytes, Look look) {
    return Double.isNaN(bytes) ? Cell.none(look) : Cell.number(gib(bytes), bytes);
  }

  static String gib(double bytes) {
    return Rounded.decimal(bytes / GIB, 1);
  }

  /** A time in two units at most: {@code 12s}, {@code 3m20s}, {@code 5h12m}, {@code 3d4h}. */
  static String duration(double seconds) {
    long whole = (long) seconds;
    if (seconds < MINUTE) {
      return whole + "s";
    }
    if (seconds < HOUR) {
      return whole / 60 + "m" + whole % 60 + "s";
    }
    return seconds < DAY
        ? whole / 3600 + "h" + whole / 60 % 60 + "m"
        : whole / 86400 + "d" + whole / 3600 % 24 + "h";
  }

  static Cell duration(double seconds, Look look) {
    return Double.isNaN(seconds) ? Cell.none(look) : Cell.number(duration(seconds), seconds);
  }

  static Cell text(JsonNode value, Look look) {
    String text = value.asText();
    return text.isEmpty() ? Cell.none(look) : Cell.of(text);
  }

  static Cell joined(List<String> texts, Look look) {
    return texts.isEmpty() ? Cell.none(look) : Cell.of(String.join(", ", texts));
  }

  static List<String> list(JsonNode texts) {
    List<String> all = new ArrayList<>();
    texts.forEach(text -> all.add(text.asText()));
    return all;
  }
}
