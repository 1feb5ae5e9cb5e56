package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.CappedStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which claims of the whole cluster hold devices of a driver, and for whom. For an administrator's
 * question before an uninstall; the agent itself never lists claims. Blocks; any thread.
 */
public final class ClaimUses {
  private static final String CLAIMS = "/apis/resource.k8s.io/v1/resourceclaims";
  private static final ApiRequest CALL =
      new ApiRequest("list", "resourceclaims", "", "of all namespaces");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int PAGE = 500;

  private final ApiHttp http;
  private final ObjectMapper json = new ObjectMapper();

  private ClaimUses(ApiHttp http) {
    this.http = http;
  }

  /**
   * A claim in use.
   *
   * @param namespace its namespace
   * @param name its name
   * @param users those it is reserved for: a pod by its name, others as {@code resource/name}
   */
  public record Use(String namespace, String name, List<String> users) {

    /** Takes a copy. */
    public Use {
      users = List.copyOf(users);
    }
  }

  /**
   * At the server of the kubeconfig, else that of the pod that this process runs in.
   *
   * @return empty when there is neither
   * @throws IOException when what is configured cannot be used; the message names file and remedy
   */
  public static Optional<ClaimUses> open(
      Optional<Path> kubeconfig, Map<String, String> env, String version) throws IOException {
    return ClusterConnection.endpoint(kubeconfig, env)
        .map(e -> new ClaimUses(new ApiHttp(e, "acceld/" + version)));
  }

  /**
   * The claims with devices of that driver that are reserved for somebody, page by page.
   *
   * @throws ClusterException {@code UNSUPPORTED} when the cluster has no such API at all, {@code
   *     EXPIRED} when it took too long to read all pages
   */
  public List<Use> of(String driver) throws ClusterException {
    List<Use> uses = new ArrayList<>();
    String next = "";
    do {
      String path =
          CLAIMS
              + "?limit="
              + PAGE
              + (next.isEmpty()
                  ? ""
                  : "&continue=" + URLEncoder.encode(next, StandardCharsets.UTF_8));
      JsonNode meta =
          CALL.send(
              http,
              new ApiHttp.Request("GET", path, null, TIMEOUT),
              PAGE * CappedStream.ONE_OBJECT,
              in ->
                  ListJson.read(
                      json,
                      in,
                      claim -> {
                        if (holds(claim, driver)
                            && !claim.path("status").path("reservedFor").isEmpty()) {
                          uses.add(use(claim));
                        }
                      }));
      next = meta.path("continue").asText();
    } while (!next.isEmpty());
    return uses;
  }

  private static boolean holds(JsonNode claim, String driver) {
    for (JsonNode result : claim.at("/status/allocation/devices/results")) {
      if (result.path("driver").asText().equals(driver)) {
        return true;
      }
    }
    return false;
  }

  private static Use use(JsonNode claim) {
    List<String> users = new ArrayList<>();
    for (JsonNode user : claim.path("status").path("reservedFor")) {
      String resource = user.path("resource").asText();
      String name = user.path("name").asText();
      users.add(resource.equals("pods") ? name : resource + "/" + name);
    }
    JsonNode meta = claim.path("metadata");
    return new Use(meta.path("namespace").asText(), meta.path("name").asText(), users);
  }
}
