package dev.acceld.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules, their tests, their runbooks and what the chart makes of them. */
class AlertsTest {
  private static final Path RULES = Tree.CHART.resolve("rules/acceld.yaml");
  private static final Path TESTS = Tree.DAEMONSET.resolve("chart/src/test/rules");
  private static final Path RUNBOOKS = Tree.DAEMONSET.resolve("runbooks");

  private static final List<String> SECTIONS =
      List.of("## Meaning", "## Impact", "## Diagnosis", "## Mitigation", "## Resolution");

  private static final Pattern RECORDED = Pattern.compile("\\b\\w+:acceld_\\w+:\\w+\\b");
  private static final Pattern ALERTS = Pattern.compile("ALERTS\\{alertname=\"(\\w+)\"");
  private static final Pattern MATCHER = Pattern.compile("alertname=~?\"([\\w|]+)\"");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(?:#([^)]+))?\\)");
  private static final Pattern COMMAND = Pattern.compile("\\bacceld ([a-z-]+)");
  private static final Set<String> COMMANDS =
      Set.of("devices", "claims", "faults", "health", "doctor", "repair", "release");

  private final Map<String, JsonNode> alerts = new LinkedHashMap<>();
  private final Map<String, JsonNode> records = new LinkedHashMap<>();

  AlertsTest() throws IOException {
    for (JsonNode group : Tree.document(RULES).path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        Map<String, JsonNode> of = rule.has("alert") ? alerts : records;
        String name = rule.path(rule.has("alert") ? "alert" : "record").asText();
        assertThat(of.put(name, rule)).as("two rules %s", name).isNull();
      }
    }
    assertThat(alerts).hasSizeGreaterThan(30);
  }

  @Test
  void eachAlertSaysHowBadItIsWhatItMeansAndWhereToReadOn() {
    alerts.forEach((name, alert) -> {
      assertThat(alert.at("/labels/severity").asText())
          .as(name)
          .isIn("critical", "warning", "info");
      JsonNode texts = alert.path("annotations");
      assertThat(texts.path("summary").asText()).as(name).endsWith(".");
      assertThat(texts.path("description").asText()).as(name).isNotBlank();
      assertThat(texts.path("runbook_url").asText())
          .isEqualTo("daemonset/runbooks/" + name + ".md");
      String expression = alert.path("expr").asText();
      if (expression.contains("by (node") && !expression.startsWith("count(")) {
        assertThat(texts.path("summary").asText()).as(name).contains("$labels.node");
      }
      if (expression.contains("by (node, device")) {
        assertThat(texts.path("summary").asText()).as(name).contains("$labels.device");
      }
    });
  }

  @Test
  void rulesUseOnlyWhatIsRecorded() {
    for (JsonNode rule :
        Stream.concat(alerts.values().stream(), records.values().stream()).toList()) {
      Matcher used = RECORDED.matcher(rule.path("expr").asText());
      while (used.find()) {
        assertThat(records).containsKey(used.group());
      }
    }
  }

  @Test
  void eachAlertHasARunbookAndEachRunbookAnAlert() throws IOException {
    Set<String> pages = new TreeSet<>();
    try (Stream<Path> files = Files.list(RUNBOOKS)) {
      files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".md") && !f.equals("README.md"))
          .forEach(f -> pages.add(f.substring(0, f.length() - 3)));
    }
    assertThat(pages).containsExactlyInAnyOrderElementsOf(alerts.keySet());

    String list = Tree.text(RUNBOOKS.resolve("README.md"));
    for (String name : pages) {
      String page = Tree.text(RUNBOOKS.resolve(name + ".md"));
      JsonNode alert = requireNonNull(alerts.get(name));
      assertThat(page).as(name).startsWith("# " + name + "\n").containsSubsequence(SECTIONS);
      assertThat(page)
          .as("%s: severity and wait", name)
          .contains("**" + alert.at("/labels/severity").asText() + "**")
          .contains(alert.has("for") ? "for " + alert.path("for").asText() : "fires at once");
      String diagnosis =
          page.substring(page.indexOf("## Diagnosis"), page.indexOf("## Mitigation"));
      assertThat(diagnosis).as("%s: commands", name).contains("\n    ");
      assertThat(list).contains("[" + name + "](" + name + ".md)");
    }
  }

  @Test
  void runbooksLeadToPagesAndCommandsThatExist() throws IOException {
    int links = 0;
    int commands = 0;
    for (Path page : pages()) {
      String text = Tree.text(page);
      Matcher link = LINK.matcher(text);
      while (link.find()) {
        if (!link.group(1).startsWith("http")) {
          Path target = page.resolveSibling(link.group(1)).normalize();
          assertThat(target).as("%s", page).exists();
          if (link.group(2) != null) {
            assertThat(anchors(Tree.text(target))).as("%s", page).contains(link.group(2));
          }
          links++;
        }
      }
      Matcher command = COMMAND.matcher(text.replaceAll("(?m)^(?!    ).*$", ""));
      while (command.find()) {
        assertThat(command.group(1)).as("%s: %s", page, command.group()).isIn(COMMANDS);
        commands++;
      }
    }
    assertThat(links).isGreaterThan(50);
    assertThat(commands).isGreaterThan(30);
  }

  /**
   * An alert that inhibits and is inhibited by itself, or a name that is not there, would be
   * silent.
   */
  @Test
  void theExampleForAlertmanagerNamesAlertsAndLabelsThatExist() throws IOException {
    String page = Tree.text(RUNBOOKS.resolve("README.md"));
    String example =
        page.substring(page.indexOf("    inhibit_rules:"), page.indexOf("## Recording rules"));
    JsonNode configuration = Tree.documents(example.stripIndent()).getFirst();
    JsonNode rules = configuration.path("inhibit_rules");
    assertThat(rules).hasSizeGreaterThan(3);
    for (JsonNode rule : rules) {
      Set<String> sources = matched(rule.path("source_matchers"));
      Set<String> targets = matched(rule.path("target_matchers"));
      assertThat(alerts.keySet()).containsAll(sources).containsAll(targets);
      assertThat(sources).isNotEmpty().doesNotContainAnyElementsOf(targets);
      for (String label : Objects.texts(rule.path("equal"))) {
        for (String name : Stream.concat(sources.stream(), targets.stream()).toList()) {
          String expression = requireNonNull(alerts.get(name)).path("expr").asText();
          assertThat(expression.contains(label) || expression.contains("node:acceld_"))
              .as("%s has the label %s", name, label)
              .isTrue();
        }
      }
    }
  }

  private static Set<String> matched(JsonNode matchers) {
    Set<String> names = new TreeSet<>();
    for (String matcher : Objects.texts(matchers)) {
      Matcher regex = MATCHER.matcher(matcher);
      assertThat(regex.matches()).as(matcher).isTrue();
      names.addAll(List.of(regex.group(1).split("\\|", -1)));
    }
    return names;
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(RUNBOOKS)) {
      return files.filter(f -> f.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static Set<String> anchors(String page) {
    return page.lines()
        .filter(l -> l.startsWith("#"))
        .map(l -> l.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(l -> l.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @Test
  void theTestsOfTheRulesHaveEachAlertFiringAndNot() throws IOException {
    Set<String> firing = new HashSet<>();
    Set<String> quiet = new HashSet<>();
    Set<String> ended = new HashSet<>();
    for (Path file : Tree.yamlFiles(TESTS)) {
      for (JsonNode check : Tree.document(file).findParents("exp_samples")) {
        Matcher name = ALERTS.matcher(check.path("expr").asText());
        if (name.find()) {
          boolean empty = check.path("exp_samples").isEmpty();
          (empty ? quiet : firing).add(name.group(1));
          if (empty && firing.contains(name.group(1))) {
            ended.add(name.group(1));
          } else if (!empty) {
            ended.remove(name.group(1));
          }
        }
      }
    }
    assertThat(firing).isEqualTo(alerts.keySet());
    assertThat(quiet).isEqualTo(alerts.keySet());
    assertThat(ended).as("the last check of each alert finds it ended").isEqualTo(alerts.keySet());
  }

  @Test
  void theRulesDoWhatTheirTestsSay() throws Exception {
    Promtool promtool = Promtool.orSkip();

    assertThat(promtool.complaints(TESTS, "check", "rules", RULES.toString())).isEmpty();
    for (Path file : Tree.yamlFiles(TESTS)) {
      assertThat(promtool.complaints(TESTS, "test", "rules", file.toString())).isEmpty();
    }
  }

  @Test
  void theChartMakesAPrometheusRuleOfThem(@TempDir Path dir) throws Exception {
    Helm helm = Helm.orSkip();
    assertThat(helm.objects().names("PrometheusRule")).isEmpty();

    JsonNode rule =
        helm.objects(
                "--set",
                "alerts.enabled=true,alerts.namespace=monitoring,alerts.labels.release=prom,"
                    + "alerts.ruleLabels.team=infra,alerts.disabled={AcceleratorsWasted},"
                    + "alerts.runbooks=https://wiki.example.com/acceld/")
            .get("PrometheusRule", "acceld");

    assertThat(rule.at("/metadata/namespace").asText()).isEqualTo("monitoring");
    assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("prom");
    List<String> names = new ArrayList<>();
    for (JsonNode one : rule.at("/spec/groups").findParents("expr")) {
      JsonNode original =
          requireNonNull(
              one.has("alert")
                  ? alerts.get(one.path("alert").asText())
                  : records.get(one.path("record").asText()));
      assertThat(one.path("expr")).isEqualTo(original.path("expr"));
      assertThat(one.path("for")).isEqualTo(original.path("for"));
      if (one.has("alert")) {
        String name = one.path("alert").asText();
        names.add(name);
        assertThat(one.at("/labels/team").asText()).isEqualTo("infra");
        assertThat(one.at("/labels/severity")).isEqualTo(original.at("/labels/severity"));
        assertThat(one.at("/annotations/description"))
            .isEqualTo(original.at("/annotations/description"));
        assertThat(one.at("/annotations/runbook_url").asText())
            .isEqualTo("https://wiki.example.com/acceld/" + name + ".md");
      }
    }
    assertThat(names)
        .containsExactlyInAnyOrderElementsOf(
            alerts.keySet().stream().filter(n -> !n.equals("AcceleratorsWasted")).toList());
  }
}
