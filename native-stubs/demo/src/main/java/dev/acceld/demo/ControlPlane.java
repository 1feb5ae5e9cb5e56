package dev.acceld.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import dev.acceld.fake.apiserver.FakeScheduler;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A cluster of one node, in this process: API server, scheduler and fake kubelets. */
final class ControlPlane implements AutoCloseable {
  static final String DRIVER = "acceld.dev";
  static final String NAMESPACE = "default";

  private final String node;
  private final FakeApiServer api;
  private final FakeScheduler scheduler;
  private final FakeKubelet kubelet;
  private final Path kubeconfig;

  ControlPlane(Path dir, String node) throws IOException {
    this.node = node;
    api = FakeApiServer.start();
    api.addNode(node);
    scheduler = new FakeScheduler(api);
    kubeconfig = api.writeKubeconfig(dir.resolve("kubeconfig"));
    Path kubeletDir = Files.createDirectories(dir.resolve("kubelet"));
    kubelet =
        new FakeKubelet(
            kubeletDir,
            KubeletOptions.likeReal(),
            new KubeletHooks() {
              @Override
              public void started() {
                api.wipeSlices(DRIVER, node);
              }

              @Override
              public void driverGone(String driver) {
                api.wipeSlices(driver, node);
              }
            });
    kubelet.start();
  }

  Path kubeconfig() {
    return kubeconfig;
  }

  FakeApiServer api() {
    return api;
  }

  FakeKubelet kubelet() {
    return kubelet;
  }

  /** The slices as the API server holds them. */
  List<ObjectNode> slices() {
    return api.all(ApiKind.SLICES);
  }

  /** Whether there are as many as the pool says it has; a scheduler waits for that. */
  boolean complete() {
    List<ObjectNode> now = slices();
    return !now.isEmpty()
        && now.stream()
            .allMatch(slice -> slice.at("/spec/pool/resourceSliceCount").asInt() == now.size());
  }

  /** A pod with a claim of its own for that many devices of a type, scheduled to the node. */
  ScheduledPod schedule(String pod, String type, int count) {
    String claim = pod + "-devices";
    String claimUid = api.addClaim(NAMESPACE, claim, Map.of());
    String podUid = api.addPod(NAMESPACE, pod, node, claim);
    PodId ref = new PodId(NAMESPACE, pod, podUid);
    List<String> devices =
        scheduler.allocate(
            NAMESPACE,
            claim,
            DRIVER,
            count,
            d -> d.at("/attributes/type/string").asText().equals(type),
            ref);
    return new ScheduledPod(ref, new ClaimId(NAMESPACE, claim, claimUid), devices);
  }

  /** The pod and its claim are gone from the API server. */
  void forget(ScheduledPod pod) {
    scheduler.free(NAMESPACE, pod.claim().name());
    api.delete(ApiKind.PODS, NAMESPACE, pod.pod().name());
    api.delete(ApiKind.CLAIMS, NAMESPACE, pod.claim().name());
  }

  @Override
  public void close() {
    kubelet.close();
    api.close();
  }

  /**
   * A pod that the scheduler looked at.
   *
   * @param pod which
   * @param claim its claim
   * @param devices what the claim was given; empty when there was not enough
   */
  record ScheduledPod(PodId pod, ClaimId claim, List<String> devices) {}
}
