package dev.acceld.machine.description;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds keys that a description may not have, and keys without a value, before anything is read:
 * Jackson would complain about the missing key instead of the misspelt one, and without its line.
 */
final class KeyCheck {
  private final JsonParser parser;
  private final String source;
  private final Map<String, Integer> lines = new HashMap<>();

  private KeyCheck(JsonParser parser, String source) {
    this.parser = parser;
    this.source = source;
  }

  /**
   * Checks all keys.
   *
   * @return the line of each key, by its path: {@code gpus[0].at[1].minor}
   */
  static Map<String, Integer> check(JsonParser parser, String source) throws IOException {
    KeyCheck check = new KeyCheck(parser, source);
    if (parser.nextToken() == JsonToken.START_OBJECT) {
      check.block(MachineDescription.class, new ArrayList<>());
    }
    return check.lines;
  }

  /** After the START_OBJECT of a record; ends at its END_OBJECT. */
  private void block(Class<?> type, List<String> path) throws IOException {
    Map<String, Type> known = new TreeMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      known.put(component.getName(), component.getGenericType());
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      Type value = known.get(key);
      if (value == null) {
        throw unknown(key, known, path);
      }
      path.add(path.isEmpty() ? key : "." + key);
      lines.put(String.join("", path), parser.currentTokenLocation().getLineNr());
      parser.nextToken();
      value(value, path);
      path.removeLast();
    }
  }

  private void value(Type type, List<String> path) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY && type instanceof ParameterizedType list) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        path.add("[" + i + "]");
        value(list.getActualTypeArguments()[0], path);
        path.removeLast();
      }
    } else if (parser.currentToken() == JsonToken.START_OBJECT
        && type instanceof Class<?> block
        && block.isRecord()) {
      block(block, path);
    } else if (parser.currentToken() == JsonToken.START_OBJECT
        && type instanceof ParameterizedType map
        && map.getRawType() == Map.class) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        path.add("." + parser.currentName());
        parser.nextToken();
        value(map.getActualTypeArguments()[1], path);
        path.removeLast();
      }
    } else if (parser.currentToken() == JsonToken.VALUE_NULL) {
      throw wrong(path, "there is no value; add one, or remove the key");
    } else {
      parser.skipChildren();
    }
  }

  private MachineException unknown(String key, Map<String, Type> known, List<String> path) {
    return wrong(
        path,
        "unknown key '"
            + key
            + "'"
            + Suggestions.hint(key, known.keySet())
            + " Known here: "
            + String.join(", ", known.keySet()));
  }

  private MachineException wrong(List<String> path, String what) {
    return new MachineException(
        "machine description "
            + source
            + ", line "
            + parser.currentTokenLocation().getLineNr()
            + (path.isEmpty() ? "" : ", " + String.join("", path))
            + ": "
            + what);
  }
}
