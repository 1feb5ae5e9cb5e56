package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.tools.Run;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What must work on the oldest Kubernetes that is served, whole or kubelet alone: whole devices by
 * claim. Counters, taints, extended resources and the health of devices are gates that are off
 * there.
 */
abstract class OldestSubset {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void helmTestFindsTheDevicesInsideAPod(Cluster cluster) {
    Run.Result result = Acceld.installed(cluster).test().now();
    assertThat(result.ok()).as(result.out() + result.err()).isTrue();
  }

  @Test
  void devicesAreChosenByCelAndGivenBack(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(Sources.example("two-gpus.yaml"));
    workspace.awaitPhase("two-gpus", "Running", LONG);
    assertThat(workspace.exec("two-gpus", "sh", "-c", "ls /dev | grep -c 'nvidia[0-9]'"))
        .isEqualTo("2\n");
    assertThat(acceld.exec("claims")).contains(workspace.name());
    workspace.deletePod("two-gpus");
    workspace.awaitGone("two-gpus", LONG);
    Await.until(
        "nothing is prepared",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
  }

  @Test
  void aClaimIsShared(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(Sources.example("shared-claim.yaml"));
    for (String pod : List.of("shared-gpu-a", "shared-gpu-b")) {
      workspace.awaitPhase(pod, "Running", LONG);
      assertThat(workspace.exec(pod, "ls", "/dev")).contains("nvidiactl");
    }
  }

  @Test
  void aRestartedKubeletServesAgain(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("before"));
    workspace.awaitPhase("before", "Running", LONG);
    cluster.node().kill("kubelet");
    workspace.apply(ClaimPod.of("after"));
    workspace.awaitPhase("after", "Running", LONG);
    assertThat(workspace.phase("before")).isEqualTo("Running");
  }

  @Test
  void theAgentComplainsOfNothingThatIsAsItShouldBe(Cluster cluster) {
    Acceld acceld = Acceld.installed(cluster);
    assertThat(acceld.devices()).hasSize(8);
    assertThat(acceld.log().lines()).noneMatch(line -> line.contains("ERROR"));
  }
}
