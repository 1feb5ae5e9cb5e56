package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A patch as the API server takes it: a JSON merge patch (RFC 7386), or a strategic one, of which
 * the fake knows the only list that its users patch, the conditions of a Node, merged by type.
 */
record Patch(boolean strategic, ObjectNode change) {

  static Patch of(@Nullable String type, ObjectNode change) throws ApiRefusalException {
    return switch (type) {
      case "application/merge-patch+json" -> new Patch(false, change);
      case "application/strategic-merge-patch+json" -> new Patch(true, change);
      case null, default ->
          throw new ApiRefusalException(
              415,
              "UnsupportedMediaType",
              "the body of the request was in an unknown format - accepted media types include:"
                  + " application/json-patch+json, application/merge-patch+json,"
                  + " application/strategic-merge-patch+json, application/apply-patch+yaml");
    };
  }

  /**
   * What becomes of an object.
   *
   * @param status whether it came for the subresource, and so changes nothing else; otherwise it
   *     does not change the status
   */
  ObjectNode apply(ObjectNode old, ApiKind kind, boolean status) {
    ObjectNode merged = old.deepCopy();
    merge(merged, change);
    ObjectNode result = (status ? old : merged).deepCopy();
    JsonNode kept = (status ? merged : old).path("status");
    if (!kind.equals(ApiKind.EVENTS) && !kept.isMissingNode()) {
      result.set("status", kept);
    }
    return result;
  }

  private void merge(ObjectNode into, ObjectNode patch) {
    patch
        .fields()
        .forEachRemaining(field -> {
          JsonNode value = field.getValue();
          String name = field.getKey();
          if (value.isNull()) {
            into.remove(name);
          } else if (value instanceof ObjectNode object) {
            if (!(into.get(name) instanceof ObjectNode)) {
              into.putObject(name);
            }
            merge((ObjectNode) into.get(name), object);
          } else if (strategic
              && name.equals("conditions")
              && value instanceof ArrayNode list
              && into.get(name) instanceof ArrayNode known) {
            list.forEach(each -> byType(known, (ObjectNode) each));
          } else {
            into.set(name, value.deepCopy());
          }
        });
  }

  private void byType(ArrayNode known, ObjectNode condition) {
    for (JsonNode each : known) {
      if (each.path("type").equals(condition.path("type"))) {
        merge((ObjectNode) each, condition);
        return;
      }
    }
    known.add(condition.deepCopy());
  }
}
