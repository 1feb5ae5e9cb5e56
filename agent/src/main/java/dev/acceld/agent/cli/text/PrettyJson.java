package dev.acceld.agent.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/** What an agent answered, as JSON for a person's terminal. */
public final class PrettyJson {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PrettyJson() {}

  /** With line feeds and indents; nothing in it controls a terminal. */
  public static String of(JsonNode answer) throws JsonProcessingException {
    return PlainText.ofLines(JSON.writeValueAsString(answer));
  }
}
