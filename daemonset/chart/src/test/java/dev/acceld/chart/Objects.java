package dev.acceld.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rendered objects. */
record Objects(List<JsonNode> all) {

  /** The only object of that kind and name. */
  JsonNode get(String kind, String name) {
    List<JsonNode> found =
        all.stream()
            .filter(o -> o.path("kind").asText().equals(kind))
            .filter(o -> o.at("/metadata/name").asText().equals(name))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " objects are " + kind + " " + name);
    }
    return found.getFirst();
  }

  /** The names of the objects of that kind. */
  List<String> names(String kind) {
    return all.stream()
        .filter(o -> o.path("kind").asText().equals(kind))
        .map(o -> o.at("/metadata/name").asText())
        .toList();
  }

  /** The pod that the DaemonSet makes. */
  JsonNode pod() {
    return get("DaemonSet", "acceld").at("/spec/template/spec");
  }

  /** The agent's container. */
  JsonNode agent() {
    return pod().at("/containers/0");
  }

  /** The agent's environment; what comes from fields is left out. */
  Map<String, String> env() {
    Map<String, String> env = new TreeMap<>();
    for (JsonNode variable : agent().path("env")) {
      if (variable.has("value")) {
        env.put(variable.path("name").asText(), variable.path("value").asText());
      }
    }
    return env;
  }

  /** Texts of an array. */
  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(e -> texts.add(e.asText()));
    return texts;
  }
}
