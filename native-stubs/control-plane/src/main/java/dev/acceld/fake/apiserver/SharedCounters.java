package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is left of shared counters, as the scheduler adds up. */
final class SharedCounters {
  private final Map<String, Long> left = new HashMap<>();

  private SharedCounters() {}

  /**
   * All that there is, less what devices that are given away take.
   *
   * @param taken those devices, as {@code pool/device}
   */
  static SharedCounters of(List<ObjectNode> slices, Set<String> taken) {
    SharedCounters counters = new SharedCounters();
    for (ObjectNode slice : slices) {
      String pool = slice.at("/spec/pool/name").asText();
      for (JsonNode set : slice.at("/spec/sharedCounters")) {
        counters.add(pool, set.path("name").asText(), set.path("counters"), 1);
      }
    }
    for (ObjectNode slice : slices) {
      String pool = slice.at("/spec/pool/name").asText();
      for (JsonNode device : slice.at("/spec/devices")) {
        if (taken.contains(pool + "/" + device.path("name").asText())) {
          counters.use(pool, device, -1);
        }
      }
    }
    return counters;
  }

  /** Takes what a device needs; false, and nothing taken, when it is not there. */
  boolean take(String pool, JsonNode device) {
    use(pool, device, -1);
    if (left.values().stream().allMatch(amount -> amount >= 0)) {
      return true;
    }
    use(pool, device, 1);
    return false;
  }

  private void use(String pool, JsonNode device, int sign) {
    for (JsonNode use : device.path("consumesCounters")) {
      add(pool, use.path("counterSet").asText(), use.path("counters"), sign);
    }
  }

  private void add(String pool, String set, JsonNode counters, int sign) {
    for (Map.Entry<String, JsonNode> e : counters.properties()) {
      long amount =
          Quantity.parse(e.getValue().path("value").asText())
              .map(quantity -> quantity.whole().longValueExact())
              .orElse(0L);
      left.merge(pool + "/" + set + "/" + e.getKey(), sign * amount, Long::sum);
    }
  }
}
