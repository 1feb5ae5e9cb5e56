package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.device.access.PodSettings;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The configuration that was applied, as it stands in a claim's record: a JSON text for each
 * request that has one. The CDI file can be made anew by it without the API server.
 */
public final class RecordedOptions {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ENTRY = Set.of("request", "driverCapabilities", "pod");
  private static final Set<String> POD = Set.of("kind", "settings");

  private RecordedOptions() {}

  /** As texts for a record, in the order of the requests. */
  public static List<String> write(Map<String, AccessOptions> options) {
    List<String> texts = new ArrayList<>(options.size());
    options.forEach((request, o) -> {
      ObjectNode json = JSON.createObjectNode().put("request", request);
      o.capabilities()
          .ifPresent(all -> {
            ArrayNode list = json.putArray("driverCapabilities");
            all.forEach(c -> list.add(c.id()));
          });
      o.pod()
          .ifPresent(pod -> {
            ObjectNode values = json.putObject("pod").put("kind", pod.kind()).putObject("settings");
            pod.values().forEach(values::put);
          });
      texts.add(json.toString());
    });
    return texts;
  }

  /** What a reader does not know, it does without: a newer agent may have written it. */
  public static Map<String, AccessOptions> read(List<String> texts) {
    Map<String, AccessOptions> options = new LinkedHashMap<>();
    for (String text : texts) {
      try {
        JsonNode json = JSON.readTree(text);
        AccessOptions read = new AccessOptions(capabilities(json), pod(json.path("pod")));
        if (json.path("request").isTextual() && !read.equals(AccessOptions.DEFAULT)) {
          options.put(json.path("request").textValue(), read);
        }
      } catch (JsonProcessingException e) {
        // not one of ours
      }
    }
    return options;
  }

  /**
   * Whether all of it is known here; not so when a newer agent has written it. What has no request
   * is older than these texts, and counts for nothing.
   *
   * @param kinds the kinds of configuration that can be applied here
   */
  public static boolean areKnown(List<String> texts, Set<String> kinds) {
    for (String text : texts) {
      try {
        JsonNode json = JSON.readTree(text);
        JsonNode pod = json.path("pod");
        if (json.path("request").isTextual()
            && !(only(json, ENTRY)
                && only(pod, POD)
                && (pod.isMissingNode() || kinds.contains(pod.path("kind").asText()))
                && areWords(json.path("driverCapabilities"))
                && areTexts(pod.path("settings")))) {
          return false;
        }
      } catch (JsonProcessingException e) {
        // not one of ours
      }
    }
    return true;
  }

  private static boolean only(JsonNode object, Set<String> known) {
    return object.properties().stream().allMatch(member -> known.contains(member.getKey()));
  }

  private static boolean areWords(JsonNode capabilities) {
    for (JsonNode word : capabilities) {
      if (DriverCapability.of(word.asText()).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static boolean areTexts(JsonNode settings) {
    return settings.properties().stream().allMatch(each -> each.getValue().isTextual());
  }

  private static Optional<Set<DriverCapability>> capabilities(JsonNode json) {
    Set<DriverCapability> all = EnumSet.noneOf(DriverCapability.class);
    for (JsonNode word : json.path("driverCapabilities")) {
      DriverCapability.of(word.asText()).ifPresent(all::add);
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  /** Only what is complete is recorded. */
  private static Optional<PodSettings> pod(JsonNode json) {
    if (!json.path("kind").isTextual()) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> value : json.path("settings").properties()) {
      if (value.getValue().isTextual()) {
        values.put(value.getKey(), value.getValue().textValue());
      }
    }
    return Optional.of(new PodSettings(json.path("kind").textValue(), values, true));
  }
}
