package dev.acceld.agent.cli.top.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.top.page.Choice.Mode;
import dev.acceld.agent.cli.top.page.Choice.Order;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What keys do. */
class KeysTest {
  private final Scene scene = new Scene();
  private final Keys keys = new Keys(new Pages(new Look(false)));

  private Choice press(Choice from, String... pressed) {
    Choice choice = from;
    for (String key : pressed) {
      choice = keys.press(key, choice, scene.answer());
    }
    return choice;
  }

  private static Choice first() {
    return Choice.first(View.DEVICES);
  }

  @Test
  void theSelectionStaysWithItsRowAndInsideTheTable() {
    assertThat(keys.settle(first(), scene.answer()).key()).isEqualTo(Scene.GPU_0);
    assertThat(press(first(), "down").key()).isEqualTo(Scene.GPU_1);
    assertThat(press(first(), "down", "up", "up").key()).isEqualTo(Scene.GPU_0);
    assertThat(press(first(), "end").key()).isEqualTo("tpu-0000-05");
    assertThat(press(first(), "end", "down", "pagedown").key()).isEqualTo("tpu-0000-05");
    assertThat(press(first(), "end", "home").key()).isEqualTo(Scene.GPU_0);
    Choice moved = press(first(), "down", "4", "down", "1");
    assertThat(moved.key()).as("each view has its own").isEqualTo(Scene.GPU_1);
  }

  @Test
  void aFoldedGpuOpensAndCloses() {
    Choice open = press(first(), "down", " ");
    assertThat(press(open, "down").key()).isEqualTo("gpu-000000a1-mig-1g-0");
    assertThat(press(open, " ", "down").key()).isEqualTo("gpu-000000a2");
  }

  @Test
  void everyColumnCanBeSortedByAndReversed() {
    assertThat(press(first(), "s").order()).isEqualTo(new Order("DEVICE", false));
    assertThat(press(first(), "s", "s").order()).isEqualTo(new Order("UTIL", true));
    assertThat(press(first(), "s", "s", "r").order()).isEqualTo(new Order("UTIL", false));
    assertThat(press(first(), "s", "S").order()).isEqualTo(Order.OWN);
    Choice choice = first();
    for (int i = 0; i <= Pages.titles(View.DEVICES).size(); i++) {
      choice = press(choice, "s");
    }
    assertThat(choice.order()).isEqualTo(Order.OWN);
  }

  @Test
  void aFilterTakesEveryCharacterAlsoThoseOfOtherKeys() {
    Choice typed = press(first(), "/", "q", "1", "s", "?", "漢", "backspace");
    assertThat(typed.filter()).isEqualTo("q1s?");
    assertThat(typed.mode()).isEqualTo(Mode.FILTER);
    assertThat(press(typed, "enter").mode()).isEqualTo(Mode.TABLE);
    assertThat(press(typed, "enter").filter()).isEqualTo("q1s?");
    assertThat(press(typed, "escape").filter()).isEmpty();
    assertThat(press(typed, "enter", "escape").filter()).isEmpty();
    assertThat(press(typed, "up", "", "\u0007").filter()).isEqualTo("q1s?");
  }

  @Test
  void detailsAndHelpOpenScrollAndClose() {
    Choice detail = press(first(), "enter", "down", "down");
    assertThat(detail.mode()).isEqualTo(Mode.DETAIL);
    assertThat(detail.key()).isEqualTo(Scene.GPU_0);
    assertThat(detail.scroll()).isEqualTo(2);
    assertThat(press(detail, "up", "up", "up").scroll()).isZero();
    assertThat(press(detail, "escape").mode()).isEqualTo(Mode.TABLE);
    assertThat(press(first(), "?").mode()).isEqualTo(Mode.HELP);
    assertThat(press(first(), "?", "?").mode()).isEqualTo(Mode.TABLE);
    assertThat(press(detail, "3").view()).isEqualTo(View.PODS);
  }

  @Test
  void theLastLinesOfDetailsAndHelpAreReachedAtOnce() {
    Pages pages = new Pages(new Look(false));
    for (String opens : List.of("enter", "?")) {
      for (String key : List.of("end", "G")) {
        Choice end = pages.within(scene.answer(), press(first(), opens, key), 80, 12);
        assertThat(end.scroll()).as(opens + " " + key).isPositive();
        Choice last = pages.within(scene.answer(), press(end, "down"), 80, 12);
        assertThat(last.scroll()).isEqualTo(end.scroll());
        assertThat(press(end, "home").scroll()).isZero();
      }
    }
  }

  /** Every key that does something, whatever is open, by the name that the help has for it. */
  @Test
  void everyKeyIsInTheHelp() {
    Map<String, String> words = new LinkedHashMap<>();
    for (char c = '!'; c <= '~'; c++) {
      words.put(Character.toString(c), Character.toString(c));
    }
    for (String word :
        List.of("up", "down", "left", "right", "home", "end", "enter", "tab", "backspace")) {
      words.put(word, word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    words.putAll(
        Map.of(
            " ",
            "Space",
            "escape",
            "Esc",
            "backtab",
            "Shift-Tab",
            "pageup",
            "PgUp",
            "pagedown",
            "PgDn"));
    Choice table = press(first(), "down", "s").filtered("gpu");
    List<Choice> from =
        List.of(table, press(table, "enter").scrolled(5), press(table, "?").scrolled(5));
    String help = new Frame(HelpLines.of(new Look(false))).text();
    Set<String> told = Set.copyOf(List.of(help.split("[\\s;:]+|,\\s+", -1)));
    List<String> used =
        words.keySet().stream()
            .filter(key -> from.stream().anyMatch(choice -> !press(choice, key).equals(choice)))
            .toList();
    assertThat(used).contains("1", "5", "/", "?", "G", "backtab", "pagedown", "left");
    assertThat(used.stream().filter(key -> !key.matches("[1-5]")).map(words::get))
        .allSatisfy(name -> assertThat(told).contains(name));
    assertThat(help).contains("1 … 5", "q, Ctrl-C");
  }

  @Test
  void theWholeHelpIsOnASmallTerminal() {
    Choice help = press(first(), "?");
    assertThat(new Pages(new Look(false)).screen(scene.answer(), help, 80, 24).text())
        .contains("Keys", "RX/TX");
    assertThat(HelpLines.of(new Look(false)))
        .allSatisfy(line -> assertThat(line.text().length()).isLessThanOrEqualTo(80));
  }

  @Test
  void nothingCanBeOpenedInAnEmptyTable() {
    scene.node.withArray("devices").removeAll();
    assertThat(press(first(), "down", "enter").mode()).isEqualTo(Mode.TABLE);
  }

  @Test
  void tabGoesRound() {
    assertThat(press(first(), "backtab").view()).isEqualTo(View.FAULTS);
    assertThat(press(first(), "tab", "tab", "tab", "tab", "tab").view()).isEqualTo(View.DEVICES);
  }
}
