package dev.acceld.agent.cli.top.page;

import dev.acceld.agent.cli.top.page.Choice.Mode;
import dev.acceld.agent.cli.top.page.Choice.Order;
import dev.acceld.text.OneLine;
import java.util.List;

/**
 * What a key does: a function from what was chosen to what is chosen. Keys are characters, or these
 * words: up, down, left, right, pageup, pagedown, home, end, enter, escape, tab, backtab,
 * backspace.
 */
public final class Keys {
  private static final int PAGE = 10;
  private static final int LONGEST_FILTER = 200;

  private final Pages pages;

  /** For screens of that kind. */
  public Keys(Pages pages) {
    this.pages = pages;
  }

  /** What is chosen after that key; what has no meaning changes nothing. */
  public Choice press(String key, Choice choice, Answer answer) {
    return switch (choice.mode()) {
      case FILTER -> filter(key, choice);
      case DETAIL, HELP -> reading(key, choice);
      case TABLE -> table(key, choice, answer);
    };
  }

  /** With the first row selected where none has been. */
  public Choice settle(Choice choice, Answer answer) {
    return choice.key().isEmpty() ? move(0, choice, answer) : choice;
  }

  private static Choice filter(String key, Choice choice) {
    String text = choice.filter();
    return switch (key) {
      case "enter" -> choice.in(Mode.TABLE);
      case "escape" -> choice.filtered("").in(Mode.TABLE);
      case "backspace" ->
          text.isEmpty()
              ? choice
              : choice.filtered(text.substring(0, text.offsetByCodePoints(text.length(), -1)));
      default ->
          key.codePointCount(0, key.length()) == 1
                  && !OneLine.isControl(key.charAt(0))
                  && text.length() < LONGEST_FILTER
              ? choice.filtered(text + key)
              : choice;
    };
  }

  private static Choice reading(String key, Choice choice) {
    return switch (key) {
      case "escape", "enter", "left", "backspace", "h" -> choice.in(Mode.TABLE);
      case "?" -> choice.in(choice.mode() == Mode.HELP ? Mode.TABLE : Mode.HELP);
      case "up", "k" -> choice.scrolled(choice.scroll() - 1);
      case "down", "j" -> choice.scrolled(choice.scroll() + 1);
      case "pageup" -> choice.scrolled(choice.scroll() - PAGE);
      case "pagedown", " " -> choice.scrolled(choice.scroll() + PAGE);
      case "home", "g" -> choice.scrolled(0);
      case "end", "G" -> choice.scrolled(Integer.MAX_VALUE / 2); // as far as there are lines
      case "p" -> choice.pausing();
      default -> view(key, choice);
    };
  }

  private Choice table(String key, Choice choice, Answer answer) {
    return switch (key) {
      case "up", "k" -> move(-1, choice, answer);
      case "down", "j" -> move(1, choice, answer);
      case "pageup" -> move(-PAGE, choice, answer);
      case "pagedown" -> move(PAGE, choice, answer);
      case "home", "g" -> move(Integer.MIN_VALUE / 2, choice, answer);
      case "end", "G" -> move(Integer.MAX_VALUE / 2, choice, answer);
      case "enter" -> {
        Choice here = move(0, choice, answer);
        yield here.key().isEmpty() ? here : here.in(Mode.DETAIL);
      }
      case " ", "+", "-" -> {
        Choice here = move(0, choice, answer);
        yield here.folding(here.key());
      }
      case "/" -> choice.in(Mode.FILTER);
      case "escape" -> choice.filtered("");
      case "s", ">" -> sort(1, choice);
      case "S", "<" -> sort(-1, choice);
      case "r" -> {
        Order order = choice.order();
        yield choice.sorted(new Order(order.column(), !order.descending()));
      }
      case "p" -> choice.pausing();
      case "?", "h" -> choice.in(Mode.HELP);
      default -> view(key, choice);
    };
  }

  private static Choice view(String key, Choice choice) {
    return switch (key) {
      case "1" -> choice.on(View.DEVICES);
      case "2" -> choice.on(View.CLAIMS);
      case "3" -> choice.on(View.PODS);
      case "4" -> choice.on(View.PROCESSES);
      case "5" -> choice.on(View.FAULTS);
      case "tab", "right" -> choice.on(choice.view().next(1));
      case "backtab", "left" -> choice.on(choice.view().next(-1));
      default -> choice;
    };
  }

  private Choice move(int rows, Choice choice, Answer answer) {
    List<String> keys = pages.keys(answer, choice);
    if (keys.isEmpty()) {
      return choice;
    }
    int now = Math.max(0, keys.indexOf(choice.key()));
    return choice.select(keys.get(Math.clamp((long) now + rows, 0, keys.size() - 1)));
  }

  /** After the last column comes the view's own order again. */
  private static Choice sort(int steps, Choice choice) {
    List<Column> columns = Pages.columns(choice.view());
    int now = -1;
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).title().equals(choice.order().column())) {
        now = i;
      }
    }
    int next = Math.floorMod(now + 1 + steps, columns.size() + 1) - 1;
    return choice.sorted(
        next < 0
            ? Order.OWN
            : new Order(columns.get(next).title(), columns.get(next).descending()));
  }
}
