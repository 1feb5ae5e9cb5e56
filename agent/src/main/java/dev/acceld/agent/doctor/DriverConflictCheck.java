package dev.acceld.agent.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.kubernetes.DriverConflicts;
import dev.acceld.device.PciAddress;
import dev.acceld.dra.cluster.ClusterRequests.Answer;
import dev.acceld.dra.cluster.OtherDrivers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether another DRA driver publishes the same devices. */
final class DriverConflictCheck implements Check {
  private final ClusterAccess cluster;
  private final String node;
  private final String driver;
  private final Hardware hardware;

  DriverConflictCheck(ClusterAccess cluster, String node, String driver, Hardware hardware) {
    this.cluster = cluster;
    this.node = node;
    this.driver = driver;
    this.hardware = hardware;
  }

  @Override
  public String name() {
    return "other DRA drivers";
  }

  @Override
  public List<Finding> look() throws ClusterAccess.CannotAskException {
    Answer answer =
        cluster.ask(
            "GET",
            "/apis/resource.k8s.io/v1/resourceslices?fieldSelector="
                + URLEncoder.encode("spec.nodeName=" + node, StandardCharsets.UTF_8),
            null);
    if (answer.status() != 200 || !answer.body().path("items").isArray()) {
      return List.of(
          Finding.skipped(
              name(),
              "the slices of " + node + " cannot be listed: " + ClusterAccess.describe(answer)));
    }
    return List.of(judge(answer.body().path("items")));
  }

  private Finding judge(JsonNode slices) {
    Set<String> known = new HashSet<>();
    hardware.addresses().forEach((PciAddress a) -> known.add(a.toString()));
    Map<String, Set<String>> sharing = new TreeMap<>();
    Set<String> likely = new TreeSet<>();
    Set<String> vendorsOwn = new HashSet<>();
    // In case their slices name devices in a way that is not known here.
    hardware.present().forEach(module -> vendorsOwn.addAll(module.otherOffers().draDrivers()));
    for (JsonNode slice : slices) {
      OtherDrivers.sharing(slice, driver, known, sharing);
      String other = slice.at("/spec/driver").asText();
      if (!other.equals(driver)
          && vendorsOwn.contains(other)
          && !slice.at("/spec/devices").isEmpty()) {
        likely.add(other);
      }
    }
    if (!sharing.isEmpty()) {
      return Finding.fail(name(), DriverConflicts.what(sharing), DriverConflicts.REMEDY);
    }
    return likely.isEmpty()
        ? Finding.ok(name(), "none publishes the devices of this node")
        : Finding.warn(
            name(),
            "driver "
                + String.join(", ", likely)
                + " publishes devices on this node; its attributes do not show whether they are"
                + " the same",
            DriverConflicts.REMEDY);
  }
}
