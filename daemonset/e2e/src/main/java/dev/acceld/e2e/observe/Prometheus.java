package dev.acceld.e2e.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.kube.Await;
import dev.acceld.tools.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Prometheus server on node 1 that finds the agents' pods by the API server and scrapes them, and
 * itself. One at a time on a node; its data is gone when it is closed. Safe for threads.
 */
public final class Prometheus implements AutoCloseable {
  private static final String DIRECTORY = "/tmp/prometheus";
  private static final String ADDRESS = "127.0.0.1:9090";
  private static final Duration START = Duration.ofMinutes(1);
  private static final JsonMapper JSON = new JsonMapper();

  private static final String CONFIGURATION =
      """
      global: {scrape_interval: %1$s, scrape_timeout: %1$s, evaluation_interval: 5s}
      rule_files: [rules.yml]
      scrape_configs:
        - job_name: prometheus
          static_configs: [{targets: ["%2$s"]}]
        - job_name: acceld
          honor_labels: true
          kubernetes_sd_configs:
            - role: pod
              kubeconfig_file: /e2e/pki/admin.kubeconfig
              namespaces: {names: [%3$s]}
              selectors: [{role: pod, label: app.kubernetes.io/component=agent}]
          relabel_configs:
            - {source_labels: [__meta_kubernetes_pod_container_port_name], regex: http, action: keep}
            - {source_labels: [__meta_kubernetes_pod_node_name], target_label: node}
      """;

  private final Node node;

  private Prometheus(Node node) {
    this.node = node;
  }

  /** Starts one that scrapes at that interval, in whole seconds, without rules. */
  public static Prometheus start(Node node, Duration interval) {
    return start(node, interval, "groups: []\n");
  }

  /** The same, with a file of rules. */
  public static Prometheus start(Node node, Duration interval, String rules) {
    Prometheus server = new Prometheus(node);
    server.close();
    server.write("rules.yml", rules);
    server.write(
        "prometheus.yml",
        CONFIGURATION.formatted(interval.toSeconds() + "s", ADDRESS, Acceld.NAMESPACE));
    node.exec(
        "setsid",
        "--fork",
        "sh",
        "-c",
        "exec prometheus --config.file=\"$0/prometheus.yml\" --storage.tsdb.path=\"$0/data\""
            + " --web.listen-address=\"$1\" --log.level=warn >> /e2e/log/prometheus.log 2>&1",
        DIRECTORY,
        ADDRESS);
    Await.until(
        "Prometheus answers, and has scraped an agent",
        START,
        () -> !server.query("up{job=\"acceld\"} == 1").isEmpty(),
        () -> node.exec("tail", "-n", "20", "/e2e/log/prometheus.log"));
    return server;
  }

  private void write(String file, String text) {
    node.command("sh", "-c", "mkdir -p \"$0\" && cat > \"$0/$1\"", DIRECTORY, file)
        .reading(text)
        .output();
  }

  /** The series of an instant vector as they are now. */
  public List<Sample> query(String promql) {
    List<Sample> all = new ArrayList<>();
    for (JsonNode result : data("query", "query=" + promql).path("result")) {
      Map<String, String> labels = new HashMap<>();
      result
          .path("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
      all.add(new Sample(labels, result.path("value").path(1).asDouble()));
    }
    return all;
  }

  /** The value of a query that has one series. */
  public double value(String promql) {
    List<Sample> all = query(promql);
    if (all.size() != 1) {
      throw new AssertionError(promql + " has not one series but " + all);
    }
    return all.getFirst().value();
  }

  /** What the last scrape of each agent failed with; those that went well are left out. */
  public List<String> failedScrapes() {
    List<String> errors = new ArrayList<>();
    for (JsonNode target : data("targets", "state=active").path("activeTargets")) {
      String error = target.path("lastError").asText();
      if (target.path("scrapePool").asText().equals("acceld") && !error.isEmpty()) {
        errors.add(error);
      }
    }
    return errors;
  }

  /** What evaluating the rules failed with, by the name of the rule; none when all went well. */
  public Map<String, String> failedRules() {
    Map<String, String> errors = new HashMap<>();
    for (JsonNode group : data("rules", "exclude_alerts=false").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String error = rule.path("lastError").asText();
        if (!error.isEmpty()) {
          errors.put(rule.path("name").asText(), error);
        }
      }
    }
    return errors;
  }

  /** The descriptions of the alerts of that name that fire. */
  public List<String> firing(String alert) {
    List<String> descriptions = new ArrayList<>();
    for (JsonNode one : data("alerts", "state=").path("alerts")) {
      if (one.at("/labels/alertname").asText().equals(alert)
          && one.path("state").asText().equals("firing")) {
        descriptions.add(one.at("/annotations/description").asText());
      }
    }
    return descriptions;
  }

  private JsonNode data(String path, String parameter) {
    String url = "http://" + ADDRESS + "/api/v1/" + path;
    String said = node.exec("curl", "-sS", "-m", "20", "--get", "--data-urlencode", parameter, url);
    try {
      JsonNode answer = JSON.readTree(said);
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalStateException(parameter + ": " + said);
      }
      return answer.path("data");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(parameter + ": " + said, e);
    }
  }

  /** What promtool finds wrong with metrics in the text format; nothing when all is well. */
  public String lint(String metrics) {
    Run.Result checked = node.command("promtool", "check", "metrics").reading(metrics).now();
    String said = checked.out() + checked.err();
    return checked.ok() ? said : said + "promtool ended with " + checked.exit();
  }

  @Override
  public void close() {
    node.command("pkill", "-KILL", "-x", "prometheus").now();
    Await.until(
        "no Prometheus", START, () -> !node.command("pgrep", "-x", "prometheus").now().ok());
    node.exec("rm", "-rf", DIRECTORY);
  }
}
