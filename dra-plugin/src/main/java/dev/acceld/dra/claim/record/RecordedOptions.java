package dev.acceld.dra.claim.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import java.util.ArrayList;
import java.util.EnumSet;
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
        Set<DriverCapability> all = EnumSet.noneOf(DriverCapability.class);
        for (JsonNode word : json.path("driverCapabilities")) {
          DriverCapability.of(word.asText()).ifPresent(all::add);
        }
        if (json.path("request").isTextual() && !all.isEmpty()) {
          options.put(json.path("request").textValue(), new AccessOptions(Optional.of(all)));
        }
      } catch (JsonProcessingException e) {
        // not one of ours
      }
    }
    return options;
  }
}
