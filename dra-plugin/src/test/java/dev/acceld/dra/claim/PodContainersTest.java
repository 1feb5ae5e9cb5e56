package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.AccessPlanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which containers use which claims is asked only where it matters, and once. */
class PodContainersTest {
  private static final PodRef POD = new PodRef("ns", "pod", "pod-uid");

  @TempDir Path dir;
  private Node node;
  private ClaimManager manager;

  @BeforeEach
  void open() {
    node = new Node(dir);
    manager = node.open();
  }

  /** A claim of the pod. */
  private ClaimRef claim(String name, String gpu) {
    ClaimRef ref = node.cluster.allocate(name, "uid-" + name, gpu);
    ResourceClaim now = requireNonNull(node.cluster.claims.get(ref.path()));
    node.cluster.claims.put(
        ref.path(),
        new ResourceClaim(ref, now.template(), now.allocation(), List.of(POD), now.annotations()));
    return ref;
  }

  private static Container container(String name, String claim) {
    return new Container(name, Set.of(new Use(claim, Optional.empty())));
  }

  private String cdi(String claim) throws Exception {
    return Files.readString(node.cdiFile("uid-" + claim));
  }

  @Test
  void aLoneClaimCostsNoRead() {
    prepared(manager, claim("a", "gpu-0"));
    assertThat(node.cluster.podGets).hasValue(0);
  }

  @Test
  void thePodIsReadOnceForAllItsClaims() throws Exception {
    node.cluster.pod(POD, container("x", "a"), container("y", "b"), container("z", "c"));
    prepared(manager, claim("a", "gpu-0"));
    prepared(manager, claim("b", "gpu-1"));
    prepared(manager, claim("c", "gpu-2"));
    assertThat(node.cluster.podGets).hasValue(1);
    for (String claim : List.of("a", "b", "c")) {
      assertThat(cdi(claim)).contains("SET=1 devices");
    }
  }

  @Test
  void devicesThatAreUsedAlikeWhateverElseThereIsCostNoRead() {
    node.access =
        new AccessPlanner() {
          @Override
          public ContainerAccess plan(List<Device> devices, AccessOptions options) {
            return Node.access(devices, options);
          }

          @Override
          public boolean dependsOnOthers(List<Device> devices) {
            return false;
          }
        };
    ClaimManager gpus = node.open();
    prepared(gpus, claim("a", "gpu-0"));
    prepared(gpus, claim("b", "gpu-1"));
    assertThat(node.cluster.podGets).hasValue(0);
  }

  /** What is not known is not taken for one container, nor for two. */
  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "FORBIDDEN", "NOT_FOUND"})
  void aPodThatCannotBeReadRefusesNothing(Reason why) throws Exception {
    node.cluster.podFailure = why;
    prepared(manager, claim("a", "gpu-0"));
    prepared(manager, claim("b", "gpu-1"));
    assertThat(node.cluster.podGets.get()).isPositive();
    for (String claim : List.of("a", "b")) {
      assertThat(cdi(claim)).contains("NVIDIA_VISIBLE_DEVICES").doesNotContain("SET=");
    }
  }

  @Test
  void anotherPodOfThatNameTellsNothing() throws Exception {
    node.cluster.pod(new PodRef("ns", "pod", "another"), container("x", "a"), container("y", "b"));
    prepared(manager, claim("a", "gpu-0"));
    prepared(manager, claim("b", "gpu-1"));
    assertThat(cdi("b")).doesNotContain("SET=");
  }

  /** A record says it to the next process. */
  @Test
  void itIsKnownAfterARestartWithoutTheApiServer() throws Exception {
    node.cluster.pod(POD, container("x", "a"), container("y", "b"));
    prepared(manager, claim("a", "gpu-0"));
    prepared(manager, claim("b", "gpu-1"));
    manager.close();
    node.cluster.podFailure = Reason.UNREACHABLE;
    try (ClaimManager next = node.open()) {
      next.renew();
      assertThat(cdi("a")).contains("SET=1 devices");
      assertThat(cdi("b")).contains("SET=1 devices");
    }
  }
}
