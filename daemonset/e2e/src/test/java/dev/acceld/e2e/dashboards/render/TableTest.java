package dev.acceld.e2e.dashboards.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.dashboards.Panel;
import dev.acceld.e2e.dashboards.Series;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableTest {
  private static final String TWO_QUERIES =
      """
      {"targets": [{"refId": "A"}, {"refId": "B"}],
       "transformations": [{"id": "merge"}, {"id": "organize", "options": {
         "excludeByName": {"uid": true},
         "indexByName": {"device": 0, "Value #B": 1, "Value #A": 2},
         "renameByName": {"device": "Device", "Value #A": "Held", "Value #B": "Waste"}}}]}
      """;

  private static Panel panel(String json) throws IOException {
    return new Panel(Optional.empty(), new JsonMapper().readTree(json));
  }

  private static Series series(Map<String, String> labels, double value) {
    return new Series(labels, new TreeMap<>(Map.of(1L, value)));
  }

  @Test
  void answersWithTheSameLabelsAreOneRow() throws IOException {
    Table table =
        Table.of(
            panel(TWO_QUERIES),
            Map.of(
                "A",
                List.of(
                    series(Map.of("device", "gpu-0", "uid", "x"), 1),
                    series(Map.of("device", "gpu-1", "uid", "y"), 2)),
                "B",
                List.of(series(Map.of("device", "gpu-1"), 0.5))));
    assertThat(table.columns()).containsExactly("Device", "Waste", "Held");
    assertThat(table.rows())
        .containsExactly(
            Map.of("Device", "gpu-0", "Held", 1.0),
            Map.of("Device", "gpu-1", "Held", 2.0, "Waste", 0.5));
  }

  @Test
  void rowsAreInTheOrderOfTheColumnThatThePanelNames() throws IOException {
    Table table =
        Table.of(
            panel(
                """
                {"targets": [{"refId": "A"}],
                 "options": {"sortBy": [{"displayName": "Value", "desc": true}]}}
                """),
            Map.of(
                "A",
                List.of(
                    series(Map.of("node", "a"), 1),
                    series(Map.of("node", "b"), 3),
                    series(Map.of("node", "c"), 2))));
    assertThat(table.rows().stream().map(row -> row.get("node"))).containsExactly("b", "c", "a");
  }

  @Test
  void withoutTransformationsAllLabelsAreColumns() throws IOException {
    Table table =
        Table.of(
            panel("{\"targets\": [{\"refId\": \"A\"}]}"),
            Map.of("A", List.of(series(Map.of("node", "n"), 3))));
    assertThat(table.columns()).containsExactlyInAnyOrder("node", "Value");
    assertThat(table.rows()).containsExactly(Map.of("node", "n", "Value", 3.0));
  }
}
