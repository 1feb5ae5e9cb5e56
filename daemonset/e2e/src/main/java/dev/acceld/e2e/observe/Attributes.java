package dev.acceld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** OTLP's attributes as JSON has them. */
final class Attributes {
  private Attributes() {}

  /** By key; every value as text. */
  static Map<String, String> of(JsonNode owner) {
    Map<String, String> all = new HashMap<>();
    for (JsonNode attribute : owner.path("attributes")) {
      attribute
          .path("value")
          .properties()
          .forEach(value -> all.put(attribute.path("key").asText(), value.getValue().asText()));
    }
    return Map.copyOf(all);
  }
}
