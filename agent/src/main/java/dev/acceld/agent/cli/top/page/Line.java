package dev.acceld.agent.cli.top.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One line of a screen. Immutable.
 *
 * @param spans its pieces, from left to right
 */
public record Line(List<Span> spans) {
  static final Line EMPTY = new Line(List.of());

  /** Takes a copy. */
  public Line {
    spans = List.copyOf(spans);
  }

  /**
   * A piece of it.
   *
   * @param text printable characters only
   * @param style what it is
   */
  public record Span(String text, Style style) {}

  static Line of(String text, Style style) {
    return new Line(List.of(new Span(text, style)));
  }

  /** Its text alone. */
  public String text() {
    return spans.stream().map(Span::text).collect(Collectors.joining());
  }

  /** The same, cut off or filled up to so many cells of the terminal. */
  Line fit(int width, Look look) {
    List<Span> fitted = new ArrayList<>();
    int left = width;
    for (Span span : spans) {
      int wide = Fit.width(span.text(), look);
      if (wide > left) {
        fitted.add(new Span(Fit.exactly(span.text(), left, look), span.style()));
        left = 0;
        break;
      }
      fitted.add(new Span(Fit.exactly(span.text(), wide, look), span.style()));
      left -= wide;
    }
    if (left > 0) {
      Style last = fitted.isEmpty() ? Style.PLAIN : fitted.getLast().style();
      boolean goesOn = last == Style.SELECTED || last == Style.TITLE;
      fitted.add(new Span(" ".repeat(left), goesOn ? last : Style.PLAIN));
    }
    return new Line(fitted);
  }
}
