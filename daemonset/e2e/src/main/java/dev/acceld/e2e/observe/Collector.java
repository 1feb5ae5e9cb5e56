package dev.acceld.e2e.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.components.Cache;
import dev.acceld.e2e.components.Components;
import dev.acceld.e2e.components.Versions;
import dev.acceld.e2e.kube.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An OpenTelemetry collector on node 1 that takes OTLP over HTTP and keeps what it got. One at a
 * time on a node; what it has is gone when it is closed. Safe for threads.
 */
public final class Collector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Collector.class);
  private static final String DIRECTORY = "/tmp/otelcol";
  private static final int PORT = 4318;
  private static final Duration START = Duration.ofMinutes(1);
  private static final JsonMapper JSON = new JsonMapper();

  private static final String CONFIGURATION =
      """
      receivers:
        otlp: {protocols: {http: {endpoint: "0.0.0.0:%1$d"}}}
      exporters:
        file/metrics: {path: %2$s/metrics, flush_interval: 100ms}
        file/traces: {path: %2$s/traces, flush_interval: 100ms}
      service:
        telemetry: {metrics: {level: none}}
        pipelines:
          metrics: {receivers: [otlp], exporters: [file/metrics]}
          traces: {receivers: [otlp], exporters: [file/traces]}
      """;

  private final Node node;

  private Collector(Node node) {
    this.node = node;
  }

  /** Starts one; builds it first where there is none. */
  public static Collector start(Node node) {
    Components.collector(Cache.ofThisUser(), LOG::info);
    Collector collector = new Collector(node);
    collector.close();
    node.command("sh", "-c", "mkdir -p \"$0\" && cat > \"$0/config.yaml\"", DIRECTORY)
        .reading(CONFIGURATION.formatted(PORT, DIRECTORY))
        .output();
    collector.begin();
    return collector;
  }

  /** Starts it again after {@link #stop}; it keeps what it had. */
  public void begin() {
    node.exec(
        "setsid",
        "--fork",
        "sh",
        "-c",
        "exec /opt/controllers/otelcol/\"$1\"/otelcol --config=\"$0/config.yaml\""
            + " >> /e2e/log/otelcol.log 2>&1",
        DIRECTORY,
        Versions.COLLECTOR);
    Await.until(
        "the collector answers",
        START,
        () -> node.command("curl", "-s", "-m", "2", "http://127.0.0.1:" + PORT).now().ok(),
        () -> node.exec("tail", "-n", "20", "/e2e/log/otelcol.log"));
  }

  /** Where agents on that node reach it. */
  public String endpoint() {
    return "http://" + node.address() + ":" + PORT;
  }

  /** Every data point so far with its metric and its resource, the oldest first. */
  public List<DataPoint> dataPoints() {
    List<DataPoint> all = new ArrayList<>();
    for (JsonNode batch : read("metrics")) {
      for (JsonNode of : batch.path("resourceMetrics")) {
        for (JsonNode scope : of.path("scopeMetrics")) {
          for (JsonNode metric : scope.path("metrics")) {
            for (String kind : List.of("gauge", "sum", "histogram")) {
              for (JsonNode point : metric.path(kind).path("dataPoints")) {
                all.add(DataPoint.of(of.path("resource"), metric.path("name").asText(), point));
              }
            }
          }
        }
      }
    }
    return all;
  }

  /** Every span so far, the oldest first. */
  public List<Span> spans() {
    List<Span> all = new ArrayList<>();
    for (JsonNode batch : read("traces")) {
      for (JsonNode of : batch.path("resourceSpans")) {
        for (JsonNode scope : of.path("scopeSpans")) {
          for (JsonNode span : scope.path("spans")) {
            all.add(Span.of(of.path("resource"), span));
          }
        }
      }
    }
    return all;
  }

  private List<JsonNode> read(String signal) {
    List<JsonNode> all = new ArrayList<>();
    for (String line : node.exec("cat", DIRECTORY + "/" + signal).lines().toList()) {
      try {
        all.add(JSON.readTree(line));
      } catch (JsonProcessingException e) {
        LOG.debug("a line that is not whole yet: {}", line);
      }
    }
    return all;
  }

  /** Ends it as a crash would. */
  public void stop() {
    node.command("pkill", "-KILL", "-x", "otelcol").now();
    Await.until("no collector", START, () -> !node.command("pgrep", "-x", "otelcol").now().ok());
  }

  @Override
  public void close() {
    stop();
    node.exec("rm", "-rf", DIRECTORY);
  }
}
