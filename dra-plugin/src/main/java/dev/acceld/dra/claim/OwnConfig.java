package dev.acceld.dra.claim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.util.List;

/**
 * Opaque configuration that is meant for this driver. Strict: a setting that would be ignored is an
 * error, because its author counts on it. No kind of configuration exists yet.
 */
final class OwnConfig {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OwnConfig() {}

  /** Refuses every entry of this driver that applies to one of its results. */
  static void check(String driver, List<OpaqueConfig> config, List<Result> own)
      throws ClaimRefused {
    for (OpaqueConfig entry : config) {
      if (entry.driver().equals(driver) && own.stream().anyMatch(r -> applies(entry, r))) {
        throw new ClaimRefused(
            "opaque configuration "
                + kind(entry.parametersJson())
                + (entry.fromClass() ? " from the DeviceClass" : " from the claim")
                + (entry.requests().isEmpty() ? "" : " for " + String.join(", ", entry.requests()))
                + " is not known to driver "
                + driver
                + ", which takes no opaque configuration (supported kinds: none); remove it from"
                + (entry.fromClass() ? " the DeviceClass" : " the claim"));
      }
    }
  }

  /** Whether an entry is meant for a result: named by {@code main/sub}, by {@code main}, or all. */
  private static boolean applies(OpaqueConfig entry, Result result) {
    return entry.requests().isEmpty()
        || entry.requests().contains(result.request())
        || entry.requests().contains(result.mainRequest());
  }

  private static String kind(String parameters) {
    try {
      JsonNode json = JSON.readTree(parameters);
      if (json != null && json.isObject()) {
        return "'"
            + json.path("apiVersion").asText("(no apiVersion)")
            + "', kind '"
            + json.path("kind").asText("(no kind)")
            + "',";
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    return "that is not a JSON object,";
  }
}
