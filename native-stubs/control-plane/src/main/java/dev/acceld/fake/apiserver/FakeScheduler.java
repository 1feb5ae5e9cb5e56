package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.PodId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Gives devices to claims the way the real scheduler does, as far as one node goes: the first that
 * fit in the order published, complete pools of the newest generation only, nothing that is tainted
 * NoSchedule or NoExecute, nothing that another claim has, and of shared counters no more than
 * there is.
 */
public final class FakeScheduler {
  private final FakeApiServer server;
  private final ObjectMapper mapper = new ObjectMapper();

  /** Works on that server's objects. */
  public FakeScheduler(FakeApiServer server) {
    this.server = server;
  }

  /**
   * Allocates that many devices to a claim and reserves it for a pod.
   *
   * @param wanted looks at a device as published ({@code name}, {@code attributes}, …)
   * @return the names of the devices; empty when they are not to be had, and nothing is written
   * @throws IllegalArgumentException when there is no such claim
   */
  public synchronized List<String> allocate(
      String namespace,
      String claim,
      String driver,
      int count,
      Predicate<JsonNode> wanted,
      PodId pod) {
    ObjectNode object =
        server
            .find(ApiKind.CLAIMS, namespace, claim)
            .orElseThrow(() -> new IllegalArgumentException("no claim " + namespace + "/" + claim));
    Set<String> taken = taken(driver);
    SharedCounters counters = SharedCounters.of(current(driver), taken);
    List<JsonNode> chosen = new ArrayList<>();
    String node = "";
    for (ObjectNode slice : current(driver)) {
      node = slice.path("spec").path("nodeName").asText();
      for (JsonNode device : slice.path("spec").path("devices")) {
        String id = slice.at("/spec/pool/name").asText() + "/" + device.path("name").asText();
        if (chosen.size() < count
            && !taken.contains(id)
            && !tainted(device)
            && wanted.test(device)
            && counters.take(slice.at("/spec/pool/name").asText(), device)) {
          chosen.add(
              mapper
                  .createObjectNode()
                  .put("pool", slice.at("/spec/pool/name").asText())
                  .put("device", device.path("name").asText()));
        }
      }
    }
    if (chosen.size() < count) {
      return List.of();
    }
    write(object, driver, node, chosen, pod);
    return chosen.stream().map(c -> c.path("device").asText()).toList();
  }

  /** Takes the allocation away again, as when the last pod of a claim has gone. */
  public synchronized void free(String namespace, String claim) {
    Optional<ObjectNode> object = server.find(ApiKind.CLAIMS, namespace, claim);
    if (object.isPresent()) {
      object.get().remove("status");
      server.replace(ApiKind.CLAIMS, namespace, object.get());
    }
  }

  private void write(
      ObjectNode claim, String driver, String node, List<JsonNode> chosen, PodId pod) {
    ObjectNode status = claim.putObject("status");
    ObjectNode allocation = status.putObject("allocation");
    ArrayNode results = allocation.putObject("devices").putArray("results");
    String request = claim.at("/spec/devices/requests/0/name").asText("r");
    for (JsonNode c : chosen) {
      results
          .addObject()
          .put("request", request)
          .put("driver", driver)
          .put("pool", c.path("pool").asText())
          .put("device", c.path("device").asText());
    }
    ObjectNode field =
        allocation
            .putObject("nodeSelector")
            .putArray("nodeSelectorTerms")
            .addObject()
            .putArray("matchFields")
            .addObject();
    field.put("key", "metadata.name").put("operator", "In").putArray("values").add(node);
    status
        .putArray("reservedFor")
        .addObject()
        .put("resource", "pods")
        .put("name", pod.name())
        .put("uid", pod.uid());
    server.replace(ApiKind.CLAIMS, claim.path("metadata").path("namespace").asText(), claim);
  }

  private Set<String> taken(String driver) {
    Set<String> taken = new HashSet<>();
    for (ObjectNode claim : server.all(ApiKind.CLAIMS)) {
      for (JsonNode r : claim.at("/status/allocation/devices/results")) {
        if (r.path("driver").asText().equals(driver)) {
          taken.add(r.path("pool").asText() + "/" + r.path("device").asText());
        }
      }
    }
    return taken;
  }

  private List<ObjectNode> current(String driver) {
    Map<String, Long> newest = new HashMap<>();
    List<ObjectNode> slices = new ArrayList<>();
    for (ObjectNode s : server.all(ApiKind.SLICES)) {
      if (s.path("spec").path("driver").asText().equals(driver)) {
        slices.add(s);
        newest.merge(
            s.at("/spec/pool/name").asText(), s.at("/spec/pool/generation").asLong(), Math::max);
      }
    }
    slices.removeIf(s ->
        s.at("/spec/pool/generation").asLong()
            < newest.getOrDefault(s.at("/spec/pool/name").asText(), 0L));
    Map<String, Integer> counts = new HashMap<>();
    slices.forEach(s -> counts.merge(s.at("/spec/pool/name").asText(), 1, Integer::sum));
    slices.removeIf(s ->
        s.at("/spec/pool/resourceSliceCount").asInt()
            != counts.getOrDefault(s.at("/spec/pool/name").asText(), 0));
    return slices;
  }

  private static boolean tainted(JsonNode device) {
    for (JsonNode t : device.path("taints")) {
      if (!t.path("effect").asText().equals("None")) {
        return true;
      }
    }
    return false;
  }
}
