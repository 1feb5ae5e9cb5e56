package dev.acceld.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import java.util.List;
import java.util.Map;

/** Claims for devices that a test chooses, as the scheduler leaves them. */
final class AllocatedClaim {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AllocatedClaim() {}

  /** The UID by which a claim is reserved for a pod. */
  static String uidOf(String pod) {
    return "uid-of-" + pod;
  }

  /**
   * A claim that a pod of that name uses.
   *
   * @param requests the devices of each request
   */
  static ClaimId of(AgentStage stage, String name, String pod, Map<String, List<String>> requests) {
    return of(stage, name, pod, uidOf(pod), requests);
  }

  /** The same for a pod of that UID. */
  static ClaimId of(
      AgentStage stage,
      String name,
      String pod,
      String podUid,
      Map<String, List<String>> requests) {
    ObjectNode claim = JSON.createObjectNode();
    claim.putObject("metadata").put("name", name).put("namespace", "default");
    ObjectNode status = claim.putObject("status");
    ArrayNode results = status.putObject("allocation").putObject("devices").putArray("results");
    requests.forEach((request, devices) ->
        devices.forEach(device ->
            results
                .addObject()
                .put("request", request)
                .put("driver", AgentStage.DRIVER)
                .put("pool", AgentStage.NODE)
                .put("device", device)));
    status
        .putArray("reservedFor")
        .addObject()
        .put("resource", "pods")
        .put("name", pod)
        .put("uid", podUid);
    ObjectNode stored = stage.api.create(ApiKind.CLAIMS, "default", claim);
    return new ClaimId("default", name, stored.at("/metadata/uid").asText());
  }
}
