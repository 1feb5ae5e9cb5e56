package dev.acceld.e2e.dashboards.render;

import java.awt.Color;
import java.util.List;
import java.util.Locale;

/** The colors of a dark dashboard. */
final class Paints {
  static final Color BACKGROUND = new Color(0x111217);
  static final Color PANEL = new Color(0x181b1f);
  static final Color BORDER = new Color(0x2c3235);
  static final Color TEXT = new Color(0xccccdc);
  static final Color FAINT = new Color(0x8e8e9c);
  static final Color WRONG = new Color(0xff00ff);

  private static final List<Color> LINES =
      List.of(
          new Color(0x73bf69),
          new Color(0xf2cc0c),
          new Color(0x5794f2),
          new Color(0xff9830),
          new Color(0xf2495c),
          new Color(0xb877d9),
          new Color(0x70dbed),
          new Color(0xffa6b0),
          new Color(0x37872d),
          new Color(0xe0b400),
          new Color(0x1f60c4),
          new Color(0xfa6400));

  private Paints() {}

  /** The color of the series of that number. */
  static Color line(int number) {
    return LINES.get(number % LINES.size());
  }

  /** A color by the name that dashboards use. */
  static Color named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "green" -> new Color(0x73bf69);
      case "yellow" -> new Color(0xfade2a);
      case "red" -> new Color(0xf2495c);
      case "blue" -> new Color(0x5794f2);
      case "purple" -> new Color(0xb877d9);
      case "orange" -> new Color(0xff9830);
      case "text" -> TEXT;
      default -> WRONG;
    };
  }
}
