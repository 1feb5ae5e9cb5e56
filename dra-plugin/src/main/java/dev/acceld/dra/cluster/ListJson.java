package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;

/** Reads a list of objects one by one, so that only one of them is in memory. */
final class ListJson {
  private ListJson() {}

  /**
   * Hands over each item.
   *
   * @return the list's own metadata
   * @throws IOException also when it is no list
   */
  static JsonNode read(ObjectMapper mapper, InputStream in, Consumer<JsonNode> items)
      throws IOException {
    JsonNode[] meta = {MissingNode.getInstance()};
    boolean[] list = {false};
    try (JsonParser p = mapper.createParser(in)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      Fields.each(
          p,
          (field, q) -> {
            switch (field) {
              case "metadata" -> meta[0] = mapper.readTree(q);
              case "items" -> {
                list[0] = true;
                Fields.items(q, item -> items.accept(mapper.readTree(item)));
              }
              default -> q.skipChildren();
            }
          });
    }
    if (!list[0]) {
      throw new IOException("it is not a list");
    }
    return meta[0];
  }
}
