package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Requests of any kind to the API server of a kubeconfig, for benchmarks and for finding out what
 * is wrong. The agent's own calls go through {@link ClusterApi}. Any thread.
 */
public final class ClusterRequests {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

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
   * One request.
   *
   * @throws IOException with the server's own words when it refuses
   */
  public JsonNode send(String method, String path, @Nullable JsonNode body) throws IOException {
    ApiHttp.Answer answer =
        http.send(method, path, body == null ? null : json.writeValueAsBytes(body), TIMEOUT);
    JsonNode object = json.readTree(answer.body());
    if (answer.status() / 100 != 2) {
      throw new IOException(
          method + " " + path + ": " + answer.status() + " " + object.path("message").asText());
    }
    return object;
  }
}
