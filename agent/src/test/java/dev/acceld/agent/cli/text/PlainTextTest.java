package dev.acceld.agent.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class PlainTextTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void noTextOfAnAnswerBreaksALine() throws Exception {
    JsonNode answer =
        JSON.readTree(
            "{\"a\":[\"x\\ny\",{\"k\\r\":\"\\u001b[2J\"}],\"n\":3,\"b\":true,\"z\":null}");
    assertThat(PlainText.of(answer).toString())
        .isEqualTo(
            "{\"a\":[\"x\\\\ny\",{\"k\\\\r\":\"\\\\u001b[2J\"}],\"n\":3,\"b\":true,\"z\":null}");
  }

  @Test
  void jsonStaysTheSameJson() throws Exception {
    JsonNode answer = JSON.createObjectNode().put("text", "a\u009b31m\u2028\n\u202e");
    String printed =
        PlainText.ofLines(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
    assertThat(printed.lines()).hasSize(3).noneMatch(line -> line.indexOf('\u009b') >= 0);
    assertThat(JSON.readTree(printed)).isEqualTo(answer);
  }

  @Test
  void aCellOfATableIsOneLine() {
    String table = new Table("NAME", "WHAT").row("one", "good\nfake   good").toString();
    assertThat(table.lines()).hasSize(2);
    assertThat(table).contains("good\\nfake   good");
  }
}
