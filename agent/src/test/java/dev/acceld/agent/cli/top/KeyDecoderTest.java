package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a terminal sends becomes keys. */
class KeyDecoderTest {

  private static List<String> keys(String sent) throws IOException {
    int[] next = {0};
    KeyDecoder decoder =
        new KeyDecoder(
            millis -> next[0] < sent.length() ? sent.charAt(next[0]++) : millis == 0 ? -1 : -2);
    List<String> keys = new ArrayList<>();
    while (next[0] < sent.length()) {
      String key = decoder.next();
      keys.add(key);
    }
    return keys;
  }

  @Test
  void arrowsAndPagesInBothFormsThatTerminalsSend() throws IOException {
    assertThat(keys("\u001b[A\u001bOB\u001b[C\u001bOD\u001b[5~\u001b[6~\u001b[H\u001b[4~\u001b[Z"))
        .containsExactly(
            "up", "down", "right", "left", "pageup", "pagedown", "home", "end", "backtab");
  }

  @Test
  void ordinaryKeys() throws IOException {
    assertThat(keys("q\r\t\u007f/ \u0003"))
        .containsExactly("q", "enter", "tab", "backspace", "/", " ", "quit");
    assertThat(keys("ä😀")).containsExactly("ä", "😀");
  }

  @Test
  void anEscapeAloneIsAKey() throws IOException {
    assertThat(keys("\u001b")).containsExactly("escape");
  }

  @Test
  void whatIsNotKnownIsNoKeyAndSwallowsNoOther() throws IOException {
    assertThat(keys("\u001b[15~\u0001\u001bxj")).containsExactly("", "", "", "j");
    assertThat(keys("\ud83dj").getFirst()).isEmpty();
    assertThat(keys("\u001b[" + "1;".repeat(30) + "Aq")).endsWith("q");
  }
}
