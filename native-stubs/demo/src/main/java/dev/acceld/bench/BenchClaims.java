package dev.acceld.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Allocated claims in the API server, one device each, made without a scheduler. */
final class BenchClaims {
  private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
  private static final String CLAIMS = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";

  /** One that several of fit on a GPU. */
  private static final String PROFILE = "1g.10gb";

  private final ObjectMapper json = new ObjectMapper();
  private final ClusterRequests api;
  private final String driver;
  private final String node;

  BenchClaims(ClusterRequests api, String driver, String node) {
    this.api = api;
    this.driver = driver;
    this.node = node;
  }

  /** The GPUs that the agent has published, or small partitions; empty until it has. */
  List<String> devices(boolean partitions) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode slice : api.send("GET", SLICES, null).path("items")) {
      if (slice.at("/spec/driver").asText().equals(driver)
          && slice.at("/spec/nodeName").asText().equals(node)) {
        for (JsonNode d : slice.at("/spec/devices")) {
          if (d.at("/attributes/profile/string").asText().equals(partitions ? PROFILE : "")) {
            names.add(d.path("name").asText());
          }
        }
      }
    }
    return names;
  }

  /** A claim to which that device is allocated. */
  ClaimId create(String name, String device) throws IOException {
    return create(name, "", device);
  }

  /** The same, reserved for a pod of that name; for nobody where it is empty. */
  ClaimId create(String name, String pod, String device) throws IOException {
    ObjectNode claim = json.createObjectNode();
    claim.put("apiVersion", "resource.k8s.io/v1").put("kind", "ResourceClaim");
    claim.putObject("metadata").put("name", name).put("namespace", "default");
    claim
        .putObject("spec")
        .putObject("devices")
        .putArray("requests")
        .addObject()
        .put("name", "r")
        .putObject("exactly")
        .put("deviceClassName", "gpu.acceld.dev");
    ObjectNode made = (ObjectNode) api.send("POST", CLAIMS, claim);
    ObjectNode status = made.putObject("status");
    if (!pod.isEmpty()) {
      status
          .putArray("reservedFor")
          .addObject()
          .put("resource", "pods")
          .put("name", pod)
          .put("uid", "uid-" + pod);
    }
    status
        .putObject("allocation")
        .putObject("devices")
        .putArray("results")
        .addObject()
        .put("request", "r")
        .put("driver", driver)
        .put("pool", node)
        .put("device", device);
    api.send("PUT", CLAIMS + "/" + name + "/status", made);
    return new ClaimId("default", name, made.at("/metadata/uid").asText());
  }

  void delete(ClaimId claim) throws IOException {
    api.send("DELETE", CLAIMS + "/" + claim.name(), null);
  }
}
