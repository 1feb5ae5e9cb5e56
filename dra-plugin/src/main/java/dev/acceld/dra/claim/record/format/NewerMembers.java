package dev.acceld.dra.claim.record.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The members of a record that this version does not know, because a newer one has written them. As
 * a text of the form of the record with nothing else in it, they are kept and written again, so
 * that a newer version finds them when it is back.
 */
public final class NewerMembers {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> CLAIM = Set.of("namespace", "name", "uid");
  private static final Set<String> VALUE = Set.of("int", "bool", "string", "version");
  private static final Set<String> DEVICE =
      Set.of(
          "request",
          "pool",
          "device",
          "shareId",
          "adminAccess",
          "physical",
          "parts",
          "cdiIds",
          "attributes",
          "capacities",
          "counterSet",
          "counters",
          "place",
          "recipe");
  private static final Set<String> RECORD =
      Set.of(
          "format",
          "state",
          "bootId",
          "claim",
          "preparedAt",
          "pods",
          "devices",
          "configuration",
          "traceContext",
          "unprepareMark",
          "use",
          "cdi",
          "checksum");

  private NewerMembers() {}

  /** Those of a record; empty when there are none. */
  public static Optional<String> of(JsonNode record) {
    ObjectNode all = unknown(record, RECORD);
    put(all, "claim", unknown(record.path("claim"), CLAIM));
    putEach(all, "pods", record.path("pods"), pod -> unknown(pod, CLAIM));
    putEach(all, "devices", record.path("devices"), NewerMembers::ofDevice);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.toString());
  }

  private static ObjectNode ofDevice(JsonNode device) {
    ObjectNode all = unknown(device, DEVICE);
    ObjectNode attributes = JSON.createObjectNode();
    device
        .path("attributes")
        .properties()
        .forEach(each -> put(attributes, each.getKey(), unknown(each.getValue(), VALUE)));
    put(all, "attributes", attributes);
    return all;
  }

  private static ObjectNode unknown(JsonNode object, Set<String> known) {
    ObjectNode unknown = JSON.createObjectNode();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (!known.contains(member.getKey())) {
        unknown.set(member.getKey(), member.getValue());
      }
    }
    return unknown;
  }

  private static void put(ObjectNode in, String name, ObjectNode members) {
    if (!members.isEmpty()) {
      in.set(name, members);
    }
  }

  private interface Pick {
    ObjectNode of(JsonNode item);
  }

  /** By their places in a list, which only grows at its end. */
  private static void putEach(ObjectNode in, String name, JsonNode list, Pick pick) {
    ArrayNode all = JSON.createArrayNode();
    for (JsonNode item : list) {
      all.add(pick.of(item));
    }
    while (!all.isEmpty() && all.get(all.size() - 1).isEmpty()) {
      all.remove(all.size() - 1); // the same text, however long the list becomes
    }
    if (!all.isEmpty()) {
      in.set(name, all);
    }
  }

  /**
   * A record's object with those members in it, too.
   *
   * @param object as JSON, without a checksum
   * @param members as {@link #of} tells them
   */
  public static byte[] into(byte[] object, String members) {
    try {
      ObjectNode record = (ObjectNode) JSON.readTree(object);
      merge(record, JSON.readTree(members));
      return JSON.writeValueAsBytes(record);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("members as they were read", e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static void merge(JsonNode into, JsonNode members) {
    if (into instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : members.properties()) {
        JsonNode own = object.get(member.getKey());
        if (own == null) {
          object.set(member.getKey(), member.getValue());
        } else {
          merge(own, member.getValue());
        }
      }
    } else if (into instanceof ArrayNode list && members.isArray()) {
      for (int i = 0; i < Math.min(list.size(), members.size()); i++) {
        merge(list.get(i), members.get(i));
      }
    }
  }
}
