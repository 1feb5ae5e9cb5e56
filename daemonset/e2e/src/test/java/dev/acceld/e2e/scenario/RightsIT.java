package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.AuditLog.Request;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the agent asked of the API server, by the server's own record, against what the chart
 * grants: all requests of all tests that this cluster has seen so far, and those that this one
 * provokes.
 */
@RealCluster
@OwnClusterOnly
@Tag("main")
class RightsIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void asksForNothingThatIsNotGrantedAndNeedsAllThatIs(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    provokeDelete(cluster, acceld);
    provokeUpdate(cluster, acceld);
    provokeLookingForPods(cluster, acceld, workspace);

    List<Request> requests =
        cluster.node().audit().requests().stream()
            .filter(request -> request.user().equals(Acceld.USER))
            .toList();
    assertThat(requests).isNotEmpty();
    Set<String> granted = granted(cluster);
    Set<String> asked =
        requests.stream().map(RightsIT::right).collect(Collectors.toCollection(TreeSet::new));
    assertThat(asked).as("asked for, not granted").isSubsetOf(granted);
    assertThat(granted).as("granted, never asked for").isSubsetOf(asked);
    assertThat(requests)
        .as("refused by RBAC")
        .noneMatch(request -> request.code() == 403 && !forged(request));
  }

  /** Those of {@code AdmissionIT} come with the client of these tests, not with the agent's. */
  private static boolean forged(Request request) {
    return request.agent().startsWith("fabric8");
  }

  private static String right(Request request) {
    return request.group() + "/" + request.resource() + " " + request.verb();
  }

  private static Set<String> granted(Cluster cluster) {
    return cluster
        .client()
        .resources(ClusterRole.class)
        .withName(Acceld.RELEASE)
        .get()
        .getRules()
        .stream()
        .flatMap(rule ->
            rule.getApiGroups().stream()
                .flatMap(group ->
                    rule.getResources().stream()
                        .flatMap(resource ->
                            rule.getVerbs().stream()
                                .map(verb -> group + "/" + resource + " " + verb))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A slice in its pool that it did not make. */
  private static void provokeDelete(Cluster cluster, Acceld acceld) {
    ResourceSlice own = acceld.slices().getFirst();
    ResourceSlice stale =
        new ResourceSliceBuilder(own).withNewMetadata().withName("stale").endMetadata().build();
    cluster.client().resource(stale).create();
    Await.until(
        "the slice that nobody needs is gone",
        LONG,
        () -> cluster.client().resources(ResourceSlice.class).withName("stale").get() == null);
  }

  /** A device that falls ill and is well again, and then once more: an Event and its series. */
  private static void provokeUpdate(Cluster cluster, Acceld acceld) {
    for (int i = 1; i <= 2; i++) {
      int count = i;
      acceld.exec("simulate", "xid", "gpu-0", "79");
      Await.until("a taint", LONG, () -> tainted(acceld));
      Await.until("an Event of the fault", LONG, () -> told(cluster, "Unhealthy") >= count);
      acceld.exec("simulate", "restore", "gpu-0");
      Await.until("no taint", LONG, () -> !tainted(acceld));
      Await.until("an Event of its end", LONG, () -> told(cluster, "Recovered") >= count);
    }
  }

  /** How often the Node was told so. */
  private static int told(Cluster cluster, String what) {
    return cluster.client().resources(Event.class).inNamespace("default").list().getItems().stream()
        .filter(event -> event.getReason().equals("Accelerator" + what))
        .mapToInt(event -> event.getSeries() == null ? 1 : event.getSeries().getCount())
        .sum();
  }

  private static boolean tainted(Acceld acceld) {
    return acceld.slices().stream()
        .flatMap(slice -> slice.getSpec().getDevices().stream())
        .anyMatch(device -> device.getTaints() != null && !device.getTaints().isEmpty());
  }

  /**
   * A claim that is gone while its pod is not, and of which the kubelet tells nothing, because no
   * container names it: then, and only then, the agent asks for the pod, at its next start or
   * within minutes.
   */
  private static void provokeLookingForPods(Cluster cluster, Acceld acceld, Workspace workspace) {
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("quiet").replace("resources: {claims: [{name: gpu}]}", ""));
    workspace.awaitPhase("quiet", "Running", LONG);
    var claims = cluster.client().resources(ResourceClaim.class).inNamespace(workspace.name());
    ResourceClaim claim = claims.list().getItems().getFirst();
    claims.resource(claim).delete();
    claims
        .withName(claim.getMetadata().getName())
        .edit(found -> {
          found.getMetadata().setFinalizers(List.of());
          return found;
        });
    cluster.node().killProcesses("/opt/acceld/");
    Await.until(
        "the agent asks for the pod",
        LONG,
        () ->
            cluster.node().audit().requests().stream()
                .anyMatch(request ->
                    request.user().equals(Acceld.USER)
                        && request.resource().equals("pods")
                        && request.name().equals("quiet")));
    acceld.awaitReady();
    workspace.deletePod("quiet");
    workspace.awaitGone("quiet", LONG);
  }
}
