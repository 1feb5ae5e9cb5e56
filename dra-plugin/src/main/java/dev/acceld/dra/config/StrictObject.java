package dev.acceld.dra.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.vendor.ConfigFields;
import dev.acceld.vendor.InvalidConfigException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A JSON object of which every member must be asked for: what is left over is a mistake. */
final class StrictObject implements ConfigFields {
  private final String path;
  private final JsonNode json;
  private final Set<String> known = new LinkedHashSet<>();
  private final List<StrictObject> inside = new ArrayList<>();

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
      throw new InvalidConfigException(path(name), "must be a list of strings, not " + kind(list));
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      texts.add(text(path(name) + "[" + i + "]", list.get(i)));
    }
    return Optional.of(texts);
  }

  @Override
  public Optional<String> word(String name) throws InvalidConfigException {
    Optional<JsonNode> member = member(name);
    return member.isEmpty() ? Optional.empty() : Optional.of(text(path(name), member.get()));
  }

  @Override
  public OptionalInt number(String name, int least, int most) throws InvalidConfigException {
    Optional<JsonNode> member = member(name);
    if (member.isEmpty()) {
      return OptionalInt.empty();
    }
    JsonNode number = member.get();
    boolean fits =
        number.isIntegralNumber()
            && number.canConvertToInt()
            && number.intValue() >= least
            && number.intValue() <= most;
    if (!fits) {
      throw new InvalidConfigException(
          path(name),
          "must be a whole number from " + least + " to " + most + ", not " + kind(number));
    }
    return OptionalInt.of(number.intValue());
  }

  @Override
  public Optional<ConfigFields> object(String name) throws InvalidConfigException {
    Optional<JsonNode> member = member(name);
    if (member.isEmpty()) {
      return Optional.empty();
    }
    StrictObject object = new StrictObject(path(name), member.get());
    inside.add(object);
    return Optional.of(object);
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

  /** To be called last; looks into the objects inside, too. */
  void end() throws InvalidConfigException {
    for (var member : json.properties()) {
      if (!known.contains(member.getKey())) {
        throw new InvalidConfigException(
            path(member.getKey()), "is not known; known are " + String.join(", ", known));
      }
    }
    for (StrictObject object : inside) {
      object.end();
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
