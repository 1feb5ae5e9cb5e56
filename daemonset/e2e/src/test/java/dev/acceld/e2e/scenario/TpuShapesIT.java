package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scheduler packs blocks of chips and single chips on one host, while the agent dies. */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("main")
class TpuShapesIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  private static final String TEMPLATE =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: %s}
      spec:
        spec:
          devices:
            requests:
              - name: tpu
                exactly:
                  deviceClassName: %s.acceld.dev
                  count: %d
                  selectors: [{cel: {expression: '%s'}}]
      """;

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: %s}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 1
        resourceClaims: [{name: tpus, resourceClaimTemplateName: %s}]
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command: [sh, -c, "trap exit TERM; ls /dev/vfio; env | sort | grep TPU; echo end; sleep 3600 & wait"]
            resources: {claims: [{name: tpus}]}
      """;

  private static String template(String name, String deviceClass, int count, String expression) {
    return TEMPLATE.formatted(name, deviceClass, count, expression);
  }

  @Test
  void aBlockAndFourChipsSideBySideWhileAWholeHostWaits(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    acceld.awaitReady();
    workspace.apply(
        template("block", "tpu-shape", 1, "device.attributes[\"acceld.dev\"].shape == \"2x2\""));
    workspace.apply(template("one", "tpu", 1, "true"));
    workspace.apply(
        template("host", "tpu-shape", 1, "device.attributes[\"acceld.dev\"].wholeHost"));
    Map<String, List<String>> groups = new TreeMap<>();
    List<String> pods = new ArrayList<>();
    start(cluster, workspace, "block", "block", pods);
    for (int i = 0; i < 4; i++) {
      start(cluster, workspace, "one-" + i, "one", pods);
    }
    workspace.apply(POD.formatted("host", "host"));
    for (String pod : pods) {
      workspace.awaitPhase(pod, "Running", LONG);
      groups.put(pod, groups(workspace, pod));
    }
    assertThat(groups.get("block")).hasSize(4);
    assertThat(groups.values().stream().flatMap(List::stream))
        .as("no chip twice, and all of them")
        .hasSize(8)
        .doesNotHaveDuplicates();
    assertThat(workspace.logs("block"))
        .contains("TPU_CHIPS_PER_HOST_BOUNDS=2,2,1", "TPU_ACCELERATOR_TYPE=v5litepod-4");
    assertThat(workspace.logs("one-0")).contains("TPU_CHIPS_PER_HOST_BOUNDS=1,1,1");
    assertThat(workspace.phase("host")).isEqualTo("Pending");

    for (String pod : pods) {
      workspace.deletePod(pod);
      cluster.node().killProcesses("/opt/acceld/");
    }
    workspace.awaitPhase("host", "Running", LONG);
    assertThat(groups(workspace, "host")).hasSize(8).doesNotHaveDuplicates();
    assertThat(workspace.logs("host"))
        .contains("TPU_CHIPS_PER_HOST_BOUNDS=2,4,1", "TPU_ACCELERATOR_TYPE=v5litepod-8");
    workspace.deletePod("host");
    Await.until(
        "no records and no CDI files",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
  }

  private static void start(
      Cluster cluster, Workspace workspace, String pod, String template, List<String> pods) {
    workspace.apply(POD.formatted(pod, template));
    cluster.node().killProcesses("/opt/acceld/");
    pods.add(pod);
  }

  private static List<String> groups(Workspace workspace, String pod) {
    Await.until("the log of " + pod, LONG, () -> workspace.logs(pod).contains("end"));
    return workspace.logs(pod).lines().filter(line -> line.matches("\\d+")).toList();
  }

  /** First fit knows no neighbors: what it picked is refused, and the message says what to ask. */
  @Test
  void singleChipsThatAreNoBlockAreRefusedByName(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v6ex8"));
    acceld.awaitReady();
    workspace.apply(template("four", "tpu", 4, "true"));
    workspace.apply(POD.formatted("four", "four"));
    Await.until(
        "the kubelet's event",
        LONG,
        () ->
            workspace.warnings().stream()
                .anyMatch(w -> w.contains("2x2 of a v6e host with 2x4 is not known to work")));
    assertThat(workspace.phase("four")).isEqualTo("Pending");
    assertThat(acceld.footprint().holdsNothing()).isTrue();
  }
}
