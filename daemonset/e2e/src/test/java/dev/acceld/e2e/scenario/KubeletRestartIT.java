package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The kubelet goes and comes back. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class KubeletRestartIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void whatRunsStaysAndWhatComesIsServed(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("before"));
    workspace.awaitPhase("before", "Running", LONG);
    int agentRestarts = restarts(acceld);
    for (int i = 0; i < 3; i++) {
      cluster.node().kill("kubelet");
      workspace.apply(ClaimPod.of("after-" + i));
      workspace.awaitPhase("after-" + i, "Running", LONG);
    }
    assertThat(workspace.exec("before", "ls", "/dev")).contains("nvidiactl");
    assertThat(workspace.pod("before").orElseThrow().getStatus().getContainerStatuses())
        .allMatch(status -> status.getRestartCount() == 0);
    assertThat(restarts(acceld)).isEqualTo(agentRestarts);
    for (String pod : new String[] {"before", "after-0", "after-1", "after-2"}) {
      workspace.deletePod(pod);
      workspace.awaitGone(pod, LONG);
    }
    Await.until(
        "nothing is prepared any more",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
  }

  private static int restarts(Acceld acceld) {
    return acceld.agent().getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
