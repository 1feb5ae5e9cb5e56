package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.dra.cluster.ResourceSlice.CounterSet;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Taint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes a ResourceSlice as {@code resource.k8s.io/v1} JSON, keys in a fixed order. */
final class SliceJson {
  private SliceJson() {}

  static byte[] write(JsonFactory json, ResourceSlice slice, String nodeUid) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    try (JsonGenerator g = json.createGenerator(out)) {
      g.writeStartObject();
      g.writeStringField("apiVersion", "resource.k8s.io/v1");
      g.writeStringField("kind", "ResourceSlice");
      metadata(g, slice, nodeUid);
      spec(g, slice.spec());
      g.writeEndObject();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  /** The spec alone, as {@link #write} puts it. */
  static JsonNode specOf(ObjectMapper mapper, ResourceSlice.Spec spec) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(2048);
    try {
      try (JsonGenerator g = mapper.createGenerator(out)) {
        g.writeStartObject();
        spec(g, spec);
        g.writeEndObject();
      }
      return mapper.readTree(out.toByteArray()).path("spec");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("writing to memory", e);
    }
  }

  /** The one owner reference of a slice. */
  static Map<String, Object> owner(String nodeName, String nodeUid) {
    return Map.of(
        "apiVersion", "v1", "kind", "Node", "name", nodeName, "uid", nodeUid, "controller", true);
  }

  private static void metadata(JsonGenerator g, ResourceSlice slice, String nodeUid)
      throws IOException {
    g.writeObjectFieldStart("metadata");
    g.writeStringField("name", slice.name());
    if (!slice.uid().isEmpty()) {
      g.writeStringField("uid", slice.uid());
      g.writeStringField("resourceVersion", slice.resourceVersion());
    }
    g.writeArrayFieldStart("ownerReferences");
    g.writeStartObject();
    for (Map.Entry<String, Object> e :
        new TreeMap<>(owner(slice.spec().nodeName(), nodeUid)).entrySet()) {
      g.writeFieldName(e.getKey());
      if (e.getValue() instanceof Boolean flag) {
        g.writeBoolean(flag);
      } else {
        g.writeString(e.getValue().toString());
      }
    }
    g.writeEndObject();
    g.writeEndArray();
    g.writeEndObject();
  }

  private static void spec(JsonGenerator g, ResourceSlice.Spec spec) throws IOException {
    g.writeObjectFieldStart("spec");
    g.writeStringField("driver", spec.driver());
    g.writeStringField("nodeName", spec.nodeName());
    g.writeObjectFieldStart("pool");
    g.writeStringField("name", spec.pool());
    g.writeNumberField("generation", spec.generation());
    g.writeNumberField("resourceSliceCount", spec.sliceCount());
    g.writeEndObject();
    counters(g, "sharedCounters", "name", spec.counters());
    if (!spec.devices().isEmpty()) {
      g.writeArrayFieldStart("devices");
      for (SliceDevice d : spec.devices()) {
        device(g, d);
      }
      g.writeEndArray();
    }
    g.writeEndObject();
  }

  private static void device(JsonGenerator g, SliceDevice d) throws IOException {
    g.writeStartObject();
    g.writeStringField("name", d.name());
    if (!d.attributes().isEmpty()) {
      g.writeObjectFieldStart("attributes");
      for (Map.Entry<String, AttributeValue> e : new TreeMap<>(d.attributes()).entrySet()) {
        g.writeObjectFieldStart(e.getKey());
        switch (e.getValue()) {
          case AttributeValue.IntValue(long v) -> g.writeNumberField("int", v);
          case AttributeValue.BoolValue(boolean v) -> g.writeBooleanField("bool", v);
          case AttributeValue.StringValue(String v) -> g.writeStringField("string", v);
          case AttributeValue.VersionValue(String v) -> g.writeStringField("version", v);
        }
        g.writeEndObject();
      }
      g.writeEndObject();
    }
    if (!d.capacity().isEmpty()) {
      quantities(g, "capacity", d.capacity());
    }
    if (!d.taints().isEmpty()) {
      g.writeArrayFieldStart("taints");
      for (Taint t : d.taints()) {
        taint(g, t);
      }
      g.writeEndArray();
    }
    counters(g, "consumesCounters", "counterSet", d.consumes());
    g.writeEndObject();
  }

  private static void counters(JsonGenerator g, String field, String name, List<CounterSet> sets)
      throws IOException {
    if (sets.isEmpty()) {
      return; // an empty list beside devices is refused
    }
    g.writeArrayFieldStart(field);
    for (CounterSet set : sets) {
      g.writeStartObject();
      g.writeStringField(name, set.name());
      quantities(g, "counters", set.counters());
      g.writeEndObject();
    }
    g.writeEndArray();
  }

  private static void quantities(JsonGenerator g, String field, Map<String, Capacity> amounts)
      throws IOException {
    g.writeObjectFieldStart(field);
    for (Map.Entry<String, Capacity> e : new TreeMap<>(amounts).entrySet()) {
      g.writeObjectFieldStart(e.getKey());
      g.writeStringField("value", e.getValue().quantity());
      g.writeEndObject();
    }
    g.writeEndObject();
  }

  private static void taint(JsonGenerator g, Taint t) throws IOException {
    g.writeStartObject();
    g.writeStringField("key", t.key());
    if (!t.value().isEmpty()) {
      g.writeStringField("value", t.value());
    }
    g.writeStringField("effect", t.effect());
    if (t.timeAdded().isPresent()) {
      g.writeStringField("timeAdded", t.timeAdded().get().toString());
    }
    g.writeEndObject();
  }
}
