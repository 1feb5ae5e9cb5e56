package dev.acceld.e2e.dashboards;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.e2e.kube.Await;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Prometheus server of this machine that has the samples of a file and what the chart's recording
 * rules make of them, and scrapes nothing. Safe for threads.
 */
public final class HourPrometheus implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(1);

  /**
   * The file has no marks for series that end, as a scrape leaves them: a series ends after one
   * missing sample, not after five minutes.
   */
  private static final String LOOKBACK = "--query.lookback-delta=30s";

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;
  private final Process server;

  /**
   * Loads and starts.
   *
   * @param bin with {@code promtool} and {@code prometheus}
   * @param directory for data and logs
   * @param rules the file of the chart's rules
   */
  public HourPrometheus(Path bin, Path directory, Hour hour, Path rules) throws IOException {
    Path data = directory.resolve("data");
    Run.of("rm", "-rf", data.toString()).output();
    String promtool = bin.resolve("promtool").toString();
    Path log = directory.resolve("promtool.log");
    Run.of(
            promtool,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            hour.samples().toString(),
            data.toString())
        .to(log)
        .output();
    address = "127.0.0.1:" + freePort();
    Path configuration = directory.resolve("prometheus.yml");
    Files.writeString(configuration, "global: {scrape_interval: 15s}\n");
    // Twice: records are computed by a server, and blocks are found when it starts.
    Process first = start(bin, directory, configuration, data);
    try {
      awaitReady(directory);
      Run.of(
              promtool,
              "tsdb",
              "create-blocks-from",
              "rules",
              "--url=http://" + address,
              "--start=" + hour.at(0).getEpochSecond(),
              "--end=" + hour.at(Hour.MINUTES).getEpochSecond(),
              "--eval-interval=15s",
              "--output-dir=" + data,
              rules.toString())
          .to(log)
          .output();
    } finally {
      first.destroy();
    }
    awaitGone();
    server = start(bin, directory, configuration, data);
    awaitReady(directory);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process start(Path bin, Path directory, Path configuration, Path data)
      throws IOException {
    return new ProcessBuilder(
            bin.resolve("prometheus").toString(),
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + data,
            "--storage.tsdb.retention.time=100y",
            "--web.listen-address=" + address,
            "--log.level=warn",
            LOOKBACK)
        .redirectErrorStream(true)
        .redirectOutput(
            ProcessBuilder.Redirect.appendTo(directory.resolve("prometheus.log").toFile()))
        .start();
  }

  private void awaitReady(Path directory) {
    Await.until(
        "Prometheus is ready",
        START,
        () -> status("/-/ready") == 200,
        () -> "see " + directory.resolve("prometheus.log"));
  }

  private void awaitGone() {
    Await.until("no Prometheus", START, () -> status("/-/ready") == 0);
  }

  /** 0 when nobody answers. */
  private int status(String path) {
    try {
      return get(path).statusCode();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  private HttpResponse<String> get(String path) {
    try {
      return http.send(
          HttpRequest.newBuilder(URI.create("http://" + address + path)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The series of an instant query, each with one value. */
  public List<Series> instant(String promql, Instant time) {
    return series(
        "/api/v1/query?query=" + encoded(promql) + "&time=" + time.getEpochSecond(), promql);
  }

  /** The series of a range query. */
  public List<Series> range(String promql, Instant from, Instant to, Duration step) {
    return series(
        "/api/v1/query_range?query="
            + encoded(promql)
            + ("&start=" + from.getEpochSecond() + "&end=" + to.getEpochSecond())
            + ("&step=" + step.toSeconds()),
        promql);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private List<Series> series(String path, String promql) {
    try {
      JsonNode answer = JSON.readTree(get(path).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new AssertionError(promql + ": " + answer.path("error").asText());
      }
      List<Series> all = new ArrayList<>();
      for (JsonNode one : answer.at("/data/result")) {
        Map<String, String> labels = new HashMap<>();
        one.path("metric")
            .properties()
            .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        TreeMap<Long, Double> values = new TreeMap<>();
        for (JsonNode value :
            one.has("values")
                ? one.path("values")
                : JSON.createArrayNode().add(one.path("value"))) {
          values.put(value.path(0).asLong(), number(value.path(1).asText()));
        }
        all.add(new Series(labels, values));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Override
  public void close() {
    server.destroy();
    http.close();
  }
}
