package dev.acceld.e2e.dashboards.render;

import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import java.util.List;
import java.util.Map;

/** A big number. */
final class StatPart {
  private static final int SIZE = 40;

  private StatPart() {}

  static void draw(Canvas canvas, Panel panel, Map<String, List<Series>> answers) {
    FieldStyle style = new FieldStyle(panel, "");
    List<Series> all = answers.values().stream().flatMap(List::stream).toList();
    if (all.isEmpty()) {
      canvas.center(style.noValue(), SIZE, Paints.FAINT);
    } else if (all.size() > 1) {
      canvas.center(all.size() + " series", SIZE, Paints.WRONG); // a number was expected
    } else {
      double value = all.getFirst().last();
      canvas.center(style.text(value), SIZE, style.color(value));
    }
  }
}
