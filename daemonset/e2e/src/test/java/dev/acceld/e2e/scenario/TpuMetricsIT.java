package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What libtpu tells in a pod is told of the pod's chips. */
@RealCluster
@Tag("main")
class TpuMetricsIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  /** Four neighbors, and in the container a server that speaks as libtpu does. */
  private static final String WORKLOAD =
      """
      apiVersion: resource.k8s.io/v1
      kind: ResourceClaimTemplate
      metadata: {name: block}
      spec:
        spec:
          devices:
            requests:
              - name: tpu
                exactly:
                  deviceClassName: tpu-shape.acceld.dev
                  selectors: [{cel: {expression: 'device.attributes["acceld.dev"].shape == "2x2"'}}]
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: train}
      spec:
        restartPolicy: Never
        terminationGracePeriodSeconds: 1
        resourceClaims: [{name: tpus, resourceClaimTemplateName: block}]
        containers:
          - name: main
            image: IMAGE
            imagePullPolicy: IfNotPresent
            command: [acceld, simulate, tpu-workload, --one-port, --chips=4, "--ids=8,9,12,13",
                      "--duty-cycle=10,20,30,40", --hbm-used=3GiB]
            resources: {claims: [{name: tpus}]}
      """;

  @Test
  void theChipsOfAPodHaveItsReadings(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    String image = acceld.agent().getSpec().getContainers().getFirst().getImage();
    workspace.apply(WORKLOAD.replace("IMAGE", image));
    workspace.awaitPhase("train", "Running", LONG);
    Await.until(
        "utilization of a chip",
        LONG,
        () -> acceld.exec("devices").contains("40%"),
        () -> acceld.exec("devices") + workspace.describe() + workspace.logs("train"));
    assertThat(acceld.exec("devices")).contains("10%", "20%", "30%", workspace.name() + "/");
    assertThat(acceld.exec("devices", "-o", "json")).contains("\"memory_used\" : 3221225472");
    workspace.deletePod("train");
    Await.until(
        "no reading without a workload", LONG, () -> !acceld.exec("devices").contains("40%"));
  }
}
