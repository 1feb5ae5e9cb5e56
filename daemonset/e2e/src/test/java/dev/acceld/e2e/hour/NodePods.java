package dev.acceld.e2e.hour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Starts and ends the pods of a node, as scheduler, kubelet and container runtime do. One thread.
 */
final class NodePods {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final FleetNode node;
  private final FakeScheduler scheduler;
  private final Map<String, HourPod> running = new HashMap<>();

  NodePods(FleetNode node) {
    this.node = node;
    this.scheduler = new FakeScheduler(node.api());
  }

  /** A pod that gets these devices, by the machine's names. */
  HourPod start(String namespace, String name, String address, String... devices)
      throws InterruptedException {
    Set<String> names = Arrays.stream(devices).map(node::published).collect(Collectors.toSet());
    return start(
        namespace, name, address, names.size(), d -> names.contains(d.path("name").asText()));
  }

  /** A pod that gets that many of the devices that are wanted. */
  HourPod start(
      String namespace, String name, String address, int count, Predicate<JsonNode> wanted)
      throws InterruptedException {
    HourPod pod = schedule(namespace, name, count, wanted);
    Instant scheduled = Instant.now();
    PrepareAnswer answer =
        node.kubelet()
            .startPod(FleetNode.DRIVER, pod.id(), List.of(pod.claim()))
            .get(pod.claim().uid());
    if (answer == null || !answer.error().isEmpty()) {
      throw new IllegalStateException(name + ": " + (answer == null ? "?" : answer.error()));
    }
    runs(pod, scheduled, address);
    running.put(name, pod);
    return pod;
  }

  /** A pod whose claim is deleted before the kubelet asks for it: the prepare fails. */
  void startTooLate(String namespace, String name) throws InterruptedException {
    HourPod pod = schedule(namespace, name, 1, device -> true);
    node.api().delete(ApiKind.CLAIMS, namespace, pod.claim().name());
    PrepareAnswer answer =
        node.kubelet().prepare(FleetNode.DRIVER, List.of(pod.claim())).get(pod.claim().uid());
    if (answer == null || answer.error().isEmpty()) {
      throw new IllegalStateException(name + " was prepared");
    }
    node.api().delete(ApiKind.PODS, namespace, name);
  }

  /** The pod ends, and its claim with it. */
  void end(String name) {
    HourPod pod = running.remove(name);
    if (pod == null) {
      throw new IllegalStateException("no pod " + name + " runs on " + node.name());
    }
    Map<String, String> errors = node.kubelet().stopPod(FleetNode.DRIVER, pod.id());
    if (!errors.values().stream().allMatch(String::isEmpty)) {
      throw new IllegalStateException(name + ": " + errors);
    }
    scheduler.free(pod.id().namespace(), pod.claim().name());
    node.api().delete(ApiKind.PODS, pod.id().namespace(), name);
    node.api().delete(ApiKind.CLAIMS, pod.id().namespace(), pod.claim().name());
  }

  /** Devices that are not free yet are waited for. */
  private HourPod schedule(String namespace, String name, int count, Predicate<JsonNode> wanted)
      throws InterruptedException {
    String claim = name + "-devices";
    ClaimId claimId =
        new ClaimId(namespace, claim, node.api().addClaim(namespace, claim, Map.of()));
    PodId pod = new PodId(namespace, name, node.api().addPod(namespace, name, node.name(), claim));
    Instant end = Instant.now().plus(PATIENCE);
    List<String> devices =
        scheduler.allocate(namespace, claim, FleetNode.DRIVER, count, wanted, pod);
    while (devices.size() != count && Instant.now().isBefore(end)) {
      Thread.sleep(1000);
      devices = scheduler.allocate(namespace, claim, FleetNode.DRIVER, count, wanted, pod);
    }
    if (devices.size() != count) {
      throw new IllegalStateException(name + ": no " + count + " devices are free: " + devices);
    }
    return new HourPod(pod, claimId, devices);
  }

  private void runs(HourPod pod, Instant scheduled, String address) {
    ObjectNode object =
        node.api().find(ApiKind.PODS, pod.id().namespace(), pod.id().name()).orElseThrow();
    ObjectNode status = object.withObject("status");
    status.put("phase", "Running").put("podIP", address);
    status.withArray("podIPs").addObject().put("ip", address);
    status
        .withArray("conditions")
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", seconds(scheduled.minusSeconds(2)));
    status
        .withArray("containerStatuses")
        .addObject()
        .put("name", "main")
        .withObject("state")
        .withObject("running")
        .put("startedAt", seconds(Instant.now().plusSeconds(3)));
    node.api().replace(ApiKind.PODS, pod.id().namespace(), object);
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
