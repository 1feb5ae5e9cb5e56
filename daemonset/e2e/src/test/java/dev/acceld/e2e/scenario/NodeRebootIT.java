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

/** The power fails: every process is gone, and so are the CDI files. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class NodeRebootIT {
  private static final Duration LONG = Duration.ofMinutes(5);

  @Test
  void podsThatHeldADeviceComeBackWithIt(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String steady = ClaimPod.of("steady").replace("restartPolicy: Never", "restartPolicy: Always");
    workspace.apply(steady);
    workspace.awaitPhase("steady", "Running", LONG);
    Await.until("its log", LONG, () -> workspace.logs("steady").contains("ACCELD_DEVICE_"));
    String device = workspace.logs("steady");
    acceld.exec("simulate", "reboot");
    cluster.machinery().reboot();
    acceld.awaitReady();
    Await.until(
        "the pod's container started again",
        LONG,
        () ->
            workspace.pod("steady").orElseThrow().getStatus().getContainerStatuses().stream()
                .anyMatch(status -> status.getReady() && status.getRestartCount() > 0),
        () -> workspace.describe() + acceld.log());
    assertThat(workspace.exec("steady", "ls", "/dev")).contains("nvidiactl");
    Await.until("its log", LONG, () -> workspace.logs("steady").contains("ACCELD_DEVICE_"));
    assertThat(workspace.logs("steady")).isEqualTo(device);
    assertThat(acceld.footprint().cdi()).hasSize(1);
    assertThat(acceld.devices()).hasSize(8);
    workspace.deletePod("steady");
    workspace.awaitGone("steady", LONG);
    Await.until(
        "nothing is prepared",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
  }
}
