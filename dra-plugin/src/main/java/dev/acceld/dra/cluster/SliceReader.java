package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a ResourceSlice as the API server tells it. What acceld never writes is kept apart, so that
 * a slice changed by somebody else is seen as changed, never as an error.
 */
final class SliceReader {
  private SliceReader() {}

  static ResourceSlice read(JsonNode object) {
    JsonNode meta = object.path("metadata");
    JsonNode spec = object.path("spec");
    JsonNode pool = spec.path("pool");
    List<SliceDevice> devices = new ArrayList<>();
    for (JsonNode d : spec.path("devices")) {
      devices.add(device(d));
    }
    Spec read =
        new Spec(
            spec.path("driver").asText(),
            spec.path("nodeName").asText(),
            pool.path("name").asText(),
            pool.path("generation").asLong(),
            pool.path("resourceSliceCount").asInt(),
            counters(spec.path("sharedCounters"), "name"),
            devices);
    return new ResourceSlice(
        meta.path("name").asText(),
        meta.path("uid").asText(),
        meta.path("resourceVersion").asText(),
        read,
        SliceBeside.of(object, read));
  }

  private static SliceDevice device(JsonNode d) {
    Map<String, AttributeValue> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : d.path("attributes").properties()) {
      attribute(e.getValue()).ifPresent(v -> attributes.put(e.getKey(), v));
    }
    Map<String, Capacity> capacity = quantities(d.path("capacity"));
    List<Taint> taints = new ArrayList<>();
    for (JsonNode t : d.path("taints")) {
      taints.add(
          new Taint(
              t.path("key").asText(),
              t.path("value").asText(),
              t.path("effect").asText(),
              time(t.path("timeAdded").asText())));
    }
    return new SliceDevice(
        d.path("name").asText(),
        attributes,
        capacity,
        taints,
        counters(d.path("consumesCounters"), "counterSet"));
  }

  private static List<CounterSet> counters(JsonNode sets, String name) {
    List<CounterSet> counters = new ArrayList<>();
    for (JsonNode set : sets) {
      counters.add(new CounterSet(set.path(name).asText(), quantities(set.path("counters"))));
    }
    return counters;
  }

  private static Map<String, Capacity> quantities(JsonNode amounts) {
    Map<String, Capacity> read = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : amounts.properties()) {
      Quantities.parse(e.getValue().path("value").asText()).ifPresent(v -> read.put(e.getKey(), v));
    }
    return read;
  }

  private static Optional<AttributeValue> attribute(JsonNode v) {
    if (v.has("string")) {
      return Optional.of(AttributeValue.of(v.get("string").asText()));
    } else if (v.has("int")) {
      return Optional.of(AttributeValue.of(v.get("int").asLong()));
    } else if (v.has("bool")) {
      return Optional.of(AttributeValue.of(v.get("bool").asBoolean()));
    } else if (v.has("version")) {
      return Optional.of(AttributeValue.version(v.get("version").asText()));
    }
    return Optional.empty();
  }

  private static Optional<Instant> time(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
