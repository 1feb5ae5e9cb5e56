package dev.acceld.dra.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.CappedStream;
import dev.acceld.dra.cluster.http.KubeconfigFile;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests of any kind to the API server of a kubeconfig, for benchmarks and for finding out what
 * is wrong. The agent's own calls go through {@link ClusterApi}. Any thread.
 */
public final class ClusterRequests {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Benchmarks list whole clusters. */
  private static final long ONE_ANSWER = 64 * CappedStream.ONE_OBJECT;

  private final ObjectMapper json = new ObjectMapper();
  private final ApiHttp http;

  private ClusterRequests(ApiHttp http) {
    this.http = http;
  }

  /** To the server that the kubeconfig names. */
  public static ClusterRequests open(Path kubeconfig, String userAgent) throws IOException {
    return new ClusterRequests(new ApiHttp(KubeconfigFile.read(kubeconfig), userAgent));
  }

  /**
   * To the server of the kubeconfig, else that of the pod that this process runs in.
   *
   * @return empty when there is neither
   * @throws IOException when what is configured cannot be used; the message names file and remedy
   */
  public static Optional<ClusterRequests> open(
      Optional<Path> kubeconfig, Map<String, String> env, String userAgent) throws IOException {
    return ClusterConnection.endpoint(kubeconfig, env)
        .map(e -> new ClusterRequests(new ApiHttp(e, userAgent)));
  }

  /**
   * What the server said, whether it did what was asked or not.
   *
   * @param status the HTTP status
   * @param body the answer; a missing node when it is no JSON
   * @param date the server's clock, to the second
   */
  public record Answer(int status, JsonNode body, Optional<Instant> date) {}

  /**
   * One request, with the answer as it is.
   *
   * @throws IOException only when there is no answer; names the server
   */
  public Answer ask(String method, String path, @Nullable JsonNode body) throws IOException {
    byte[] bytes = body == null ? null : json.writeValueAsBytes(body);
    try {
      ApiHttp.Answer<byte[]> answer = send(method, path, bytes);
      Optional<Instant> date =
          answer.date() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(answer.date()));
      byte[] good = answer.body();
      return new Answer(answer.status(), read(good == null ? answer.refusal() : good), date);
    } catch (IOException e) {
      String why = ErrorText.of(e);
      throw new IOException(http.server() + ": " + why, e);
    }
  }

  private ApiHttp.Answer<byte[]> send(String method, String path, byte @Nullable [] body)
      throws IOException {
    return http.send(
        new ApiHttp.Request(method, path, body, TIMEOUT), ONE_ANSWER, InputStream::readAllBytes);
  }

  private JsonNode read(byte[] bytes) throws IOException {
    try {
      JsonNode object = json.readTree(bytes);
      return object == null ? MissingNode.getInstance() : object;
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** The server's address, for messages. */
  public String server() {
    return http.server();
  }

  /**
   * One request.
   *
   * @throws IOException with the server's own words when it refuses
   */
  public JsonNode send(String method, String path, @Nullable JsonNode body) throws IOException {
    ApiHttp.Answer<byte[]> answer =
        send(method, path, body == null ? null : json.writeValueAsBytes(body));
    byte[] good = answer.body();
    JsonNode object = read(good == null ? answer.refusal() : good);
    if (answer.status() / 100 != 2) {
      throw new IOException(
          method + " " + path + ": " + answer.status() + " " + object.path("message").asText());
    }
    return object;
  }
}
