package dev.acceld.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Grafana dashboards, as far as one can see without Grafana and Prometheus. */
class DashboardsTest {
  private static final ObjectMapper JSON = new JsonMapper();
  private static final Path DIRECTORY = Tree.CHART.resolve("dashboards");
  private static final int COLUMNS = 24;

  private static final Set<String> TYPES = Set.of("stat", "timeseries", "table", "state-timeline");

  /** Of Grafana, as in the list of a panel's units. */
  private static final Set<String> UNITS =
      Set.of(
          "none",
          "short",
          "percentunit",
          "bytes",
          "Bps",
          "watt",
          "kwatth",
          "celsius",
          "hertz",
          "s",
          "h",
          "ops",
          "reqps");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z]\\w*)");

  /** A series of the agent, or one that is recorded by node, with what selects some of it. */
  private static final Pattern OF_A_NODE =
      Pattern.compile("(?<![\\w:])(?:node\\w*:)?acceld_\\w+(?::\\w+)?(\\{[^}]*\\})?");

  private static final Pattern TARGET = Pattern.compile("^/d/([a-z-]+)\\?(.*)$");
  private static final Pattern SETS = Pattern.compile("&var-(\\w+)=");

  private final Map<String, JsonNode> dashboards = new LinkedHashMap<>();

  DashboardsTest() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      for (Path file : files.sorted().toList()) {
        JsonNode dashboard = JSON.readTree(file.toFile());
        assertThat(file.getFileName().toString())
            .isEqualTo(dashboard.path("uid").asText().replace("acceld-", "") + ".json");
        assertThat(dashboards.put(dashboard.path("uid").asText(), dashboard)).isNull();
      }
    }
  }

  /** All panels, with those in collapsed rows; rows themselves are left out. */
  private static List<JsonNode> panels(JsonNode dashboard) {
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      if (panel.path("type").asText().equals("row")) {
        panel.path("panels").forEach(all::add);
      } else {
        all.add(panel);
      }
    }
    return all;
  }

  private static String where(JsonNode dashboard, JsonNode panel) {
    return dashboard.path("uid").asText() + ": " + panel.path("title").asText();
  }

  @Test
  void thereIsOneForEachQuestion() {
    assertThat(dashboards.keySet())
        .containsExactlyInAnyOrder(
            "acceld-fleet",
            "acceld-node",
            "acceld-device",
            "acceld-claims",
            "acceld-startup",
            "acceld-health");
    dashboards
        .values()
        .forEach(d -> {
          assertThat(d.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
          assertThat(d.path("description").asText()).isNotBlank();
          assertThat(d.has("id")).as("an id of one Grafana").isFalse();
          assertThat(Objects.texts(d.path("tags"))).containsExactly("acceld");
        });
    assertThat(dashboards.values().stream().map(d -> d.path("title").asText()))
        .doesNotHaveDuplicates();
  }

  /** People find them in daemonset/dashboards; Helm reads only files of the chart. */
  @Test
  void daemonsetDashboardsIsTheSameDirectory() throws IOException {
    assertThat(Files.isSameFile(Tree.DAEMONSET.resolve("dashboards"), DIRECTORY)).isTrue();
  }

  @Test
  void everyPanelHasTitleDescriptionUnitAndSomethingToSayWithoutData() {
    dashboards
        .values()
        .forEach(d -> {
          Set<String> titles = new HashSet<>();
          for (JsonNode panel : panels(d)) {
            String where = where(d, panel);
            assertThat(panel.path("type").asText()).as(where).isIn(TYPES);
            assertThat(panel.path("title").asText()).as(where).isNotBlank();
            assertThat(panel.path("description").asText()).as(where).endsWith(".");
            JsonNode defaults = panel.at("/fieldConfig/defaults");
            assertThat(defaults.path("unit").asText()).as(where).isIn(UNITS);
            assertThat(defaults.path("noValue").asText()).as(where).isNotBlank();
            assertThat(panel.path("targets")).as(where).isNotEmpty();
            titles.add(panel.path("type").asText() + panel.path("title").asText());
          }
          assertThat(titles).hasSameSizeAs(panels(d));
        });
  }

  @Test
  void idsAreUniqueAndNoPanelCoversAnother() {
    dashboards
        .values()
        .forEach(d -> {
          Set<Integer> ids = new HashSet<>();
          List<JsonNode> outer = new ArrayList<>();
          for (JsonNode panel : d.path("panels")) {
            outer.add(panel);
            assertThat(ids.add(panel.path("id").asInt())).as(where(d, panel)).isTrue();
            List<JsonNode> inner = new ArrayList<>();
            for (JsonNode one : panel.path("panels")) {
              assertThat(ids.add(one.path("id").asInt())).as(where(d, one)).isTrue();
              inner.add(one);
            }
            apart(d, inner);
          }
          apart(d, outer);
        });
  }

  private static void apart(JsonNode dashboard, List<JsonNode> panels) {
    Map<String, String> taken = new LinkedHashMap<>();
    for (JsonNode panel : panels) {
      JsonNode at = panel.path("gridPos");
      int x = at.path("x").asInt();
      int y = at.path("y").asInt();
      assertThat(x + at.path("w").asInt()).as(where(dashboard, panel)).isLessThanOrEqualTo(COLUMNS);
      for (int i = x; i < x + at.path("w").asInt(); i++) {
        for (int j = y; j < y + at.path("h").asInt(); j++) {
          String other = taken.put(i + "," + j, panel.path("title").asText());
          assertThat(other).as(where(dashboard, panel)).isNull();
        }
      }
    }
  }

  /** What not every machine has is in rows that are closed, so that nobody sees empty panels. */
  @Test
  void everyRowIsCollapsedAndSaysWhatItNeeds() {
    int rows = 0;
    for (JsonNode d : dashboards.values()) {
      for (JsonNode panel : d.path("panels")) {
        if (panel.path("type").asText().equals("row")) {
          rows++;
          assertThat(panel.path("collapsed").asBoolean()).as(where(d, panel)).isTrue();
          assertThat(panel.path("panels")).as(where(d, panel)).isNotEmpty();
        }
      }
    }
    assertThat(rows).isGreaterThan(8);
  }

  @Test
  void everyQueryAsksTheChosenDataSource() {
    dashboards
        .values()
        .forEach(d -> {
          List<JsonNode> asking = new ArrayList<>(panels(d));
          panels(d).forEach(p -> p.path("targets").forEach(asking::add));
          for (JsonNode variable : d.at("/templating/list")) {
            if (variable.path("type").asText().equals("query")) {
              asking.add(variable);
            }
          }
          for (JsonNode one : asking) {
            assertThat(one.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            assertThat(one.at("/datasource/type").asText()).isEqualTo("prometheus");
          }
          panels(d)
              .forEach(p -> {
                List<String> refs = p.path("targets").findValuesAsText("refId");
                assertThat(refs).as(where(d, p)).doesNotHaveDuplicates();
              });
        });
  }

  @Test
  void variablesThatAreUsedExistAndTheOthersAreNotThere() {
    dashboards
        .values()
        .forEach(d -> {
          List<String> defined = names(d);
          assertThat(defined.getFirst()).isEqualTo("datasource");
          assertThat(defined).contains("node");
          Set<String> used = new HashSet<>(Set.of("datasource"));
          List<String> queries = new ArrayList<>(d.findValuesAsText("expr"));
          d.at("/templating/list").forEach(v -> queries.add(v.at("/query/query").asText()));
          for (String query : queries) {
            Matcher variable = VARIABLE.matcher(query);
            while (variable.find()) {
              assertThat(defined)
                  .as("%s: %s", d.path("uid").asText(), query)
                  .contains(variable.group(1));
              used.add(variable.group(1));
            }
          }
          assertThat(used).as(d.path("uid").asText()).containsExactlyInAnyOrderElementsOf(defined);
        });
  }

  /** Every series of the agent has the label; a panel that ignores the variable shows all nodes. */
  @Test
  void everyQueryIsAboutTheChosenNodes() {
    int selected = 0;
    for (JsonNode d : dashboards.values()) {
      List<String> queries = new ArrayList<>(d.findValuesAsText("expr"));
      for (JsonNode variable : d.at("/templating/list")) {
        if (!variable.path("name").asText().equals("node")) {
          queries.add(variable.at("/query/query").asText());
        }
      }
      for (String query : queries) {
        Matcher series = OF_A_NODE.matcher(query);
        while (series.find()) {
          assertThat(series.group())
              .as("%s: %s", d.path("uid").asText(), query)
              .contains("node=~\"$node\"");
          selected++;
        }
      }
    }
    assertThat(selected).isGreaterThan(200);
  }

  private static List<String> names(JsonNode dashboard) {
    List<String> names = new ArrayList<>();
    dashboard.at("/templating/list").forEach(v -> names.add(v.path("name").asText()));
    return names;
  }

  @Test
  void linksLeadToDashboardsAndVariablesThatExist() {
    Set<String> ways = new HashSet<>();
    dashboards.forEach((uid, d) -> {
      assertThat(d.at("/links/0/includeVars").asBoolean()).as(uid).isTrue();
      assertThat(d.at("/links/0/keepTime").asBoolean()).as(uid).isTrue();
      assertThat(Objects.texts(d.at("/links/0/tags"))).containsExactly("acceld");
      for (String url : d.path("panels").findValuesAsText("url")) {
        Matcher target = TARGET.matcher(url);
        assertThat(target.matches()).as("%s: %s", uid, url).isTrue();
        assertThat(dashboards).as("%s: %s", uid, url).containsKey(target.group(1));
        JsonNode other = requireNonNull(dashboards.get(target.group(1)));
        assertThat(target.group(2)).contains("${__url_time_range}", "${datasource:queryparam}");
        Matcher sets = SETS.matcher(target.group(2));
        while (sets.find()) {
          assertThat(names(other)).as("%s: %s", uid, url).contains(sets.group(1));
        }
        ways.add(uid + " " + target.group(1));
      }
    });
    assertThat(ways)
        .contains(
            "acceld-fleet acceld-node",
            "acceld-fleet acceld-device",
            "acceld-node acceld-device",
            "acceld-claims acceld-device",
            "acceld-health acceld-device");
  }

  @Test
  void theChartMakesAConfigMapOfEach() throws Exception {
    Helm helm = Helm.orSkip();
    assertThat(helm.objects().names("ConfigMap")).noneMatch(n -> n.contains("dashboard"));

    Objects objects =
        helm.objects("--set", "dashboards.enabled=true,dashboards.namespace=monitoring");

    assertThat(objects.names("ConfigMap").stream().filter(n -> n.contains("dashboard")))
        .hasSameSizeAs(dashboards.keySet());
    for (Map.Entry<String, JsonNode> dashboard : dashboards.entrySet()) {
      String name = dashboard.getKey().replace("acceld-", "acceld-dashboard-");
      JsonNode map = objects.get("ConfigMap", name);
      assertThat(map.at("/metadata/namespace").asText()).isEqualTo("monitoring");
      assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
      assertThat(map.at("/metadata/annotations/grafana_folder").asText()).isEqualTo("acceld");
      String text = map.path("data").path(dashboard.getKey() + ".json").asText();
      assertThat(JSON.readTree(text)).isEqualTo(dashboard.getValue());
    }
  }
}
