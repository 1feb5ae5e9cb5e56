package dev.acceld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * One value of a metric as the collector got it.
 *
 * @param resource its attributes
 * @param metric the name
 * @param attributes of the point
 * @param value the number; of a histogram the sum
 */
public record DataPoint(
    Map<String, String> resource, String metric, Map<String, String> attributes, double value) {
  static DataPoint of(JsonNode resource, String metric, JsonNode point) {
    double value =
        point.has("asInt")
            ? point.path("asInt").asDouble()
            : point.path(point.has("asDouble") ? "asDouble" : "sum").asDouble();
    return new DataPoint(Attributes.of(resource), metric, Attributes.of(point), value);
  }

  /** The value of an attribute of the point; empty without one. */
  public String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
