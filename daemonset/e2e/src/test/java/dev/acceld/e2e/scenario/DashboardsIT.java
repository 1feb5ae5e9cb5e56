package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.observe.Prometheus;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every query of the chart's dashboards, asked of a Prometheus that scrapes an agent with eight
 * GPUs and pods: none is an error, and every panel that must have data has some.
 */
@RealCluster
@OwnClusterOnly
@Tag("telemetry")
class DashboardsIT {
  private static final Logger LOG = LoggerFactory.getLogger(DashboardsIT.class);
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final int PODS = 3;

  /** Rows whose panels need what this machine does not have. */
  private static final Set<String> OTHER_HARDWARE =
      Set.of(
          "MIG partitions",
          "Processes (agent.processMetrics)",
          "TPU workloads",
          "How long faults took (after the first fault)");

  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

  /**
   * @param name of dashboard and panel
   * @param queries one has data when the panel has
   * @param must whether this machine has data for it
   */
  private record Panel(String name, List<String> queries, boolean must) {}

  @Test
  void everyQueryIsAnsweredAndEveryPanelHasItsData(Cluster cluster, Workspace workspace)
      throws IOException {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String device = "";
    for (int i = 0; i < PODS; i++) {
      device = Faults.running(workspace, "user-" + i);
    }
    Map<String, String> variables =
        Map.of(
            "$node", cluster.node().name(),
            "$device", device,
            "$namespace", ".*",
            "$price", "2.5",
            "$__rate_interval", "5m", // as long ago as the last event may be
            "$__range", "5m");
    try (Prometheus prometheus = Prometheus.start(cluster.node(), Duration.ofSeconds(1))) {
      Await.until(
          "the series of the pods",
          LONG,
          () -> prometheus.query("acceld_pod_accelerator_devices").size() == PODS);
      // What is told with its first event: another pod comes and goes while this one scrapes.
      Faults.running(workspace, "late");
      Await.until(
          "the record of its start",
          LONG,
          () ->
              !prometheus
                  .query("increase(acceld_pod_startup_seconds_count{phase=\"container\"}[5m]) > 0")
                  .isEmpty());
      workspace.deletePod("late");
      workspace.awaitGone("late", LONG);
      int asked = 0;
      for (Panel panel : panels(variables)) {
        asked += panel.queries().size();
        panel.queries().forEach(prometheus::query); // fails for a query that is wrong
        if (panel.must()) {
          Await.until(
              panel.name() + " has data",
              LONG,
              () -> panel.queries().stream().anyMatch(q -> !prometheus.query(q).isEmpty()),
              () -> String.join("\n", panel.queries()));
        }
      }
      assertThat(asked).isGreaterThan(150);
      assertThat(acceld.metrics()).contains("acceld_condition{condition=\"kubelet\"} 1");
    }
  }

  /** Strictly: a field that Grafana does not know, or misses, is an error. */
  @Test
  void grafanasOwnParserAcceptsThem(@TempDir Path directory) throws IOException {
    String reader = Components.dashboardReader(Cache.ofThisUser(), LOG::info).toString();
    List<String> command = new ArrayList<>(List.of(reader));
    files().forEach(file -> command.add(file.toString()));
    assertThat(command).hasSizeGreaterThan(5);
    Run.Result read = Run.of(command).now();
    assertThat(read.ok()).as("%s%s", read.out(), read.err()).isTrue();

    Path wrong = directory.resolve("wrong.json");
    String text = Files.readString(Path.of(command.getLast()));
    Files.writeString(wrong, text.replace("\"fieldConfig\"", "\"fieldConfiguration\""));
    assertThat(Run.of(List.of(reader, wrong.toString())).now().out())
        .contains("fieldConfiguration");
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(Sources.chart().resolve("dashboards"))) {
      return files.sorted().toList();
    }
  }

  private static List<Panel> panels(Map<String, String> variables) throws IOException {
    List<Panel> all = new ArrayList<>();
    for (Path file : files()) {
      JsonNode dashboard = new JsonMapper().readTree(file.toFile());
      String title = dashboard.path("title").asText();
      for (JsonNode panel : dashboard.path("panels")) {
        all.add(panel(title, panel, true, variables));
        boolean must = !OTHER_HARDWARE.contains(panel.path("title").asText());
        panel.path("panels").forEach(p -> all.add(panel(title, p, must, variables)));
      }
      for (JsonNode variable : dashboard.at("/templating/list")) {
        Matcher values = LABEL_VALUES.matcher(variable.at("/query/query").asText());
        if (values.matches()) {
          String query = "count by (%s) (%s)".formatted(values.group(2), values.group(1));
          String name = title + " $" + variable.path("name").asText();
          all.add(new Panel(name, List.of(filled(query, variables)), true));
        }
      }
    }
    all.removeIf(panel -> panel.queries().isEmpty());
    return all;
  }

  private static Panel panel(
      String dashboard, JsonNode panel, boolean must, Map<String, String> variables) {
    List<String> queries = new ArrayList<>();
    for (JsonNode target : panel.path("targets")) {
      queries.add(filled(target.path("expr").asText(), variables));
    }
    return new Panel(dashboard + ": " + panel.path("title").asText(), queries, must);
  }

  private static String filled(String query, Map<String, String> variables) {
    String text = query;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      text = text.replace(variable.getKey(), variable.getValue());
    }
    assertThat(text).doesNotContain("$");
    return text;
  }
}
