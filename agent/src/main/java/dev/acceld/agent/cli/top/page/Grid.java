package dev.acceld.agent.cli.top.page;

import java.util.List;
import java.util.Optional;

/**
 * A table before it is laid out. Immutable.
 *
 * @param columns its columns
 * @param rows its rows, in the order that they have while none is chosen
 * @param empty what is said when there are none
 */
record Grid(List<Column> columns, List<Row> rows, String empty) {
  /** Takes copies. */
  Grid {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
  }

  /**
   * A row.
   *
   * @param key what it is known by, whatever changes in it
   * @param parent the key of the row that it folds under; empty for none
   * @param cells one for each column
   */
  record Row(String key, String parent, List<Cell> cells) {
    /** Takes a copy. */
    Row {
      cells = List.copyOf(cells);
    }

    boolean matches(String filter) {
      return cells.stream().anyMatch(cell -> cell.matches(filter));
    }
  }

  Optional<Row> find(String key) {
    return rows.stream().filter(row -> row.key().equals(key)).findFirst();
  }
}
