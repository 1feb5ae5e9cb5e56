package dev.acceld.agent.cli.top.page;

import dev.acceld.agent.cli.text.Chart;
import dev.acceld.agent.cli.top.page.Line.Span;
import dev.acceld.agent.cli.top.page.Shown.Item;
import java.util.ArrayList;
import java.util.List;

/** A table in so many cells: columns that have no room are left out, the least important first. */
final class TableLines {
  private static final int GAP = 2;

  private final Grid grid;
  private final List<Item> items;
  private final Choice.Order order;
  private final Look look;
  private final int[] widths; // 0: left out

  TableLines(Grid grid, List<Item> items, Choice.Order order, int width, Look look) {
    this.grid = grid;
    this.items = List.copyOf(items);
    this.order = order;
    this.look = look;
    this.widths = widths(width);
  }

  /** The names of the columns; an arrow shows by which it is sorted. */
  Line head() {
    List<String> titles = new ArrayList<>();
    for (Column column : grid.columns()) {
      titles.add(title(column));
    }
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        gap(spans, Style.HEAD);
        String text =
            grid.columns().get(i).right()
                ? Fit.right(titles.get(i), widths[i], look)
                : Fit.exactly(titles.get(i), widths[i], look);
        spans.add(new Span(text, Style.HEAD));
      }
    }
    return new Line(spans);
  }

  private String title(Column column) {
    return column.title().equals(order.column()) && !order.column().isEmpty()
        ? column.title() + (order.descending() ? look.down() : look.up())
        : column.title();
  }

  /** One row. */
  Line row(Item item, boolean selected) {
    List<Span> spans = new ArrayList<>();
    boolean first = true;
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        gap(spans, selected ? Style.SELECTED : Style.PLAIN);
        Cell cell = item.row().cells().get(i);
        String text = first ? indent(item) + cell.text() : cell.text();
        first = false;
        spans.add(
            new Span(
                cell.isChart()
                    ? chart(cell, widths[i])
                    : grid.columns().get(i).right()
                        ? Fit.right(text, widths[i], look)
                        : Fit.exactly(text, widths[i], look),
                selected ? Style.SELECTED : cell.style()));
      }
    }
    return new Line(spans);
  }

  private static void gap(List<Span> spans, Style style) {
    if (!spans.isEmpty()) {
      spans.add(new Span(" ".repeat(GAP), style));
    }
  }

  private String indent(Item item) {
    if (item.depth() > 0) {
      return look.branch();
    }
    boolean foldable = items.stream().anyMatch(each -> each.parts() > 0);
    if (!foldable) {
      return "";
    }
    return item.parts() == 0 ? "  " : item.open() ? look.unfolded() : look.folded();
  }

  private String chart(Cell cell, int width) {
    return chart(cell.trend(), cell.most(), width, look);
  }

  /** A chart in exactly so many cells, flush right: the newest value is at its right end. */
  static String chart(List<Double> trend, double most, int width, Look look) {
    int columns = Math.min(width, trend.size());
    if (columns == 0) {
      return Fit.exactly(look.none(), width, look);
    }
    double[] times = new double[columns];
    double[] values = new double[columns];
    double highest = 0;
    for (int i = 0; i < columns; i++) {
      times[i] = i + 0.5;
      values[i] =
          Readings.mean(
              trend.subList(i * trend.size() / columns, (i + 1) * trend.size() / columns));
      highest = Double.isNaN(values[i]) ? highest : Math.max(highest, values[i]);
    }
    double top = most > 0 ? most : highest;
    String line = new Chart(0, columns, columns, look.ascii()).line(times, values, 0, top);
    return " ".repeat(width - columns) + line;
  }

  private int[] widths(int width) {
    int n = grid.columns().size();
    int[] wanted = new int[n];
    int[] least = new int[n];
    for (int i = 0; i < n; i++) {
      Column column = grid.columns().get(i);
      wanted[i] = Math.min(column.most(), wanted(i));
      least[i] = column.least() == 0 ? wanted[i] : Math.min(column.least(), wanted[i]);
      if (column.keep() >= Column.DETAIL) {
        wanted[i] = 0;
        least[i] = 0;
      }
    }
    while (total(least) > width && leaveOut(least, wanted)) {
      // until the others fit
    }
    int[] widths = least.clone();
    grow(widths, wanted, width, false);
    grow(widths, wanted, width, true);
    return widths;
  }

  /** Texts come before charts, which take whatever is left. */
  private void grow(int[] widths, int[] wanted, int width, boolean charts) {
    int room = width - total(widths);
    for (boolean grown = true; grown && room > 0; ) {
      grown = false;
      for (int i = 0; i < widths.length && room > 0; i++) {
        boolean meant = isChart(i) == charts;
        if (meant && widths[i] > 0 && widths[i] < wanted[i]) {
          widths[i]++;
          room--;
          grown = true;
        }
      }
    }
  }

  private boolean isChart(int i) {
    return items.stream().anyMatch(item -> item.row().cells().get(i).isChart());
  }

  private int wanted(int i) {
    Column column = grid.columns().get(i);
    int longest = Fit.width(title(column), look);
    for (Item item : items) {
      Cell cell = item.row().cells().get(i);
      if (cell.isChart()) {
        longest = Math.max(longest, Math.max(column.least(), cell.trend().size()));
      } else {
        String text = i == 0 ? indent(item) + cell.text() : cell.text();
        longest = Math.max(longest, Fit.width(text, look));
      }
    }
    return longest;
  }

  /** Whether a column was left. */
  private boolean leaveOut(int[] least, int[] wanted) {
    int worst = -1;
    for (int i = 0; i < least.length; i++) {
      if (least[i] > 0
          && (worst < 0 || grid.columns().get(i).keep() >= grid.columns().get(worst).keep())) {
        worst = i;
      }
    }
    if (worst < 0 || grid.columns().get(worst).keep() == 0) {
      return false; // the rest is cut off
    }
    least[worst] = 0;
    wanted[worst] = 0;
    return true;
  }

  private static int total(int[] widths) {
    int total = -GAP;
    for (int width : widths) {
      total += width == 0 ? 0 : width + GAP;
    }
    return Math.max(0, total);
  }
}
