package dev.acceld.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.machine.MachineCatalog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Values, their schema and their page belong together. */
class ValuesTest {
  /** Maps whose keys are the user's. */
  private static final Set<String> FREE =
      Set.of(
          "resources.requests",
          "resources.limits",
          "podLabels",
          "podAnnotations",
          "monitoring.tlsConfig",
          "monitoring.basicAuth",
          "dashboards.labels",
          "dashboards.annotations");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z.]+)` \\| (.*?) \\|");

  private final JsonNode values;
  private final JsonNode schema;

  ValuesTest() throws IOException {
    values = Tree.document(Tree.CHART.resolve("values.yaml"));
    schema = Tree.document(Tree.CHART.resolve("values.schema.json"));
  }

  @Test
  void everyValueIsInTheSchemaAndTheOtherWayRound() {
    List<String> known = new ArrayList<>();
    properties("", schema, known);
    known.remove("global");

    assertThat(leaves()).containsExactlyInAnyOrderElementsOf(known);
  }

  @Test
  void everyValueHasItsRowOnThePageWithItsDefault() throws IOException {
    String page = Tree.text(Tree.CHART.resolve("README.md"));
    page = page.substring(page.indexOf("## Values"), page.indexOf("## Which nodes"));
    List<String> rows = new ArrayList<>();
    Matcher row = ROW.matcher(page);
    while (row.find()) {
      String value = row.group(1);
      rows.add(value);
      JsonNode fallback = values.at("/" + value.replace('.', '/'));
      if (fallback.isValueNode() && !fallback.asText().isEmpty()) {
        assertThat(row.group(2)).as(value).isEqualTo("`" + fallback.asText() + "`");
      }
    }

    assertThat(rows).containsExactlyInAnyOrderElementsOf(leaves());
  }

  @Test
  void theSchemaRefusesWhatItDoesNotKnow() {
    List<String> open = new ArrayList<>();
    openObjects("", schema, open);

    assertThat(open).as("objects that take any key").containsExactly("/global");
  }

  @Test
  void everyMachineCanBeSimulatedAndNoOther() {
    List<String> machines =
        Objects.texts(schema.at("/properties/simulate/properties/machine/enum"));

    assertThat(machines).contains("");
    assertThat(machines.stream().filter(m -> !m.isEmpty()))
        .containsExactlyInAnyOrderElementsOf(MachineCatalog.names());
  }

  @Test
  void theChartHasTheVersionOfTheAgent() throws IOException {
    JsonNode chart = Tree.document(Tree.CHART.resolve("Chart.yaml"));

    assertThat(chart.path("appVersion").asText()).isEqualTo(System.getProperty("acceld.version"));
    assertThat(chart.path("version").asText()).isEqualTo(System.getProperty("acceld.version"));
  }

  private Set<String> leaves() {
    Set<String> leaves = new TreeSet<>();
    leaves("", values, leaves);
    return leaves;
  }

  private static void leaves(String at, JsonNode node, Set<String> out) {
    if (node.isObject() && !node.isEmpty() && !FREE.contains(at)) {
      node.fields().forEachRemaining(f -> leaves(join(at, f.getKey()), f.getValue(), out));
    } else {
      out.add(at);
    }
  }

  private static void properties(String at, JsonNode node, List<String> out) {
    JsonNode properties = node.path("properties");
    if (properties.isObject() && !FREE.contains(at)) {
      properties
          .fields()
          .forEachRemaining(f -> properties(join(at, f.getKey()), f.getValue(), out));
    } else {
      out.add(at);
    }
  }

  /** Where an object is described without a word on the keys that it may have. */
  private static void openObjects(String at, JsonNode node, List<String> out) {
    if (node.path("type").asText().equals("object") && !node.has("additionalProperties")) {
      out.add(at.replace("/properties", ""));
    }
    node.fields().forEachRemaining(f -> openObjects(at + "/" + f.getKey(), f.getValue(), out));
  }

  private static String join(String at, String key) {
    return at.isEmpty() ? key : at + "." + key;
  }
}
