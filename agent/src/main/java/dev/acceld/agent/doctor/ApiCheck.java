package dev.acceld.agent.doctor;

import dev.acceld.dra.cluster.ClusterRequests.Answer;
import java.util.List;

/** Whether the API server answers, knows us, and serves dynamic resource allocation. */
final class ApiCheck implements Check {
  private final ClusterAccess cluster;

  ApiCheck(ClusterAccess cluster) {
    this.cluster = cluster;
  }

  @Override
  public String name() {
    return "API server";
  }

  @Override
  public List<Finding> look() throws ClusterAccess.CannotAskException {
    return List.of(find());
  }

  private Finding find() throws ClusterAccess.CannotAskException {
    if (cluster.broken()) {
      return Finding.fail(name(), cluster.server(), "fix or replace the kubeconfig");
    }
    Answer api;
    try {
      api = cluster.ask("GET", "/apis/resource.k8s.io/v1", null);
    } catch (ClusterAccess.CannotAskException e) {
      if (!cluster.server().startsWith("http")) {
        throw e; // none is configured, which is no fault
      }
      return Finding.fail(
          name(),
          String.valueOf(e.getMessage()),
          "check whether this node can reach "
              + cluster.server()
              + " (a NetworkPolicy, a firewall, the address in the kubeconfig)");
    }
    return switch (api.status()) {
      case 200 ->
          Finding.ok(name(), cluster.server() + " " + version() + " serves resource.k8s.io/v1");
      case 401 ->
          Finding.fail(
              name(),
              "it does not accept the agent's credentials: " + ClusterAccess.describe(api),
              "renew the token or certificate");
      case 404 ->
          Finding.fail(
              name(),
              cluster.server() + " " + version() + " does not serve resource.k8s.io/v1",
              "dynamic resource allocation needs Kubernetes 1.34 or newer, with the feature gate"
                  + " DynamicResourceAllocation and the API enabled (--runtime-config)");
      default ->
          Finding.warn(
              name(), "it answers " + ClusterAccess.describe(api), "try again in a moment");
    };
  }

  private String version() throws ClusterAccess.CannotAskException {
    return cluster.ask("GET", "/version", null).body().path("gitVersion").asText("");
  }
}
