package dev.acceld.agent.cli.top.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.top.page.Choice.Mode;
import dev.acceld.agent.cli.top.page.Choice.Order;
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
