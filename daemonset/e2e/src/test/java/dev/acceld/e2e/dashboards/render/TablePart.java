package dev.acceld.e2e.dashboards.render;

import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import java.awt.Color;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A table, as many rows as there is room for. */
final class TablePart {
  private static final int LINE = 24;

  private TablePart() {}

  static void draw(Canvas canvas, Panel panel, Map<String, List<Series>> answers) {
    Table table = Table.of(panel, answers);
    if (table.rows().isEmpty()) {
      canvas.center(new FieldStyle(panel, "").noValue(), 14, Paints.FAINT);
      return;
    }
    Map<String, FieldStyle> styles = new HashMap<>();
    table.columns().forEach(column -> styles.put(column, new FieldStyle(panel, column)));
    int width = canvas.area().width / table.columns().size();
    for (int i = 0; i < table.columns().size(); i++) {
      canvas.write(
          table.columns().get(i), i * width, 16, width - 8, 12, true, Paints.named("blue"));
    }
    int fitting = canvas.area().height / LINE - 1;
    for (int r = 0; r < table.rows().size(); r++) {
      int baseline = (r + 1) * LINE + 16;
      if (r == fitting - 1 && table.rows().size() > fitting) {
        String more = "… " + (table.rows().size() - r) + " more rows";
        canvas.write(more, 0, baseline, width, 12, false, Paints.FAINT);
        return;
      }
      for (int i = 0; i < table.columns().size(); i++) {
        String column = table.columns().get(i);
        Object cell = table.rows().get(r).get(column);
        FieldStyle style = styles.getOrDefault(column, new FieldStyle(panel, column));
        String text =
            switch (cell) {
              case null -> style.noValue();
              case Double number -> style.text(number);
              default -> cell.toString();
            };
        Color color =
            cell instanceof Double number && style.property("custom.cellOptions").isPresent()
                ? style.color(number)
                : Paints.TEXT;
        canvas.write(text, i * width, baseline, width - 8, 12, false, color);
      }
    }
  }
}
