package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.ResourceSlice.Beside;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds what a stored slice has that acceld would not have written: the JSON of the spec is
 * compared with the JSON that its parsed form makes, so that a field of any Kubernetes version,
 * past or future, is found without being known here.
 */
final class SliceBeside {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SliceBeside() {}

  /**
   * What is in the object and not in what was read of it.
   *
   * @param object as the API server tells it
   * @param read its spec as parsed
   */
  static Beside of(JsonNode object, Spec read) {
    Map<String, String> fields = new TreeMap<>();
    objects("", object.path("spec"), SliceJson.specOf(JSON, read), fields);
    return new Beside(owner(object.at("/metadata/ownerReferences"), read.nodeName()), fields);
  }

  private static String owner(JsonNode references, String nodeName) {
    String uid = references.path(0).path("uid").asText();
    JsonNode ours = JSON.valueToTree(SliceJson.owner(nodeName, uid));
    return references.size() == 1 && references.get(0).equals(ours) ? uid : "";
  }

  private static void compare(
      String path, JsonNode stored, JsonNode ours, Map<String, String> fields) {
    if (nothing(stored)) {
      return; // whatever is missing is missing in what was read, too
    }
    if (stored.isObject() && ours.isObject()) {
      objects(path, stored, ours, fields);
    } else if (stored.isArray() && ours.isArray() && stored.size() == ours.size()) {
      for (int i = 0; i < stored.size(); i++) {
        compare(path + "[" + label(stored.get(i), i) + "]", stored.get(i), ours.get(i), fields);
      }
    } else if (!same(stored, ours)) {
      fields.put(path, stored.toString());
    }
  }

  private static void objects(
      String path, JsonNode stored, JsonNode ours, Map<String, String> fields) {
    for (Map.Entry<String, JsonNode> e : stored.properties()) {
      compare(
          path.isEmpty() ? e.getKey() : path + "." + e.getKey(),
          e.getValue(),
          ours.path(e.getKey()),
          fields);
    }
  }

  private static boolean same(JsonNode stored, JsonNode ours) {
    if (stored.isNumber() && ours.isNumber()) {
      // 1e400 is infinite here
      return Double.isFinite(stored.doubleValue())
          && stored.decimalValue().compareTo(ours.decimalValue()) == 0;
    }
    if (stored.equals(ours)) {
      return true;
    }
    // The API server writes quantities in its own form.
    Optional<BigDecimal> amount = stored.isTextual() ? exact(stored) : Optional.empty();
    return amount.isPresent()
        && ours.isTextual()
        && exact(ours).filter(o -> o.compareTo(amount.get()) == 0).isPresent();
  }

  private static Optional<BigDecimal> exact(JsonNode text) {
    return Quantities.exact(text.asText());
  }

  /** The API server leaves out what is empty; that is how it says the same. */
  private static boolean nothing(JsonNode value) {
    return value.isNull() || value.isContainerNode() && value.isEmpty();
  }

  private static String label(JsonNode item, int index) {
    for (String key : new String[] {"name", "counterSet", "key"}) {
      if (item.path(key).isTextual()) {
        return item.path(key).asText();
      }
    }
    return String.valueOf(index);
  }
}
