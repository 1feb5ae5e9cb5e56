package dev.acceld.agent.cli.top.page;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole screen: as many lines as it has rows, each as wide as it is. Immutable.
 *
 * @param lines from top to bottom
 */
public record Frame(List<Line> lines) {
  /** Takes a copy. */
  public Frame {
    lines = List.copyOf(lines);
  }

  /** As plain text; blanks at the ends of lines are left out. */
  public String text() {
    return lines.stream()
        .map(line -> line.text().stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
