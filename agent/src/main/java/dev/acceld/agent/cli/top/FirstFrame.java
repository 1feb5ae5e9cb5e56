package dev.acceld.agent.cli.top;

import dev.acceld.agent.cli.top.page.Answer;
import dev.acceld.agent.cli.top.page.Choice;
import dev.acceld.agent.cli.top.page.Frame;
import dev.acceld.agent.cli.top.page.Pages;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jline.utils.AttributedString;
import org.jspecify.annotations.Nullable;

/**
 * The first frame, drawn while the terminal library still starts, which takes longer than to ask
 * the agent. Only on terminals that are known to understand it, and of which the launcher has told
 * the size; on others the library draws the first frame.
 */
final class FirstFrame {
  /** Rows and columns, {@code 40x132}: the launchers set it when they are run on a terminal. */
  static final String SIZE_PROPERTY = "acceld.terminal";

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,3})x([1-9]\\d{0,3})");

  /** Emulations of the alternate screen, the hidden cursor and ISO 6429's attributes. */
  private static final Pattern TERM =
      Pattern.compile("(xterm|screen|tmux|alacritty|foot|wezterm|konsole|vte)([-.].*)?");

  private static final String BEGIN = "\033[?1049h\033[?25l\033[2J\033[H";
  private static final String END = "\033[?25h\033[?1049l";

  private final PrintStream out;
  private final int rows;
  private final int columns;
  private final AtomicBoolean drawn = new AtomicBoolean();

  private FirstFrame(PrintStream out, int rows, int columns) {
    this.out = out;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * On that terminal, if it can be drawn on.
   *
   * @param size as in {@link #SIZE_PROPERTY}
   * @param term the terminal's type, as in {@code TERM}
   */
  static Optional<FirstFrame> on(PrintStream out, @Nullable String size, @Nullable String term) {
    Matcher found = SIZE.matcher(size == null ? "" : size);
    return found.matches() && TERM.matcher(term == null ? "" : term).matches()
        ? Optional.of(
            new FirstFrame(out, Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2))))
        : Optional.empty();
  }

  /** Draws it. Whoever stops the process before {@link #restore} leaves the terminal like that. */
  void draw(Pages pages, Paint paint, Answer answer, Choice choice) {
    Frame frame = pages.screen(answer, choice, columns, rows);
    drawn.set(true);
    out.print(
        BEGIN
            + paint.of(frame).stream()
                .map(AttributedString::toAnsi)
                .collect(Collectors.joining("\r\n")));
    out.flush();
  }

  /**
   * Gives the terminal back as it was, if it was drawn; once, on any thread. The library may not
   * know how: it has no description of some terminals.
   */
  void restore() {
    if (drawn.getAndSet(false)) {
      out.print(END);
      out.flush();
    }
  }
}
