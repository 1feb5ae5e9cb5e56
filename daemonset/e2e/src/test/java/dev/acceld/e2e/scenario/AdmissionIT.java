package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whoever steals an agent's token can do what that agent may do to its own node, and nothing else.
 */
@RealCluster
@Tag("main")
class AdmissionIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private Acceld acceld;
  private KubernetesClient thief;
  private String node;

  @BeforeEach
  void steal(Cluster cluster) {
    acceld = Acceld.installed(cluster);
    Pod agent = acceld.agent();
    node = agent.getSpec().getNodeName();
    thief = cluster.as(boundToken(cluster, agent));
    // A policy counts from a moment after it was made.
    Await.until(
        "the policy is in force",
        SOON,
        () -> {
          try {
            thief
                .resource(slice("probe", "nodeName: other-node", Acceld.DRIVER, "other-node"))
                .create();
            thief.resources(ResourceSlice.class).withName("probe").delete();
            return false;
          } catch (RuntimeException e) {
            return true;
          }
        });
  }

  @AfterEach
  void close() {
    thief.close();
  }

  private static String boundToken(Cluster cluster, Pod pod) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withExpirationSeconds(600L)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    return cluster
        .client()
        .serviceAccounts()
        .inNamespace(Acceld.NAMESPACE)
        .withName(Acceld.RELEASE)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  private static ResourceSlice slice(String name, String node, String driver, String pool) {
    String yaml =
        """
        apiVersion: resource.k8s.io/v1
        kind: ResourceSlice
        metadata: {name: %s}
        spec:
          %s
          driver: %s
          pool: {name: %s, generation: 1, resourceSliceCount: 1}
          devices: [{name: forged}]
        """
            .formatted(name, node, driver, pool);
    return Serialization.unmarshal(
        new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), ResourceSlice.class);
  }

  private static void refused(String why, ThrowingCallable forged) {
    assertThatThrownBy(forged)
        .hasMessageContaining("ValidatingAdmissionPolicy")
        .hasMessageContaining(why);
  }

  @Test
  void aSliceOfAnotherNodeIsRefused() {
    refused(
        "may only change slices of that node",
        () ->
            thief
                .resource(slice("forged", "nodeName: other-node", Acceld.DRIVER, "other-node"))
                .create());
  }

  @Test
  void aSliceForAllNodesIsRefused() {
    refused(
        "may only change slices of that node",
        () -> thief.resource(slice("forged", "allNodes: true", Acceld.DRIVER, node)).create());
  }

  @Test
  void aSliceOfAnotherDriverIsRefused() {
    refused(
        "may only change slices of driver " + Acceld.DRIVER,
        () ->
            thief
                .resource(slice("forged", "nodeName: " + node, "gpu.other.example", node))
                .create());
  }

  @Test
  void aSliceThatWouldHideAnotherNodesPoolIsRefused() {
    refused(
        "may only change the pool of that name",
        () ->
            thief
                .resource(slice("forged", "nodeName: " + node, Acceld.DRIVER, "other-node"))
                .create());
  }

  @Test
  void othersSlicesCanNeitherBeChangedNorDeleted(Cluster cluster) {
    ResourceSlice others =
        cluster
            .client()
            .resource(slice("others", "nodeName: other-node", "gpu.other.example", "other-node"))
            .create();
    try {
      refused("may only change slices of", () -> thief.resource(others).delete());
      others.getSpec().getPool().setGeneration(2L);
      refused("may only change slices of", () -> thief.resource(others).update());
    } finally {
      cluster.client().resource(others).delete();
    }
  }

  @Test
  void itsOwnSlicesCanBeChanged() {
    ResourceSlice own = acceld.slices().getFirst();
    own.getMetadata().setManagedFields(null);
    assertThat(thief.resource(own).update().getSpec().getDriver()).isEqualTo(Acceld.DRIVER);
  }
}
