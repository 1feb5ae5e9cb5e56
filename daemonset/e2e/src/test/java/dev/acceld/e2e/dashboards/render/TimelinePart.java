package dev.acceld.e2e.dashboards.render;

import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Panel.Target;
import dev.acceld.e2e.dashboards.Series;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A bar for each series, with a color for each value over time. */
final class TimelinePart {
  private static final int NAMES = 150;
  private static final int LEGEND = 20;
  private static final int TALLEST = 60;

  private TimelinePart() {}

  static void draw(
      Canvas canvas, Panel panel, Map<String, List<Series>> answers, long from, long to, int step) {
    FieldStyle style = new FieldStyle(panel, "");
    List<String> names = new ArrayList<>();
    List<Series> all = new ArrayList<>();
    for (Target target : panel.targets()) {
      for (Series series : answers.getOrDefault(target.refId(), List.of())) {
        names.add(Legend.name(series, target.legend()));
        all.add(series);
      }
    }
    if (all.isEmpty()) {
      canvas.center(style.noValue(), 14, Paints.FAINT);
      return;
    }
    Rectangle area = canvas.area();
    int height = Math.min(TALLEST, (area.height - LEGEND) / all.size());
    double perSecond = (area.width - NAMES) / (double) (to - from + step);
    for (int i = 0; i < all.size(); i++) {
      canvas.write(
          names.get(i),
          0,
          i * height + height / 2 + 4,
          NAMES - 8,
          Canvas.SMALL,
          false,
          Paints.TEXT);
      for (Map.Entry<Long, Double> value : all.get(i).values().entrySet()) {
        int x = (int) (NAMES + (value.getKey() - from) * perSecond);
        int end = (int) (NAMES + (value.getKey() - from + step) * perSecond);
        canvas.graphics().setColor(style.color(value.getValue()));
        canvas
            .graphics()
            .fillRect(area.x + x, area.y + i * height + 1, end - x, Math.max(1, height - 2));
      }
    }
    legend(canvas, style, all);
  }

  private static void legend(Canvas canvas, FieldStyle style, List<Series> all) {
    List<Double> values =
        all.stream().flatMap(s -> s.values().values().stream()).distinct().sorted().toList();
    int x = NAMES;
    for (double value : values) {
      x +=
          24
              + canvas.write(
                  "■ " + style.text(value),
                  x,
                  canvas.area().height - 4,
                  NAMES,
                  Canvas.SMALL,
                  false,
                  style.color(value));
    }
  }
}
