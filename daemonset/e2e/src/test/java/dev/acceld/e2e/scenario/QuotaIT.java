package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The quota of SECURITY.md holds, whichever class a claim names. */
@RealCluster
@Tag("main")
class QuotaIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String PER_CLASS = ".deviceclass.resource.k8s.io/devices";
  private static final String GPUS = "gpu." + Acceld.DRIVER;

  @Test
  void noClassLeadsAroundTheQuotaOnGpus(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster);
    List<String> classes =
        cluster.client().resources(DeviceClass.class).list().getItems().stream()
            .map(c -> c.getMetadata().getName())
            .filter(name -> name.endsWith("." + Acceld.DRIVER))
            .sorted()
            .toList();
    assertThat(classes).contains(GPUS);
    Map<String, Quantity> hard = new TreeMap<>();
    classes.forEach(name -> hard.put(name + PER_CLASS, new Quantity("0")));
    hard.put(GPUS + PER_CLASS, new Quantity("1"));
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("devices")
            .withNamespace(workspace.name())
            .endMetadata()
            .withNewSpec()
            .withHard(hard)
            .endSpec()
            .build();
    cluster.client().resource(quota).create();
    Await.until(
        "the quota is counted",
        SOON,
        () -> {
          ResourceQuota now = cluster.client().resource(quota).get();
          return now.getStatus() != null && hard.equals(now.getStatus().getHard());
        });

    workspace.apply(claim("first", GPUS, 1));
    for (String name : classes) {
      // The API server refuses before the scheduler is asked: eight GPUs, by whatever name.
      assertThatThrownBy(() -> workspace.apply(claim("more", name, 8)))
          .hasMessageContaining("exceeded quota");
    }
    assertThat(
            cluster
                .client()
                .resources(ResourceClaim.class)
                .inNamespace(workspace.name())
                .list()
                .getItems())
        .extracting(c -> c.getMetadata().getName())
        .containsExactly("first");
  }

  private static String claim(String name, String deviceClass, int count) {
    return """
    apiVersion: resource.k8s.io/v1
    kind: ResourceClaim
    metadata: {name: %s}
    spec:
      devices:
        requests:
          - name: r
            exactly: {deviceClassName: %s, count: %d}
    """
        .formatted(name, deviceClass, count);
  }
}
