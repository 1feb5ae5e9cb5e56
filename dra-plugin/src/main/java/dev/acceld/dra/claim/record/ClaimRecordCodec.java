package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.CounterUse.Taken;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.record.format.NewerMembers;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A claim record as bytes: one JSON object whose last member is the CRC-32C of every byte before
 * it. Format {@code 1.n}: a reader keeps members that it does not know as they are ({@link
 * NewerMembers}) and does without those that it misses, so records of newer and older agents are
 * read alike; a change that cannot be read so would be {@code 2.0}.
 */
public final class ClaimRecordCodec {
  private static final String FORMAT = "1.1";
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREE = new ObjectMapper(JSON);

  private ClaimRecordCodec() {}

  /**
   * The bytes of a record, checksum included.
   *
   * @throws IllegalStateException for a record without the text of its CDI file
   */
  public static byte[] encode(ClaimRecord record) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("format", FORMAT);
      json.writeStringField(
          "state", record.state() == ClaimRecord.State.PREPARED ? "prepared" : "preparing");
      json.writeStringField("bootId", record.bootId());
      json.writeObjectFieldStart("claim");
      json.writeStringField("namespace", record.claim().namespace());
      json.writeStringField("name", record.claim().name());
      json.writeStringField("uid", record.claim().uid());
      json.writeEndObject();
      json.writeStringField("preparedAt", record.preparedAt().toString());
      json.writeArrayFieldStart("pods");
      for (PodRef pod : record.pods()) {
        json.writeStartObject();
        json.writeStringField("namespace", pod.namespace());
        json.writeStringField("name", pod.name());
        json.writeStringField("uid", pod.uid());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayFieldStart("devices");
      for (RecordedDevice device : record.devices()) {
        write(json, device);
      }
      json.writeEndArray();
      write(json, "configuration", record.configuration());
      if (record.traceContext().isPresent()) {
        json.writeStringField("traceContext", record.traceContext().get());
      }
      if (record.unprepareMark().isPresent()) {
        json.writeStringField("unprepareMark", record.unprepareMark().get());
      }
      json.writeObjectFieldStart("use");
      for (Map.Entry<String, Double> sum : record.use().entrySet()) {
        json.writeNumberField(sum.getKey(), sum.getValue());
      }
      json.writeEndObject();
      json.writeStringField(
          "cdi",
          record
              .cdi()
              .text()
              .orElseThrow(() ->
                  new IllegalStateException("a record as kept in memory is not the whole of it")));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    byte[] object = out.toByteArray();
    return RecordSeal.seal(
        record.newer().map(members -> NewerMembers.into(object, members)).orElse(object));
  }

  private static void write(JsonGenerator json, String name, Collection<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, RecordedDevice device) throws IOException {
    PreparedDevice prepared = device.prepared();
    json.writeStartObject();
    json.writeStringField("request", prepared.request());
    json.writeStringField("pool", prepared.pool());
    json.writeStringField("device", prepared.device());
    if (prepared.shareId().isPresent()) {
      json.writeStringField("shareId", prepared.shareId().get());
    }
    json.writeBooleanField("adminAccess", prepared.adminAccess());
    json.writeStringField("physical", device.physical().getFirst()); // all that 1.0 knows
    if (device.physical().size() > 1) {
      write(json, "parts", device.physical());
    }
    write(json, "cdiIds", prepared.cdiIds());
    json.writeObjectFieldStart("attributes");
    for (Map.Entry<String, AttributeValue> e : device.attributes().entrySet()) {
      json.writeObjectFieldStart(e.getKey());
      switch (e.getValue()) {
        case AttributeValue.IntValue v -> json.writeNumberField("int", v.value());
        case AttributeValue.BoolValue v -> json.writeBooleanField("bool", v.value());
        case AttributeValue.StringValue v -> json.writeStringField("string", v.value());
        case AttributeValue.VersionValue v -> json.writeStringField("version", v.value());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("capacities");
    for (Map.Entry<String, Capacity> e : device.capacities().entrySet()) {
      json.writeNumberField(e.getKey(), e.getValue().amount());
    }
    json.writeEndObject();
    if (device.counters().isPresent()) {
      json.writeStringField("counterSet", device.counters().get().set());
      json.writeObjectFieldStart("counters");
      for (Map.Entry<String, Long> e : device.counters().get().used().entrySet()) {
        json.writeNumberField(e.getKey(), e.getValue());
      }
      json.writeEndObject();
    }
    if (device.place().isPresent()) {
      json.writeStringField("place", device.place().get());
    }
    if (device.partitionId().isPresent()) {
      json.writeStringField("recipe", device.partitionId().get());
    }
    json.writeEndObject();
  }

  /**
   * Reads a record of this or an older format.
   *
   * @throws RecordDamagedException when the checksum is wrong, or the content is not a record
   */
  public static ClaimRecord decode(byte[] bytes) throws RecordDamagedException {
    try {
      return read(TREE.readTree(whole(bytes)));
    } catch (IOException e) {
      throw new RecordDamagedException("it is not JSON, although its checksum is correct");
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new RecordDamagedException("it contains an invalid name or time");
    }
  }

  /**
   * The same bytes, once they are found whole.
   *
   * @throws RecordDamagedException when they do not end in their checksum
   */
  static byte[] whole(byte[] bytes) throws RecordDamagedException {
    Optional<String> damage = RecordSeal.damage(bytes);
    if (damage.isPresent()) {
      throw new RecordDamagedException(damage.get());
    }
    return bytes;
  }

  private static ClaimRecord read(JsonNode json) throws RecordDamagedException {
    String format = text(json, "format");
    if (!format.startsWith("1.")) {
      throw new RecordDamagedException(
          "its format is '"
              + format
              + "', but this agent reads 1.x: a newer agent wrote it, so run that version");
    }
    List<PodRef> pods = new ArrayList<>();
    for (JsonNode pod : json.path("pods")) {
      pods.add(new PodRef(text(pod, "namespace"), text(pod, "name"), pod.path("uid").asText("")));
    }
    List<RecordedDevice> devices = new ArrayList<>();
    for (JsonNode device : json.path("devices")) {
      devices.add(device(device));
    }
    Map<String, Double> use = new HashMap<>();
    for (Map.Entry<String, JsonNode> sum : json.path("use").properties()) {
      use.put(sum.getKey(), sum.getValue().asDouble());
    }
    JsonNode claim = json.path("claim");
    return new ClaimRecord(
        text(json, "state").equals("prepared")
            ? ClaimRecord.State.PREPARED
            : ClaimRecord.State.PREPARING,
        text(json, "bootId"),
        new ClaimRef(text(claim, "namespace"), text(claim, "name"), text(claim, "uid")),
        devices,
        texts(json.path("configuration")),
        pods,
        Instant.parse(text(json, "preparedAt")),
        CdiText.of(text(json, "cdi")),
        optional(json, "traceContext"),
        use,
        optional(json, "unprepareMark"),
        NewerMembers.of(json));
  }

  private static RecordedDevice device(JsonNode json) throws RecordDamagedException {
    Map<String, AttributeValue> attributes = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : json.path("attributes").properties()) {
      JsonNode value = e.getValue();
      if (value.has("int")) {
        attributes.put(e.getKey(), AttributeValue.of(value.get("int").asLong()));
      } else if (value.has("bool")) {
        attributes.put(e.getKey(), AttributeValue.of(value.get("bool").asBoolean()));
      } else if (value.has("version")) {
        attributes.put(e.getKey(), AttributeValue.version(text(value, "version")));
      } else if (value.has("string")) {
        attributes.put(e.getKey(), AttributeValue.of(text(value, "string")));
      }
    }
    Map<String, Capacity> capacities = new HashMap<>();
    amounts(json.path("capacities")).forEach((name, n) -> capacities.put(name, new Capacity(n)));
    String device = text(json, "device");
    return new RecordedDevice(
        new PreparedDevice(
            text(json, "request"),
            text(json, "pool"),
            device,
            optional(json, "shareId"),
            json.path("adminAccess").asBoolean(false),
            texts(json.path("cdiIds"))),
        parts(json, device),
        attributes,
        capacities,
        optional(json, "counterSet").map(set -> new Taken(set, amounts(json.path("counters")))),
        optional(json, "place"),
        optional(json, "recipe"));
  }

  /** Format 1.0 has one part; before, a device was its own. */
  private static SortedSet<String> parts(JsonNode json, String device) {
    SortedSet<String> parts = new TreeSet<>(texts(json.path("parts")));
    parts.add(json.path("physical").asText(device));
    return parts;
  }

  private static String text(JsonNode json, String member) throws RecordDamagedException {
    JsonNode value = json.get(member);
    if (value == null || !value.isTextual()) {
      throw new RecordDamagedException("its field '" + member + "' is missing or not a string");
    }
    return value.textValue();
  }

  private static Optional<String> optional(JsonNode json, String member) {
    return json.path(member).isTextual()
        ? Optional.of(json.path(member).textValue())
        : Optional.empty();
  }

  private static Map<String, Long> amounts(JsonNode object) {
    Map<String, Long> amounts = new HashMap<>();
    object.properties().forEach(e -> amounts.put(e.getKey(), e.getValue().asLong()));
    return amounts;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
