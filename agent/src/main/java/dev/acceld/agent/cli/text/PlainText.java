package dev.acceld.agent.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.acceld.text.OneLine;
import java.util.stream.Collectors;

/** What an agent answered, made fit for a terminal: no text in it breaks a line or controls it. */
public final class PlainText {
  private PlainText() {}

  /** The same values; control characters in texts are escaped ({@link OneLine}). */
  public static JsonNode of(JsonNode answer) {
    // No switch: it takes 15 ms to be linked, and this is on the way to the first frame of top.
    if (answer instanceof TextNode text) {
      return TextNode.valueOf(OneLine.of(text.textValue()));
    }
    if (answer instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(element -> copy.add(of(element)));
      return copy;
    }
    if (answer instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(member -> copy.set(OneLine.of(member.getKey()), of(member.getValue())));
      return copy;
    }
    return answer;
  }

  /** Text whose line feeds are meant: of JSON, or of a message of several lines. */
  public static String ofLines(String text) {
    return text.lines().map(OneLine::of).collect(Collectors.joining("\n"));
  }
}
