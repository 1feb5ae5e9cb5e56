package dev.acceld.agent.http;

import static dev.acceld.agent.web.WebAccessSource.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.TelemetrySettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointsTest {
  private static final HttpAddress ANY_PORT = new HttpAddress("127.0.0.1", 0);

  private final Telemetry telemetry =
      new Telemetry(TelemetrySettings.of("node-1", "acceld.dev", "0.1.0"));
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile HealthzResult healthz = new HealthzResult(true, "own sockets are there");
  private volatile List<Condition> conditions =
      List.of(
          Condition.required("kubelet", true, "registered as acceld.dev"),
          Condition.required("slices", true, "1 slice stored"));
  private HttpEndpoints server;

  @BeforeEach
  void start() throws IOException {
    server = HttpEndpoints.start(ANY_PORT, OPEN, telemetry, () -> healthz, () -> conditions);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
    telemetry.close();
  }

  @Test
  void metricsInTheFormatAskedFor() throws Exception {
    HttpResponse<String> plain = get("/metrics");
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(header(plain, "Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
    assertThat(plain.body())
        .contains("acceld_claim_operations_total{operation=\"prepare\",outcome=\"ok\"} 0.0")
        .contains("process_resident_memory_bytes");

    HttpResponse<String> open = get("/metrics", "Accept", "application/openmetrics-text");
    assertThat(header(open, "Content-Type")).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }

  @Test
  void gzipOnlyForThoseWhoAcceptIt() throws Exception {
    HttpResponse<byte[]> zipped =
        client.send(
            request("/metrics").header("Accept-Encoding", "deflate, gzip;q=0.5").build(),
            BodyHandlers.ofByteArray());
    assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("process_threads");
    }
    assertThat(get("/metrics", "Accept-Encoding", "gzipped, gz ip").headers().map())
        .doesNotContainKey("content-encoding");
    assertThat(get("/metrics", "Accept-Encoding", "gzip;q=0").headers().map())
        .doesNotContainKey("content-encoding");
  }

  @Test
  void readyzListsEveryConditionAndFailsWithOneMissing() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(200);
    conditions =
        List.of(
            Condition.required("kubelet", true, "registered as acceld.dev"),
            Condition.required("slices", false, "the API server \"does not\" answer"));
    HttpResponse<String> text = get("/readyz");
    assertThat(text.statusCode()).isEqualTo(503);
    assertThat(text.body())
        .startsWith("not ready\n")
        .contains("[ok]      kubelet: registered as acceld.dev\n")
        .contains("[missing] slices: the API server \"does not\" answer\n");

    for (HttpResponse<String> answer :
        List.of(get("/readyz?format=json"), get("/readyz", "Accept", "application/json"))) {
      assertThat(answer.statusCode()).isEqualTo(503);
      JsonNode json = new ObjectMapper().readTree(answer.body());
      assertThat(json.at("/ready").booleanValue()).isFalse();
      assertThat(json.at("/conditions/0/ok").booleanValue()).isTrue();
      assertThat(json.at("/conditions/1/sentence").textValue())
          .isEqualTo("the API server \"does not\" answer");
    }
  }

  @Test
  void whatIsOnlyAdviceIsToldAndDoesNotMakeTheNodeUnready() throws Exception {
    conditions =
        List.of(
            Condition.required("kubelet", true, "registered"),
            Condition.advisory("probe-nvidia", false, "the driver has gone"));
    HttpResponse<String> text = get("/readyz");
    assertThat(text.statusCode()).isEqualTo(200);
    assertThat(text.body())
        .startsWith("ready\n")
        .contains("[warn]    probe-nvidia: the driver has gone\n");
    JsonNode json = new ObjectMapper().readTree(get("/readyz?format=json").body());
    assertThat(json.at("/ready").booleanValue()).isTrue();
    assertThat(json.at("/conditions/0/required").booleanValue()).isTrue();
    assertThat(json.at("/conditions/1/required").booleanValue()).isFalse();
  }

  @Test
  void healthzFailsWhenARestartWouldHelp() throws Exception {
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
    healthz = new HealthzResult(false, "the DRA socket has been removed");
    assertThat(get("/healthz").statusCode()).isEqualTo(503);
    assertThat(get("/healthz").body()).isEqualTo("the DRA socket has been removed\n");
  }

  @Test
  void indexUnknownPathsAndMethods() throws Exception {
    assertThat(get("/").body()).contains("/metrics", "/healthz", "/readyz");
    assertThat(get("/metrics/").statusCode()).isEqualTo(404);
    assertThat(get("/debug").statusCode()).isEqualTo(404);
    HttpResponse<String> post =
        client.send(
            request("/metrics").POST(BodyPublishers.ofString("x")).build(),
            BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
    assertThat(header(post, "Allow")).isEqualTo("GET, HEAD");
    HttpResponse<String> head =
        client.send(
            request("/metrics").method("HEAD", BodyPublishers.noBody()).build(),
            BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(Long.parseLong(header(head, "Content-Length"))).isGreaterThan(1000);
  }

  @Test
  void anEndpointThatFailsAnswers500AndTheNextRequestIsServed() throws Exception {
    Map<String, Endpoint> endpoints =
        Map.of(
            "/bad",
                request -> {
                  throw new IllegalStateException("broken");
                },
            "/good", request -> Reply.text(200, "fine"));
    try (HttpEndpoints other = HttpEndpoints.start(ANY_PORT, OPEN, endpoints)) {
      URI base = URI.create("http://127.0.0.1:" + other.address().getPort());
      assertThat(send(base.resolve("/bad")).statusCode()).isEqualTo(500);
      assertThat(send(base.resolve("/bad")).body()).contains("/bad failed", "broken");
      assertThat(send(base.resolve("/good")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void clientsThatSendNothingDoNotKeepOthersFromBeingServed() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 10; i++) {
        Socket socket = new Socket("127.0.0.1", server.address().getPort());
        silent.add(socket);
      }
      assertThat(get("/healthz").statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void aPortInUseIsNamedWithTheRemedy() {
    HttpAddress taken = new HttpAddress("127.0.0.1", server.address().getPort());
    assertThatIOException()
        .isThrownBy(
            () -> HttpEndpoints.start(taken, OPEN, telemetry, () -> healthz, () -> conditions))
        .withMessageContaining("cannot listen on " + taken)
        .withMessageContaining("in use")
        .withMessageContaining("--http-address");
  }

  @Test
  void anUnknownHostIsNamedWithTheRemedy() {
    HttpAddress unknown = new HttpAddress("no-such-host.invalid", 0);
    assertThatIOException()
        .isThrownBy(
            () -> HttpEndpoints.start(unknown, OPEN, telemetry, () -> healthz, () -> conditions))
        .withMessageContaining("no-such-host.invalid")
        .withMessageContaining("--http-address");
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
