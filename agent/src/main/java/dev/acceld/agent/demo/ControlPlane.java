package dev.acceld.agent.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.standin.ApiKind;
import dev.acceld.dra.standin.StandinApiServer;
import dev.acceld.dra.standin.StandinKubelet;
import dev.acceld.dra.standin.StandinKubeletHooks;
import dev.acceld.dra.standin.StandinKubeletOptions;
import dev.acceld.dra.standin.StandinScheduler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A cluster of one node, in this process: API server, scheduler and kubelet stand-ins. */
final class ControlPlane implements AutoCloseable {
  static final String DRIVER = "acceld.dev";
  static final String NAMESPACE = "default";

  private final String node;
  private final StandinApiServer api;
  private final StandinScheduler scheduler;
  private final StandinKubelet kubelet;
  private final Path kubeconfig;

  ControlPlane(Path dir, String node) throws IOException {
    this.node = node;
    api = StandinApiServer.start();
    api.addNode(node);
    scheduler = new StandinScheduler(api);
    kubeconfig = api.writeKubeconfig(dir.resolve("kubeconfig"));
    Path kubeletDir = Files.createDirectories(dir.resolve("kubelet"));
    kubelet =
        new StandinKubelet(
            kubeletDir,
            StandinKubeletOptions.likeReal(),
            new StandinKubeletHooks() {
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

  StandinApiServer api() {
    return api;
  }

  StandinKubelet kubelet() {
    return kubelet;
  }

  /** The slices as the API server holds them. */
  List<ObjectNode> slices() {
    return api.all(ApiKind.SLICES);
  }

  /** A pod with a claim of its own for that many devices of a type, scheduled to the node. */
  ScheduledPod schedule(String pod, String type, int count) {
    String claim = pod + "-devices";
    String claimUid = api.addClaim(NAMESPACE, claim, Map.of());
    String podUid = api.addPod(NAMESPACE, pod, node, claim);
    PodRef ref = new PodRef(NAMESPACE, pod, podUid);
    List<String> devices =
        scheduler.allocate(
            NAMESPACE,
            claim,
            DRIVER,
            count,
            d -> d.at("/attributes/type/string").asText().equals(type),
            ref);
    return new ScheduledPod(ref, new ClaimRef(NAMESPACE, claim, claimUid), devices);
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
  record ScheduledPod(PodRef pod, ClaimRef claim, List<String> devices) {}
}
