package dev.acceld.dra.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** A JSON object of which every member must be asked for: what is left over is a mistake. */
final class StrictObject {
  private final String path;
  private final JsonNode json;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * The object at a path.
   *
   * @param path in JSONPath, {@code $} for the whole
   */
  StrictObject(String path, JsonNode json) throws InvalidConfigException {
    if (!json.isObject()) {
      throw new InvalidConfigException(path, "must be an object, not " + kind(json));
    }
    this.path = path;
    this.json = json;
  }

  /** The path of a member. */
  String path(String member) {
    return path + "." + member;
  }

  /** A member, whatever it is; one that is {@code null} counts as absent, as in Kubernetes. */
  Optional<JsonNode> member(String name) {
    known.add(name);
    return Optional.ofNullable(json.get(name)).filter(m -> !m.isNull());
  }

  /** A text that must be there. */
  String text(String name) throws InvalidConfigException {
    JsonNode member =
        member(name).orElseThrow(() -> new InvalidConfigException(path(name), "is missing"));
    return text(path(name), member);
  }

  /** A text. */
  static String text(String path, JsonNode json) throws InvalidConfigException {
    if (!json.isTextual()) {
      throw new InvalidConfigException(path, "must be a string, not " + kind(json));
    }
    return json.textValue();
  }

  /** To be called last. */
  void end() throws InvalidConfigException {
    for (var member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw new InvalidConfigException(
            path(member.getKey()), "is not known; known are " + String.join(", ", known));
      }
    }
  }

  /** What a value is, for a message. */
  static String kind(JsonNode json) {
    return switch (json.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "the string '" + json.textValue() + "'";
      case NUMBER -> "the number " + json.asText();
      case BOOLEAN -> json.asText();
      default -> "nothing";
    };
  }
}
