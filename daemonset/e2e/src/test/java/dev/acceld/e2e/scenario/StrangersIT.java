package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Somebody else removes or changes what belongs to the agent. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class StrangersIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String CDI_DIR = "/var/run/cdi";

  @Test
  void aContainerRestartsAlthoughItsCdiFileWasRemoved(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("steady").replace("restartPolicy: Never", "restartPolicy: Always"));
    workspace.awaitPhase("steady", "Running", LONG);
    List<String> files = acceld.footprint().cdi();
    assertThat(files).hasSize(1);

    cluster.node().exec("rm", CDI_DIR + "/" + files.getFirst());
    assertThat(cluster.node().killProcesses("sleep 3600")).isTrue();

    Await.until(
        "the container runs again",
        LONG,
        () ->
            workspace.pod("steady").orElseThrow().getStatus().getContainerStatuses().stream()
                .anyMatch(s -> s.getState().getRunning() != null && s.getRestartCount() > 0),
        workspace::describe);
    assertThat(acceld.footprint().cdi()).isEqualTo(files);
    assertThat(workspace.exec("steady", "ls", "/dev")).contains("nvidiactl");
    assertThat(workspace.warnings()).noneMatch(warning -> warning.contains("CDI"));
  }

  @Test
  void whatIsChangedInASliceIsPutRight(Cluster cluster) {
    Acceld acceld = Acceld.installed(cluster);
    ResourceSlice before = acceld.slices().getFirst();
    String name = before.getMetadata().getName();

    cluster
        .client()
        .resources(ResourceSlice.class)
        .withName(name)
        .edit(slice -> {
          slice.getMetadata().setOwnerReferences(List.of());
          slice.getSpec().getDevices().forEach(d -> d.setAllowMultipleAllocations(true));
          return slice;
        });

    Await.until(
        "the slice is as the agent published it",
        LONG,
        () -> {
          List<ResourceSlice> now = acceld.slices();
          return now.size() == 1
              && !now.getFirst().getMetadata().getOwnerReferences().isEmpty()
              && now.getFirst().getSpec().getDevices().equals(before.getSpec().getDevices());
        },
        () -> acceld.slices().toString());
  }

  @Test
  void aSecondDriverCannotUseTheStateDirectory(Cluster cluster) {
    Acceld acceld = Acceld.installed(cluster);
    String stateDir = cluster.node().kubeletDir() + "/plugins/" + Acceld.DRIVER + "/state";

    String said =
        acceld.fails(
            "run",
            "--driver-name=other.example.com",
            "--node-name=node-1",
            "--state-dir=" + stateDir);

    assertThat(said).contains("other.example.com", Acceld.DRIVER, "--state-dir");
    assertThat(said.lines().filter(line -> !line.isBlank())).hasSizeLessThanOrEqualTo(2);
    assertThat(acceld.devices()).hasSize(8);
    acceld.awaitReady();
  }

  /** The kubelet lost its checkpoint, and with it the duty to give the device back. */
  @Test
  void theDeviceOfAClaimThatIsGoneServesTheNextPodInItsOwnCall(
      Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "h100x1"));
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("old"));
    workspace.awaitPhase("old", "Running", LONG);

    cluster.node().stop("kubelet");
    try {
      cluster.node().exec("rm", cluster.node().kubeletDir() + "/dra_manager_state");
      cluster
          .client()
          .pods()
          .inNamespace(workspace.name())
          .withName("old")
          .withGracePeriod(0)
          .delete();
      var claims = cluster.client().resources(ResourceClaim.class).inNamespace(workspace.name());
      Await.until(
          "the claim is gone",
          LONG,
          () -> {
            List<ResourceClaim> left = claims.list().getItems();
            for (ResourceClaim claim :
                left) { // the controller may be quicker: then it is not found
              claims
                  .withName(claim.getMetadata().getName())
                  .edit(c -> {
                    c.getMetadata().setFinalizers(List.of());
                    return c;
                  });
              claims.withName(claim.getMetadata().getName()).delete();
            }
            return left.isEmpty();
          });
      assertThat(acceld.footprint().records()).hasSize(1);
      workspace.apply(ClaimPod.of("new"));
    } finally {
      cluster.node().start("kubelet"); // other tests share the cluster
    }

    workspace.awaitPhase("new", "Running", LONG);
    assertThat(workspace.warnings())
        .noneMatch(warning -> warning.startsWith("new FailedPrepareDynamicResources"));
    assertThat(acceld.footprint().records()).hasSize(1);
    workspace.deletePod("new");
    workspace.awaitGone("new", LONG);
    Await.until(
        "nothing is prepared",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
  }
}
