package dev.acceld.fake.contract;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A valid ResourceSlice with one device.
 *
 * @param driver whose
 */
record SliceText(String driver) {
  static final String NODE = "contract-node";

  /** Of that name. */
  ObjectNode named(String name) {
    ObjectNode slice = slice();
    slice.withObject("/metadata").put("name", name);
    return slice;
  }

  /** With a name that the server makes. */
  ObjectNode generated(String prefix) {
    ObjectNode slice = slice();
    slice.withObject("/metadata").put("generateName", prefix);
    return slice;
  }

  /** Its first device. */
  static ObjectNode device(ObjectNode slice) {
    return (ObjectNode) slice.at("/spec/devices/0");
  }

  /** One more device. */
  static ObjectNode more(ObjectNode slice, String name) {
    return ((ArrayNode) slice.at("/spec/devices")).addObject().put("name", name);
  }

  private ObjectNode slice() {
    ObjectNode slice = new ObjectMapper().createObjectNode();
    slice.put("apiVersion", "resource.k8s.io/v1").put("kind", "ResourceSlice");
    ObjectNode spec = slice.withObject("/spec").put("driver", driver).put("nodeName", NODE);
    spec.putObject("pool").put("name", NODE).put("generation", 1).put("resourceSliceCount", 1);
    ObjectNode device = spec.putArray("devices").addObject().put("name", "gpu-0");
    device.putObject("attributes").putObject("model").put("string", "H100");
    device.putObject("capacity").putObject("memory").put("value", "81559Mi");
    return slice;
  }
}
