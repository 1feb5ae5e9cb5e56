package dev.acceld.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The chart's rules and dashboards ask for series and labels that are served, query by query. */
class ChartQueriesTest {
  private static final Path CHART = Path.of("../daemonset/chart/acceld");
  private static final Path RULES = CHART.resolve("rules/acceld.yaml");

  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((acceld_\\w+)(?:\\{.*})?, *(\\w+)\\)");

  @Test
  void rulesAndWhatTheirTextsAsk() throws IOException {
    Map<String, Set<String>> served = ServedSeries.all();
    JsonNode groups = new ObjectMapper(new YAMLFactory()).readTree(RULES.toFile()).path("groups");
    int found = 0;
    for (JsonNode rule : groups.findParents("expr")) {
      found += ExamplesSeriesTest.check(RULES, rule.path("expr").asText(), served);
      for (JsonNode text : rule.path("annotations")) {
        found += ExamplesSeriesTest.check(RULES, text.asText(), served);
      }
    }
    assertThat(found).isGreaterThan(60);
  }

  @Test
  void panelsAndVariablesOfDashboards() throws IOException {
    Map<String, Set<String>> served = ServedSeries.all();
    int found = 0;
    for (Path file : dashboards()) {
      JsonNode dashboard = new JsonMapper().readTree(file.toFile());
      for (String query : dashboard.findValuesAsText("expr")) {
        found += ExamplesSeriesTest.check(file, query, served);
      }
      for (JsonNode variable : dashboard.at("/templating/list")) {
        String query = variable.at("/query/query").asText();
        found += ExamplesSeriesTest.check(file, query, served);
        Matcher values = LABEL_VALUES.matcher(query);
        if (values.matches() && !values.group(2).equals("node")) {
          assertThat(served.getOrDefault(values.group(1), Set.of()))
              .as("%s: %s", file, query)
              .contains(values.group(2));
        }
      }
    }
    assertThat(found).isGreaterThan(100);
  }

  private static List<Path> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(CHART.resolve("dashboards"))) {
      List<Path> all = files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
      assertThat(all).hasSizeGreaterThan(5);
      return all;
    }
  }
}
