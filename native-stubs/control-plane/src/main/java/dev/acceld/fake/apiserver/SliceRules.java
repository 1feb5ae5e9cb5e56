package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the real API server does to a ResourceSlice that it is given: refuses it for one mistake
 * anywhere in it, writes quantities in its own form, stamps taints, drops what a gate hides.
 */
final class SliceRules {
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Pattern ID = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,31}");
  private static final Pattern SEMVER =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  private SliceRules() {}

  static void apply(ApiKind kind, ObjectNode object, ApiServerFaults faults)
      throws ApiRefusalException {
    if (kind != ApiKind.SLICES) {
      return;
    }
    ObjectNode spec = object.withObject("spec");
    require(!spec.path("driver").asText().isEmpty(), "spec.driver: Required value");
    require(!spec.path("nodeName").asText().isEmpty(), "spec.nodeName: Required value");
    require(
        spec.path("pool").path("resourceSliceCount").asInt() > 0,
        "spec.pool.resourceSliceCount: must be greater than zero");
    counters(spec, faults);
    Set<String> names = new HashSet<>();
    boolean limited = false;
    for (JsonNode d : spec.path("devices")) {
      String name = d.path("name").asText();
      require(LABEL.matcher(name).matches(), "spec.devices[].name: Invalid value: " + name);
      require(names.add(name), "spec.devices[].name: Duplicate value: " + name);
      device((ObjectNode) d, faults);
      limited |= d.has("taints") || d.has("consumesCounters");
    }
    require(names.size() <= (limited ? 64 : 128), "spec.devices: Too many: " + names.size());
  }

  /** The gate DRAPartitionableDevices, and the rules of 1.35 and later. */
  private static void counters(ObjectNode spec, ApiServerFaults faults) throws ApiRefusalException {
    if (faults.areCountersOff()) {
      spec.remove("sharedCounters");
      for (JsonNode d : spec.path("devices")) {
        ((ObjectNode) d).remove("consumesCounters");
      }
    }
    JsonNode sets = spec.path("sharedCounters");
    require(
        sets.isMissingNode() || !spec.has("devices"),
        "spec: exactly one of `devices`, `sharedCounters` is allowed");
    require(sets.size() <= 8, "spec.sharedCounters: Too many: " + sets.size());
    for (JsonNode set : sets) {
      require(LABEL.matcher(set.path("name").asText()).matches(), "sharedCounters[].name");
      amounts(set.path("counters"));
    }
    for (JsonNode d : spec.path("devices")) {
      require(d.path("consumesCounters").size() <= 2, "consumesCounters: Too many");
      for (JsonNode use : d.path("consumesCounters")) {
        require(!use.path("counterSet").asText().isEmpty(), "counterSet: Required value");
        amounts(use.path("counters"));
      }
    }
  }

  private static void amounts(JsonNode counters) throws ApiRefusalException {
    require(!counters.isEmpty() && counters.size() <= 32, "counters: 1 to 32 are allowed");
    for (var e : counters.properties()) {
      require(LABEL.matcher(e.getKey()).matches(), "counters: Invalid value: " + e.getKey());
      quantity((ObjectNode) e.getValue(), "counters[" + e.getKey() + "]");
    }
  }

  private static void quantity(ObjectNode of, String where) throws ApiRefusalException {
    String text = of.path("value").asText();
    var amount = Quantity.parse(text);
    require(amount.isPresent(), where + ".value: no quantity: " + text);
    of.put("value", amount.orElseThrow().canonical());
  }

  private static void device(ObjectNode d, ApiServerFaults faults) throws ApiRefusalException {
    require(
        d.path("attributes").size() + d.path("capacity").size() <= 32,
        "spec.devices[]: at most 32 attributes and capacities");
    for (var e : d.path("attributes").properties()) {
      id(e.getKey());
      JsonNode v = e.getValue();
      require(v.size() == 1, "attributes[" + e.getKey() + "]: exactly one value must be specified");
      require(
          v.path("string").asText().getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= 64,
          "attributes[" + e.getKey() + "].string: Too long");
      require(
          !v.has("version") || SEMVER.matcher(v.path("version").asText()).matches(),
          "attributes[" + e.getKey() + "].version: must be a string compatible with semver.org");
    }
    for (var e : d.path("capacity").properties()) {
      id(e.getKey());
      quantity((ObjectNode) e.getValue(), "capacity[" + e.getKey() + "]");
    }
    if (faults.areTaintsOff()) {
      d.remove("taints");
    }
    require(d.path("taints").size() <= 16, "spec.devices[].taints: Too many");
    for (JsonNode t : d.path("taints")) {
      String effect = t.path("effect").asText();
      boolean known =
          effect.equals("NoSchedule")
              || effect.equals("NoExecute")
              || effect.equals("None") && !faults.isNoneEffectRefused();
      require(known, "taints[].effect: Unsupported value: \"" + effect + "\"");
      if (!t.has("timeAdded")) {
        ((ObjectNode) t).put("timeAdded", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
      }
    }
  }

  private static void id(String qualified) throws ApiRefusalException {
    String id = qualified.substring(qualified.lastIndexOf('/') + 1);
    require(ID.matcher(id).matches(), "spec.devices[]: Invalid name: " + qualified);
  }

  private static void require(boolean ok, String message) throws ApiRefusalException {
    if (!ok) {
      throw new ApiRefusalException(422, "Invalid", "ResourceSlice is invalid: " + message);
    }
  }
}
