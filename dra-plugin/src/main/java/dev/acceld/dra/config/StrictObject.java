package dev.acceld.dra.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.InvalidConfigException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A JSON object of which every member must be asked for: what is left over is a mistake. */
final class StrictObject implements ConfigFields {
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

  @Override
  public String path(String member) {
    return path + "." + member;
  }

  /** A member, whatever it is; one that is {@code null} counts as absent, as in Kubernetes. */
  Optional<JsonNode> member(String name) {
    known.add(name);
    return Optional.ofNullable(json.get(name)).filter(m -> !m.isNull());
  }

  @Override
  public boolean has(String name) {
    return member(name).isPresent();
  }

  @Override
  public Optional<List<String>> texts(String name) throws InvalidConfigException {
    Optional<JsonNode> member = member(name);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    JsonNode list = member.get();
    if (!list.isArray()) {
      throw new InvalidConfigException(path(name), "must be a list of texts, not " + kind(list));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      texts.add(text(path(name) + "[" + i + "]", list.get(i)));
    }
    return Optional.of(texts);
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
      throw new InvalidConfigException(path, "must be a text, not " + kind(json));
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
      case STRING -> "the text '" + json.textValue() + "'";
      case NUMBER -> "the number " + json.asText();
      case BOOLEAN -> json.asText();
      default -> "nothing";
    };
  }
}
