package dev.acceld.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Puts published slices in few words. */
final class SliceText {
  private static final List<String> TELLING =
      List.of(
          "acceld.dev/vendor",
          "type",
          "productName",
          "architecture",
          "generation",
          "memory",
          "hbm",
          "profile",
          "driverVersion",
          "uuid",
          "numaNode",
          "acceld.dev/numaNode",
          "resource.kubernetes.io/pcieRoot",
          "topology");

  private SliceText() {}

  static String head(JsonNode slice) {
    JsonNode spec = slice.path("spec");
    return "%s: driver %s, pool %s, generation %d, %d devices"
        .formatted(
            slice.at("/metadata/name").asText(),
            spec.path("driver").asText(),
            spec.at("/pool/name").asText(),
            spec.at("/pool/generation").asLong(),
            spec.path("devices").size());
  }

  /** Some of what a claim can select a published device by, and how much there is. */
  static List<String> device(JsonNode device) {
    TreeMap<String, String> all = new TreeMap<>();
    device
        .path("attributes")
        .properties()
        .forEach(e ->
            all.put(e.getKey(), e.getValue().properties().iterator().next().getValue().asText()));
    device
        .path("capacity")
        .properties()
        .forEach(e -> all.put(e.getKey(), Memory.describe(e.getValue().path("value").asText())));
    List<String> telling = new ArrayList<>();
    TELLING.forEach(name -> {
      if (all.containsKey(name)) {
        telling.add(name + "=" + all.get(name));
      }
    });
    List<String> words = new ArrayList<>();
    words.add(
        device.path("name").asText()
            + " has "
            + all.size()
            + " attributes and capacities that a claim can select by, including");
    words.addAll(Narrator.wrapped("   ", telling));
    return words;
  }

  /** The first taint of a device, as {@code kubectl} writes it. */
  static Optional<String> taint(List<ObjectNode> slices, String device) {
    for (ObjectNode slice : slices) {
      for (JsonNode d : slice.at("/spec/devices")) {
        if (d.path("name").asText().equals(device) && !d.path("taints").isEmpty()) {
          JsonNode t = d.path("taints").path(0);
          String value = t.path("value").asText();
          return Optional.of(
              t.path("key").asText()
                  + (value.isEmpty() ? "" : "=" + value)
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

  /** How many of them have no taint. */
  static int untainted(List<ObjectNode> slices) {
    int count = 0;
    for (ObjectNode slice : slices) {
      for (JsonNode device : slice.at("/spec/devices")) {
        count += device.path("taints").isEmpty() ? 1 : 0;
      }
    }
    return count;
  }
}
