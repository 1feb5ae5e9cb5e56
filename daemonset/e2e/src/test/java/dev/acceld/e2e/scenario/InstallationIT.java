package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.tools.Run;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** `helm install`, and what the operator looks at next. */
@RealCluster
@Tag("main")
class InstallationIT {
  @Test
  void helmTestFindsTheDevicesInsideAPod(Cluster cluster) {
    Acceld acceld = Acceld.installed(cluster);
    Run.Result result = acceld.test().now();
    assertThat(result.ok()).as(result.out() + result.err()).isTrue();
  }

  @Test
  void everyDeviceOfTheMachineIsOnOffer(Cluster cluster) {
    Acceld acceld = Acceld.installed(cluster);
    assertThat(acceld.devices()).hasSize(8).allMatch(name -> name.startsWith("gpu-"));
    assertThat(acceld.exec("devices").lines().skip(1)).hasSize(8);
  }

  @Test
  void theAgentRunsWithoutAnyPrivilege(Cluster cluster) {
    Pod agent = Acceld.installed(cluster).agent();
    var security = agent.getSpec().getContainers().getFirst().getSecurityContext();
    assertThat(security.getPrivileged()).isNotEqualTo(true);
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(agent.getSpec().getHostNetwork()).isNotEqualTo(true);
  }

  @Test
  @OwnClusterOnly
  void helmTestSaysWhatToDoWhenTheRuntimeLeavesTheDevicesOut(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    // What containerd 1.7 does by default.
    containerd(cluster, "s/^  disable_apparmor/  enable_cdi = false\\n  disable_apparmor/");
    try {
      Run.Result result = acceld.test().now();
      assertThat(result.ok()).as(result.out()).isFalse();
      assertThat(acceld.testLog()).contains("CDI is disabled", "enable_cdi = true");
    } finally {
      containerd(cluster, "/enable_cdi/d");
    }
    Run.Result again = acceld.test().now();
    assertThat(again.ok()).as(again.out() + again.err()).isTrue();
  }

  /** Changes containerd's configuration and has it read. */
  private static void containerd(Cluster cluster, String edit) {
    cluster.node().exec("sed", "-i", edit, "/e2e/run/containerd.toml");
    cluster.node().kill("containerd");
    Await.pause(Duration.ofSeconds(2));
    Await.until(
        "containerd answers",
        Duration.ofMinutes(1),
        () -> cluster.node().command("ctr", "version").now().ok());
    Acceld.installed(cluster);
  }
}
