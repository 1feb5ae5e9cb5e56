package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a container is told of its chips is true for the chips that it has. */
@RealCluster
@Tag("main")
class TpuClaimsIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  private static final String NEAR_AND_FAR =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: near-and-far}
      spec:
        spec:
          devices:
            requests:
              - name: near
                exactly: {deviceClassName: tpu.acceld.dev, count: 4}
              - name: far
                exactly: {deviceClassName: tpu.acceld.dev, count: 4}
            constraints:
              - {requests: [near], matchAttribute: resource.kubernetes.io/numaNode}
              - {requests: [far], matchAttribute: resource.kubernetes.io/numaNode}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: whole}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 1
        resourceClaims: [{name: tpus, resourceClaimTemplateName: near-and-far}]
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command: [sh, -c, "ls /dev/vfio; env | sort | grep TPU; echo end; sleep 3600"]
            resources: {claims: [{name: tpus}]}
      """;

  private static final String FOUR_CHIPS =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: four}
      spec:
        spec:
          devices:
            requests: [{name: tpus, exactly: {deviceClassName: tpu.acceld.dev, count: 4}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: four}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 1
        resourceClaims: [{name: tpus, resourceClaimTemplateName: four}]
        containers:
          - name: main
            image: busybox
            imagePullPolicy: IfNotPresent
            command: [sh, -c, "sleep 3600"]
            resources: {claims: [{name: tpus}]}
      """;

  @Test
  void aContainerWithTwoRequestsIsNotToldTheShapeOfOne(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    workspace.apply(NEAR_AND_FAR);
    workspace.awaitPhase("whole", "Running", LONG);
    Await.until("its log", LONG, () -> workspace.logs("whole").contains("end"));
    String log = workspace.logs("whole");
    assertThat(log.lines().filter(line -> line.matches("\\d+"))).as(log).hasSize(8);
    assertThat(log).doesNotContain("v5litepod-4", "2,2,1", "TPU_RUNTIME_METRICS_PORTS=8431\n");
  }

  /** The scheduler takes the first chips that are free; with one in use they are no block. */
  @Test
  void singleChipsThatAreNoBlockAreRefusedWithTheClassToRequest(
      Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    workspace.apply(Sources.example("one-tpu.yaml"));
    workspace.awaitPhase("one-tpu", "Running", LONG);
    workspace.apply(FOUR_CHIPS);
    Await.until(
        "the refusal is said",
        LONG,
        () ->
            workspace.warnings().stream()
                .anyMatch(warning ->
                    warning.startsWith("four FailedPrepareDynamicResources")
                        && warning.contains("not a block of neighboring chips")
                        && warning.contains("DeviceClass tpu-shape")
                        && warning.contains("shape 2x2")),
        workspace::describe);
    assertThat(workspace.phase("four")).isEqualTo("Pending");
  }
}
