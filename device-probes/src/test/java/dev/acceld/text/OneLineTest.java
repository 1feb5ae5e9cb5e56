package dev.acceld.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
  @Test
  void whatBreaksALineOrControlsATerminalIsEscaped() {
    assertThat(OneLine.of("a\nb\r\tc")).isEqualTo("a\\nb\\r\\tc");
    assertThat(OneLine.of("\u001b[31mred\u009b0m\u007f\0"))
        .isEqualTo("\\u001b[31mred\\u009b0m\\u007f\\u0000");
    assertThat(OneLine.of("x\u0085y\u2028z\u2029")).isEqualTo("x\\u0085y\\u2028z\\u2029");
    assertThat(OneLine.of("\u202egnp.exe\u2066\u200f")).isEqualTo("\\u202egnp.exe\\u2066\\u200f");
  }

  @Test
  void allElseIsLeftAsItIs() {
    String text = "Größe 5 µm, 日本語, C:\\temp, \"quoted\", 🙂";
    assertThat(OneLine.of(text)).isSameAs(text);
    assertThat(OneLine.of("")).isEmpty();
  }

  @Test
  void ofALongTextTheBeginningIsLeft() {
    assertThat(OneLine.start("abc", 3)).isEqualTo("abc");
    assertThat(OneLine.start("a\nbcd", 3)).isEqualTo("a\\nb…");
    assertThat(OneLine.start("ab🙂", 3)).isEqualTo("ab…");
  }

  @Test
  void noControlCharacterIsLeftOver() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0xfffe; c++) {
      all.append(c);
    }
    assertThat(OneLine.of(all.toString()).chars())
        .noneMatch(c -> Character.getType(c) == Character.CONTROL)
        .noneMatch(c -> Character.getType(c) == Character.LINE_SEPARATOR)
        .noneMatch(c -> Character.getType(c) == Character.PARAGRAPH_SEPARATOR);
  }
}
