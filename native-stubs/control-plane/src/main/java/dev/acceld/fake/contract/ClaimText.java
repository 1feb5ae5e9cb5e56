package dev.acceld.fake.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A valid ResourceClaim for one device.
 *
 * @param driver whose device it gets
 */
record ClaimText(String driver) {

  /** Of that name, with nothing allocated. */
  ObjectNode named(String name) {
    ObjectNode claim = new ObjectMapper().createObjectNode();
    claim.put("apiVersion", "resource.k8s.io/v1").put("kind", "ResourceClaim");
    claim.putObject("metadata").put("name", name).put("namespace", "default");
    claim
        .withObject("/spec/devices")
        .putArray("requests")
        .addObject()
        .put("name", "r")
        .putObject("exactly")
        .put("deviceClassName", "contract.acceld.dev");
    return claim;
  }

  /** The same claim with a device. */
  ObjectNode allocated(ObjectNode claim) {
    claim
        .withObject("/status/allocation/devices")
        .putArray("results")
        .addObject()
        .put("request", "r")
        .put("driver", driver)
        .put("pool", SliceText.NODE)
        .put("device", "gpu-0");
    return claim;
  }
}
