package dev.acceld.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts published slices in few words. */
final class SliceText {
  private SliceText() {}

  static String head(JsonNode slice) {
    JsonNode spec = slice.path("spec");
    return "%s: driver %s, pool %s generation %d, %d devices"
        .formatted(
            slice.at("/metadata/name").asText(),
            spec.path("driver").asText(),
            spec.at("/pool/name").asText(),
            spec.at("/pool/generation").asLong(),
            spec.path("devices").size());
  }

  static String device(JsonNode device) {
    List<String> words = new ArrayList<>();
    device
        .path("attributes")
        .properties()
        .forEach(e ->
            words.add(
                e.getKey()
                    + "="
                    + e.getValue().properties().iterator().next().getValue().asText()));
    device
        .path("capacity")
        .properties()
        .forEach(e -> words.add(e.getKey() + "=" + e.getValue().path("value").asText()));
    words.sort(String::compareTo);
    return device.path("name").asText() + "  " + String.join(" ", words);
  }

  /** The first taint of a device, as {@code key=value:effect}. */
  static Optional<String> taint(List<ObjectNode> slices, String device) {
    for (ObjectNode slice : slices) {
      for (JsonNode d : slice.at("/spec/devices")) {
        if (d.path("name").asText().equals(device) && !d.path("taints").isEmpty()) {
          JsonNode t = d.path("taints").path(0);
          return Optional.of(
              t.path("key").asText()
                  + "="
                  + t.path("value").asText()
                  + ":"
                  + t.path("effect").asText());
        }
      }
    }
    return Optional.empty();
  }

  static int devices(List<ObjectNode> slices) {
    return slices.stream().mapToInt(s -> s.at("/spec/devices").size()).sum();
  }
}
