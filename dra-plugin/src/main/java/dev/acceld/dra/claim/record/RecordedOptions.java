package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.device.access.PodSettings;
import dev.acceld.dra.claim.ClaimWishes;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the CDI file was made by, as it stands in a claim's record: a JSON text for each request
 * that has a configuration, and one for a pod of which it was asked which containers use which
 * claims. The CDI file can be made anew by it without the API server.
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

  /** All texts of a claim. */
  public static List<String> write(ClaimWishes wishes) {
    List<String> texts = new ArrayList<>(write(wishes.options()));
    wishes.containers().ifPresent(pod -> texts.add(write(pod)));
    return texts;
  }

  /** A text that says which containers of a pod use which claims. */
  private static String write(PodContainers pod) {
    ObjectNode json = JSON.createObjectNode().put("podUid", pod.pod());
    ArrayNode containers = json.putArray("containers");
    for (Container container : pod.containers()) {
      ObjectNode one = containers.addObject().put("name", container.name());
      ArrayNode uses = one.putArray("uses");
      List<Use> sorted = new ArrayList<>(container.uses());
      sorted.sort(Comparator.comparing(Use::claim).thenComparing(use -> use.request().orElse("")));
      for (Use use : sorted) {
        ObjectNode text = uses.addObject().put("claim", use.claim());
        use.request().ifPresent(request -> text.put("request", request));
      }
    }
    return json.toString();
  }

  /** What the texts of a record say of the containers of pods. */
  public static List<PodContainers> containers(List<String> texts) {
    List<PodContainers> pods = new ArrayList<>();
    for (String text : texts) {
      try {
        JsonNode json = JSON.readTree(text);
        if (json.path("podUid").isTextual()) {
          List<Container> containers = new ArrayList<>();
          for (JsonNode container : json.path("containers")) {
            Set<Use> uses = new LinkedHashSet<>();
            for (JsonNode use : container.path("uses")) {
              uses.add(
                  new Use(
                      use.path("claim").asText(),
                      Optional.ofNullable(use.path("request").textValue())));
            }
            containers.add(new Container(container.path("name").asText(), uses));
          }
          pods.add(new PodContainers(json.path("podUid").textValue(), containers));
        }
      } catch (JsonProcessingException e) {
        // not one of ours
      }
    }
    return pods;
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
