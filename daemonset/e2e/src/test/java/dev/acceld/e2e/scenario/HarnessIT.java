package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the other tests do to a cluster of ours really happens. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class HarnessIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String SLEEPER =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: sleeper}
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command: [sleep, "3600"]
      """;

  @Test
  void aKilledKubeletComesBackAndPodsStayAlive(Cluster cluster, Workspace workspace) {
    workspace.apply(SLEEPER);
    workspace.awaitReady("sleeper", SOON);
    String before = kubelet(cluster.node());
    cluster.node().kill("kubelet");
    Await.until("another kubelet", SOON, () -> !kubelet(cluster.node()).equals(before));
    workspace.apply(SLEEPER.replace("sleeper", "second"));
    workspace.awaitReady("second", SOON);
    assertThat(workspace.pod("sleeper").orElseThrow().getStatus().getContainerStatuses())
        .allMatch(status -> status.getRestartCount() == 0);
  }

  private static String kubelet(Node node) {
    return node.command("pgrep", "-x", "kubelet").now().out().strip();
  }

  @Test
  void aStoppedApiServerIsAwayUntilItIsStarted(Cluster cluster) {
    Node node = cluster.node();
    node.stop("apiserver");
    String probe = "curl -sk -m 2 https://10.77.0.2/readyz";
    Await.until("no API server", SOON, () -> !node.command("sh", "-c", probe).now().ok());
    node.start("apiserver");
    Await.until(
        "the API server",
        SOON,
        () -> cluster.client().namespaces().withName("default").get() != null);
  }

  @Test
  void aRebootEndsEveryProcessAndKeepsTheDisk(Cluster cluster, Workspace workspace) {
    workspace.apply(SLEEPER);
    workspace.awaitReady("sleeper", SOON);
    Node before = cluster.node();
    String boot = before.exec("cat", "/proc/sys/kernel/random/boot_id");
    before.exec("sh", "-c", "echo kept > /var/lib/kept; echo lost > /run/cdi/lost");
    cluster.machinery().reboot();
    Node after = cluster.node();
    assertThat(after.exec("cat", "/proc/sys/kernel/random/boot_id")).isNotEqualTo(boot);
    assertThat(after.exec("cat", "/var/lib/kept")).isEqualTo("kept\n");
    assertThat(after.files("/run/cdi")).isEmpty();
    Await.until(
        "the container started again",
        SOON,
        () ->
            workspace.pod("sleeper").orElseThrow().getStatus().getContainerStatuses().stream()
                .anyMatch(status -> status.getRestartCount() == 1 && status.getReady()),
        workspace::describe);
  }

  @Test
  void theAuditLogAndThePodsMemoryCanBeRead(Cluster cluster, Workspace workspace) {
    workspace.apply(SLEEPER);
    workspace.awaitReady("sleeper", SOON);
    String uid = workspace.pod("sleeper").orElseThrow().getMetadata().getUid();
    assertThat(cluster.node().memoryOf(uid)).isBetween(1L, 50L << 20);
    assertThat(cluster.node().audit().requests())
        .anyMatch(request ->
            request.user().equals("admin")
                && request.resource().equals("pods")
                && request.name().equals("sleeper")
                && List.of("patch", "create").contains(request.verb()));
  }
}
