package dev.acceld.dra.cluster;

import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.Endpoint;
import dev.acceld.dra.cluster.http.InCluster;
import dev.acceld.dra.cluster.http.KubeconfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The way to the API server, if one is configured.
 *
 * @param api empty when no cluster is configured
 * @param sentence which cluster, or why none
 * @param http for requests beside those of the API; empty when no cluster is configured
 */
public record ClusterConnection(Optional<ClusterApi> api, String sentence, Optional<ApiHttp> http) {

  /**
   * Takes the kubeconfig given, else the service account of the pod that this process runs in. Does
   * not talk to the server yet. {@code ~/.kube/config} is not looked at: a daemon should not find a
   * person's rights by accident.
   *
   * @param kubeconfig the file that was asked for
   * @param env the environment
   * @param version our own version, for the user agent
   * @throws IOException when what is configured cannot be used; the message names file and remedy
   */
  public static ClusterConnection open(
      Optional<Path> kubeconfig, Map<String, String> env, String version) throws IOException {
    Optional<Endpoint> endpoint = endpoint(kubeconfig, env);
    if (endpoint.isEmpty()) {
      return new ClusterConnection(
          Optional.empty(),
          "no cluster: set --kubeconfig (or KUBECONFIG), or run in a pod with a service account;"
              + " serving only discovery, health and metrics",
          Optional.empty());
    }
    ApiHttp http = new ApiHttp(endpoint.get(), "acceld/" + version);
    return new ClusterConnection(
        Optional.of(new HttpClusterApi(http)),
        "API server " + http.server() + " by " + endpoint.get().origin(),
        Optional.of(http));
  }

  /** The API server of that file, else that of this pod, else none. */
  static Optional<Endpoint> endpoint(Optional<Path> kubeconfig, Map<String, String> env)
      throws IOException {
    return kubeconfig.isPresent()
        ? Optional.of(KubeconfigFile.read(kubeconfig.get()))
        : InCluster.find(env, InCluster.SERVICE_ACCOUNT);
  }
}
