package dev.acceld.agent.cli.text;

import dev.acceld.text.OneLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plain columns for a terminal. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** With the names of the columns. */
  public Table(String... head) {
    rows.add(List.of(head));
  }

  /** Adds a line of as many cells; what would break the line is escaped. */
  public Table row(String... cells) {
    rows.add(Arrays.stream(cells).map(OneLine::of).toList());
    return this;
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        width[i] = Math.max(width[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(" ", width[i] - row.get(i).length() + 3);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
