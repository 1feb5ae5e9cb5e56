package dev.acceld.fake.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Plain HTTP and JSON, by no client that anything else here uses. */
final class ApiServerCalls implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final ObjectMapper json = new ObjectMapper();
  private final ApiServerAccess access;
  private final HttpClient http;

  ApiServerCalls(ApiServerAccess access) {
    this.access = access;
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    access.tls().ifPresent(builder::sslContext);
    http = builder.build();
  }

  /** What the server says to one request. */
  record Answer(int status, JsonNode body) {}

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, null);
  }

  Answer send(String method, String path, @Nullable JsonNode body)
      throws IOException, InterruptedException {
    return send(method, path, body, "application/json");
  }

  Answer patch(String path, String type, JsonNode body) throws IOException, InterruptedException {
    return send("PATCH", path, body, type);
  }

  private Answer send(String method, String path, @Nullable JsonNode body, String type)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(request(method, path, body, type), BodyHandlers.ofString());
    return new Answer(answer.statusCode(), json.readTree(answer.body()));
  }

  /** Opens a watch; the server has begun when this returns. */
  Watch watch(String path) throws IOException, InterruptedException {
    HttpResponse<Stream<String>> answer =
        http.send(request("GET", path, null, "application/json"), BodyHandlers.ofLines());
    return new Watch(json, answer.body());
  }

  private HttpRequest request(String method, String path, @Nullable JsonNode body, String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(access.url().resolve(path))
            .timeout(TIMEOUT)
            .header("Content-Type", type)
            .header("Accept", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
    access.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    return request.build();
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }

  /** The events of a watch in their order. */
  static final class Watch implements AutoCloseable {
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final Stream<String> lines;

    private Watch(ObjectMapper json, Stream<String> lines) {
      this.lines = lines;
      Thread.ofVirtual().start(() -> read(json));
    }

    private void read(ObjectMapper json) {
      try {
        lines.forEach(line -> {
          try {
            events.add(json.readTree(line));
          } catch (IOException e) {
            events.add(json.createObjectNode().put("type", "no JSON: " + line));
          }
        });
      } catch (RuntimeException e) {
        events.add(json.createObjectNode().put("type", "ended"));
      }
    }

    /** The next event that is no bookmark. */
    JsonNode next() throws InterruptedException {
      while (true) {
        JsonNode event = events.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("the watch tells nothing");
        }
        if (!event.path("type").asText().equals("BOOKMARK")) {
          return event;
        }
      }
    }

    @Override
    public void close() {
      lines.close();
    }
  }
}
