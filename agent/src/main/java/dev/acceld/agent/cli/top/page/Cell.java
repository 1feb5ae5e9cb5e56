package dev.acceld.agent.cli.top.page;

import java.util.List;
import java.util.Locale;

/**
 * A cell of a table. Immutable.
 *
 * @param text what it shows; empty for a chart
 * @param style what it is
 * @param number by which it is sorted; NaN to sort by the text
 * @param trend the values of a chart, NaN where there is none
 * @param most the value of a chart's highest character
 */
record Cell(String text, Style style, double number, List<Double> trend, double most) {
  /** Takes a copy. */
  Cell {
    trend = List.copyOf(trend);
  }

  static Cell of(String text) {
    return of(text, Style.PLAIN);
  }

  static Cell of(String text, Style style) {
    return new Cell(text, style, Double.NaN, List.of(), 0);
  }

  static Cell number(String text, double number) {
    return number(text, number, Style.PLAIN);
  }

  static Cell number(String text, double number, Style style) {
    return new Cell(text, style, number, List.of(), 0);
  }

  static Cell chart(List<Double> trend, double most) {
    double last = trend.isEmpty() ? Double.NaN : trend.getLast();
    return new Cell("", Style.CHART, last, trend, most);
  }

  /** What is not known. */
  static Cell none(Look look) {
    return of(look.none(), Style.DIM);
  }

  boolean isChart() {
    return style == Style.CHART;
  }

  boolean isNone(Look look) {
    return Double.isNaN(number) && (text.isEmpty() || text.equals(look.none()));
  }

  /** Whether a filter in lower case finds it. */
  boolean matches(String filter) {
    return text.toLowerCase(Locale.ROOT).contains(filter);
  }
}
