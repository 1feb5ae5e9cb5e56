package dev.acceld.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Tells on the terminal what the demo does. */
final class Narrator {
  private static final int WIDTH = 110;
  private static final String INDENT = "   ";

  private final PrintStream out;
  private final long start = System.nanoTime();
  private int scene;

  Narrator(PrintStream out) {
    this.out = out;
  }

  /** A new step, numbered, with the time since the start. */
  void scene(String what) {
    scene++;
    out.printf(
        Locale.ROOT, "%n== %d. %s  [%.1f s]%n", scene, what, (System.nanoTime() - start) / 1e9);
  }

  /** One line. */
  void say(String line) {
    out.println(line);
  }

  /** A text of several lines, indented. */
  void quote(String text) {
    text.lines().forEach(line -> out.println(INDENT + line));
  }

  /** Columns, indented; the first row is the head. */
  void table(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(INDENT);
      for (int c = 0; c < columns; c++) {
        int column = c;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(row.get(c)).repeat(" ", width - row.get(c).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Lines of words after a label, broken where a line is full. */
  static List<String> wrapped(String label, Collection<String> words) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(label);
    String gap = "";
    for (String word : words) {
      if (!gap.isEmpty() && line.length() + gap.length() + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(" ".repeat(label.length()));
        gap = "";
      }
      line.append(gap).append(word);
      gap = "  ";
    }
    lines.add(line.toString());
    return lines;
  }
}
