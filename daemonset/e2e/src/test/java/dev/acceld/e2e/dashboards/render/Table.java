package dev.acceld.e2e.dashboards.render;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Panel.Target;
import dev.acceld.e2e.dashboards.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a table shows, after Grafana's transformations {@code merge} and {@code organize}.
 *
 * @param columns names as shown, in their order
 * @param rows by the columns' names: a text or a {@link Double}
 */
public record Table(List<String> columns, List<Map<String, Object>> rows) {
  private static final int LAST = 1000;

  /** Copies. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(Map::copyOf).toList();
  }

  /** The table of a panel's answers. */
  public static Table of(Panel panel, Map<String, List<Series>> answers) {
    boolean several = panel.targets().size() > 1;
    Map<Map<String, String>, Map<String, Object>> merged = new LinkedHashMap<>();
    for (Target target : panel.targets()) {
      for (Series series : answers.getOrDefault(target.refId(), List.of())) {
        merged
            .computeIfAbsent(series.labels(), labels -> new HashMap<>(labels))
            .put(several ? "Value #" + target.refId() : "Value", series.last());
      }
    }
    // A row whose labels are a part of exactly those of others gives them its values: merge does.
    List<Map<String, Object>> rows = new ArrayList<>(merged.values());
    for (Map.Entry<Map<String, String>, Map<String, Object>> part : merged.entrySet()) {
      boolean joined = false;
      for (Map.Entry<Map<String, String>, Map<String, Object>> whole : merged.entrySet()) {
        if (whole.getKey().size() > part.getKey().size()
            && whole.getKey().entrySet().containsAll(part.getKey().entrySet())) {
          part.getValue().forEach(whole.getValue()::putIfAbsent);
          joined = true;
        }
      }
      if (joined) {
        rows.remove(part.getValue());
      }
    }
    return organized(panel, rows);
  }

  private static Table organized(Panel panel, List<Map<String, Object>> rows) {
    JsonNode organize = panel.json().path("not there");
    for (JsonNode transformation : panel.json().path("transformations")) {
      if (transformation.path("id").asText().equals("organize")) {
        organize = transformation.path("options");
      }
    }
    JsonNode options = organize;
    Set<String> fields = new LinkedHashSet<>();
    rows.forEach(row -> row.keySet().stream().sorted().forEach(fields::add));
    fields.removeIf(field -> options.path("excludeByName").path(field).asBoolean());
    List<String> ordered = new ArrayList<>(fields);
    ordered.sort(
        Comparator.comparingInt(field -> options.path("indexByName").path(field).asInt(LAST)));
    List<Map<String, Object>> shown = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      Map<String, Object> renamed = new HashMap<>();
      for (String field : ordered) {
        if (row.containsKey(field)) {
          renamed.put(options.path("renameByName").path(field).asText(field), row.get(field));
        }
      }
      shown.add(renamed);
    }
    sort(shown, panel.json().at("/options/sortBy/0"));
    return new Table(
        ordered.stream()
            .map(field -> options.path("renameByName").path(field).asText(field))
            .toList(),
        shown);
  }

  /** By the numbers of a column; rows without one come last. */
  private static void sort(List<Map<String, Object>> rows, JsonNode by) {
    String column = by.path("displayName").asText();
    Comparator<Map<String, Object>> upwards =
        Comparator.comparingDouble(
            row -> row.get(column) instanceof Double number ? number : Double.NEGATIVE_INFINITY);
    rows.sort(by.path("desc").asBoolean() ? upwards.reversed() : upwards);
  }
}
