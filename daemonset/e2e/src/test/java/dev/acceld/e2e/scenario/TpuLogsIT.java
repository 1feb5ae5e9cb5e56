package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a program without rights writes as libtpu does is on the host, as long as it is told to. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class TpuLogsIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final String DIRECTORY = "/var/log/acceld-tpu";
  private static final Map<String, String> KEPT =
      Map.of("simulate.machine", "tpu-v5ex8", "tpu.logDir", DIRECTORY, "tpu.logKeep", "1");

  /** Writes into a directory that only its own user may enter. */
  private static final String POD =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaim
      metadata: {name: NAME}
      spec:
        devices:
          requests: [{name: tpu, exactly: {deviceClassName: tpu.acceld.dev}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: NAME}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 1
        securityContext: {runAsUser: 1000, runAsGroup: 1000}
        resourceClaims: [{name: tpu, resourceClaimName: NAME}]
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command:
              - sh
              - -c
              - mkdir -m 700 /tmp/tpu_logs/run && echo of NAME > /tmp/tpu_logs/run/tpu_driver.INFO && sleep 3600
            resources: {claims: [{name: tpu}]}
      """;

  @Test
  void theLogsOfAClaimOutliveItWhenTold(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, KEPT);
    Node node = cluster.node();
    for (String name : List.of("first", "second")) {
      workspace.apply(POD.replace("NAME", name));
      workspace.awaitPhase(name, "Running", LONG);
      String here = workspace.name() + "_" + name + "." + uid(workspace, name);
      Await.until(
          "the log of " + name,
          LONG,
          () -> node.files(DIRECTORY).contains(here + "/run/tpu_driver.INFO"),
          () -> node.files(DIRECTORY) + workspace.describe());
      assertThat(node.exec("cat", DIRECTORY + "/" + here + "/run/tpu_driver.INFO"))
          .isEqualTo("of " + name + "\n");
      cluster.node().killProcesses("/opt/acceld/");
      acceld.awaitReady();
      workspace.deletePod(name);
      workspace.awaitGone(name, LONG);
      Await.until(
          "only the log of " + name,
          LONG,
          () -> {
            List<String> files = node.files(DIRECTORY);
            return files.size() == 1
                && files.getFirst().startsWith("kept/")
                && files.getFirst().endsWith(here + "/run/tpu_driver.INFO");
          },
          () -> node.files(DIRECTORY).toString());
    }
    acceld.upgrade(Map.of("simulate.machine", "tpu-v5ex8", "tpu.logDir", DIRECTORY));
    Await.until(
        "no log any more",
        LONG.multipliedBy(2),
        () -> node.files(DIRECTORY).isEmpty(),
        () -> node.files(DIRECTORY) + acceld.log());
    assertThat(acceld.exec("devices")).doesNotContain("claim-logs");
  }

  private static String uid(Workspace workspace, String claim) {
    return Allocations.claimNamed(workspace, claim).getMetadata().getUid();
  }
}
