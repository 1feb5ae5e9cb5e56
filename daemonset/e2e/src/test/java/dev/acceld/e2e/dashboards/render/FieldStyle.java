package dev.acceld.e2e.dashboards.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.e2e.dashboards.Panel;
import java.awt.Color;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How the values of a field are written: the panel's defaults, with the overrides for its name. */
final class FieldStyle {
  private final Map<String, JsonNode> properties = new HashMap<>();

  FieldStyle(Panel panel, String field) {
    panel
        .json()
        .at("/fieldConfig/defaults")
        .properties()
        .forEach(property -> properties.put(property.getKey(), property.getValue()));
    for (JsonNode override : panel.json().at("/fieldConfig/overrides")) {
      if (override.at("/matcher/options").asText().equals(field)) {
        for (JsonNode property : override.path("properties")) {
          properties.put(property.path("id").asText(), property.path("value"));
        }
      }
    }
  }

  Optional<JsonNode> property(String name) {
    return Optional.ofNullable(properties.get(name));
  }

  String unit() {
    return property("unit").map(JsonNode::asText).orElse("");
  }

  String noValue() {
    return property("noValue").map(JsonNode::asText).orElse("No data");
  }

  /** A value as text: the text that it stands for, else the number with its unit. */
  String text(double value) {
    return mapped(value)
        .map(mapping -> mapping.path("text").asText())
        .orElseGet(() -> Units.text(value, unit(), decimals()));
  }

  private OptionalInt decimals() {
    return property("decimals")
        .map(digits -> OptionalInt.of(digits.asInt()))
        .orElse(OptionalInt.empty());
  }

  /** The color that a value has by its mapping, else by the thresholds. */
  Color color(double value) {
    Optional<String> mapped = mapped(value).map(mapping -> mapping.path("color").asText());
    String color = mapped.orElse("");
    if (color.isEmpty()) {
      for (JsonNode step : property("thresholds").map(t -> t.path("steps")).orElseThrow()) {
        if (step.path("value").isNull() || value >= step.path("value").asDouble()) {
          color = step.path("color").asText();
        }
      }
    }
    return Paints.named(color);
  }

  private Optional<JsonNode> mapped(double value) {
    String key = Units.text(value, "none", OptionalInt.empty());
    for (JsonNode mapping : property("mappings").orElseThrow()) {
      JsonNode options = mapping.path("options");
      boolean isForNaN = options.path("match").asText().contains("nan");
      JsonNode found = options.path(isForNaN && Double.isNaN(value) ? "result" : key);
      if (!found.isMissingNode()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
