package dev.acceld.agent.cli.top.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Text in cells. */
class FitTest {
  private static final Look UNICODE = new Look(false);
  private static final Look ASCII = new Look(true);

  @Test
  void aWideCharacterTakesTwoCellsAndACombiningOneNone() {
    assertThat(Fit.width("漢字", UNICODE)).isEqualTo(4);
    assertThat(Fit.width("e\u0301", UNICODE)).isEqualTo(1);
    assertThat(Fit.exactly("漢字漢字", 6, UNICODE)).isEqualTo("漢字… ");
    assertThat(Fit.exactly("漢字漢字", 4, UNICODE)).isEqualTo("漢… ");
  }

  @Test
  void whatIsTooLongIsCutAndWhatIsTooShortFilled() {
    assertThat(Fit.exactly("abcdef", 4, UNICODE)).isEqualTo("abc…");
    assertThat(Fit.exactly("abcdef", 4, ASCII)).isEqualTo("abc~");
    assertThat(Fit.exactly("ab", 4, UNICODE)).isEqualTo("ab  ");
    assertThat(Fit.right("ab", 4, UNICODE)).isEqualTo("  ab");
    assertThat(Fit.exactly("abc", 0, UNICODE)).isEmpty();
    assertThat(Fit.exactly("abc", 1, UNICODE)).isEqualTo("…");
  }

  @Test
  void nothingControlsTheTerminal() {
    assertThat(Fit.exactly("a\u001b[31m\u202e\n", 30, UNICODE).strip())
        .isEqualTo("a\\u001b[31m\\u202e\\n");
    assertThat(Fit.exactly("\ud800x", 2, UNICODE)).isEqualTo("\ufffdx");
    assertThat(Fit.exactly("naïve – 漢", 9, ASCII)).isEqualTo("na?ve ? ?");
  }
}
