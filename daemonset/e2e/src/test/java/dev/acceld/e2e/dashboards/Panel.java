package dev.acceld.e2e.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A panel of a dashboard.
 *
 * @param row title of the closed row that it is in
 * @param json all of it
 */
public record Panel(Optional<String> row, JsonNode json) {
  /**
   * One query.
   *
   * @param legend how a series is called, such as {@code {{device}}}
   * @param instant whether it is asked for the end of the time only
   */
  public record Target(String refId, String query, String legend, boolean instant) {}

  /** The type: {@code stat}, {@code timeseries} and so on. */
  public String type() {
    return json.path("type").asText();
  }

  /** The title. */
  public String title() {
    return json.path("title").asText();
  }

  /** The queries. */
  public List<Target> targets() {
    List<Target> all = new ArrayList<>();
    for (JsonNode target : json.path("targets")) {
      all.add(
          new Target(
              target.path("refId").asText(),
              target.path("expr").asText(),
              target.path("legendFormat").asText(),
              target.path("instant").asBoolean()));
    }
    return all;
  }

  /** Of the defaults of its fields, such as {@code unit}. */
  public JsonNode field(String name) {
    return json.at("/fieldConfig/defaults").path(name);
  }
}
