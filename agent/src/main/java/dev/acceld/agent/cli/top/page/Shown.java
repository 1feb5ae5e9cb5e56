package dev.acceld.agent.cli.top.page;

import dev.acceld.agent.cli.top.page.Grid.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The rows of a table that are shown: filtered, sorted, parts under what they are parts of.
 *
 * @param items in their order
 */
record Shown(List<Item> items) {
  /** Takes a copy. */
  Shown {
    items = List.copyOf(items);
  }

  /**
   * A row of them.
   *
   * @param row the row
   * @param depth 1 for a part, else 0
   * @param parts how many parts it has
   * @param open whether they are shown
   */
  record Item(Row row, int depth, int parts, boolean open) {}

  static Shown of(Grid grid, Choice choice, Look look) {
    Set<String> keys = new HashSet<>();
    grid.rows().forEach(row -> keys.add(row.key()));
    Map<String, List<Row>> parts = new HashMap<>();
    List<Row> tops = new ArrayList<>();
    for (Row row : grid.rows()) {
      if (!row.parent().isEmpty() && keys.contains(row.parent())) {
        parts.computeIfAbsent(row.parent(), k -> new ArrayList<>()).add(row);
      } else {
        tops.add(row);
      }
    }
    Comparator<Row> order = order(grid, choice.order(), look);
    tops.sort(order);
    String filter = choice.filter().toLowerCase(Locale.ROOT);
    List<Item> items = new ArrayList<>();
    for (Row top : tops) {
      List<Row> all = parts.getOrDefault(top.key(), new ArrayList<>());
      all.sort(order);
      boolean itself = top.matches(filter);
      List<Row> found = all.stream().filter(part -> itself || part.matches(filter)).toList();
      if (itself || !found.isEmpty()) {
        boolean open = choice.unfolded().contains(top.key()) || (!itself && !filter.isEmpty());
        items.add(new Item(top, 0, all.size(), open));
        if (open) {
          found.forEach(part -> items.add(new Item(part, 1, 0, false)));
        }
      }
    }
    return new Shown(items);
  }

  /** What has no value comes last, whichever way it is sorted. */
  private static Comparator<Row> order(Grid grid, Choice.Order order, Look look) {
    int column = -1;
    for (int i = 0; i < grid.columns().size(); i++) {
      if (grid.columns().get(i).title().equals(order.column())) {
        column = i;
      }
    }
    if (column < 0) {
      return (_, _) -> 0;
    }
    int by = column;
    Comparator<Cell> values =
        Comparator.<Cell>comparingDouble(cell -> Double.isNaN(cell.number()) ? 0 : cell.number())
            .thenComparing(Cell::text, String.CASE_INSENSITIVE_ORDER);
    Comparator<Cell> directed = order.descending() ? values.reversed() : values;
    return Comparator.comparing(
        row -> row.cells().get(by),
        Comparator.<Cell, Boolean>comparing(cell -> cell.isNone(look)).thenComparing(directed));
  }

  /** Where the selected row is; the first one when it is gone. */
  int index(String key) {
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).row().key().equals(key)) {
        return i;
      }
    }
    return 0;
  }
}
