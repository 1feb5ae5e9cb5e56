package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.top.page.Frame;
import dev.acceld.agent.cli.top.page.Line;
import dev.acceld.agent.cli.top.page.Style;
import java.util.ArrayList;
import java.util.List;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** How the pieces of a screen look on a terminal, with colors or without. */
final class Paint {
  static {
    // Terminals that speak UTF-8 need no other character set for lines, and some have none.
    System.setProperty(TerminalBuilder.PROP_DISABLE_ALTERNATE_CHARSET, "true");
  }

  private final boolean colors;

  Paint(boolean colors) {
    this.colors = colors;
  }

  /** A list that the display may change. */
  List<AttributedString> of(Frame frame) {
    List<AttributedString> lines = new ArrayList<>();
    frame.lines().forEach(line -> lines.add(of(line)));
    return lines;
  }

  private AttributedString of(Line line) {
    AttributedStringBuilder text = new AttributedStringBuilder();
    line.spans().forEach(span -> text.styled(look(span.style()), span.text()));
    return text.toAttributedString();
  }

  private AttributedStyle look(Style style) {
    AttributedStyle plain = AttributedStyle.DEFAULT;
    return switch (style) {
      case PLAIN -> plain;
      case TITLE -> plain.bold();
      case HEAD -> plain.underline();
      case DIM -> plain.faint();
      case GOOD -> colors ? plain.foreground(AttributedStyle.GREEN) : plain;
      case WARN -> colors ? plain.foreground(AttributedStyle.YELLOW).bold() : plain.bold();
      case BAD -> colors ? plain.foreground(AttributedStyle.RED).bold() : plain.bold();
      case CHART -> colors ? plain.foreground(AttributedStyle.CYAN) : plain;
      case SELECTED -> plain.inverse();
    };
  }
}
