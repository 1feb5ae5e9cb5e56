package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A second pod that shares a prepared claim and has a claim of its own. */
class SharedPodTest {
  private static final PodRef SECOND = new PodRef("ns", "pod-own", "pod-uid-own");

  @TempDir Path dir;
  private Node node;
  private ClaimManager manager;
  private ClaimRef shared;

  @BeforeEach
  void aPreparedClaim() {
    node = new Node(dir);
    manager = node.open();
    shared = node.cluster.allocate("shared", "u1", "gpu-0");
    prepared(manager, shared);
    node.cluster.gets.set(0);
  }

  private void join() {
    node.cluster.claims.computeIfPresent(
        "ns/shared",
        (key, c) ->
            new ResourceClaim(
                c.ref(),
                c.template(),
                c.allocation(),
                List.of(c.pods().getFirst(), SECOND),
                c.annotations()));
  }

  private ClaimRef own() {
    return node.cluster.allocate("own", "u2", "gpu-1");
  }

  private String cdi(String uid) throws Exception {
    return Files.readString(node.cdiFile(uid));
  }

  @Test
  void isFoundThoughNobodyAsksForTheSharedClaimAgain() throws Exception {
    assertThat(cdi("u1")).contains("SET=1 devices");
    join();
    prepared(manager, own());
    assertThat(cdi("u1")).doesNotContain("SET=");
    assertThat(cdi("u2")).doesNotContain("SET=");
    assertThat(manager.prepared().getFirst().pods()).contains(SECOND);
  }

  /** Whoever asks with every sample need not look through it each time. */
  @Test
  void theListOfClaimsIsTheSameUntilAClaimOrItsPodsChange() throws Exception {
    List<PreparedClaim> before = manager.prepared();
    manager.poll();
    manager.refreshPods(Map::of);
    List<PreparedClaim> listed = manager.prepared();
    manager.refreshPods(Map::of);
    assertThat(manager.prepared()).isSameAs(listed).isEqualTo(before);
    manager.refreshPods(() -> Map.of(new ClaimKey("ns", "shared"), Set.of(SECOND)));
    List<PreparedClaim> joined = manager.prepared();
    assertThat(joined).isNotSameAs(listed);
    assertThat(joined.getFirst().pods()).containsExactly(SECOND);
    assertThat(manager.prepared()).isSameAs(joined);
    prepared(manager, own());
    assertThat(manager.prepared()).hasSize(2);
  }

  @Test
  void anotherPodsClaimStaysAsItIs() throws Exception {
    prepared(manager, own());
    assertThat(cdi("u1")).contains("SET=1 devices");
    assertThat(cdi("u2")).contains("SET=1 devices");
  }

  @Test
  void aClaimThatIsGoneIsSharedWithNobody() throws Exception {
    node.cluster.claims.clear();
    prepared(manager, own());
    assertThat(cdi("u2")).contains("SET=1 devices");
  }

  /** It would be told what may not be true. */
  @ParameterizedTest
  @EnumSource(names = {"UNREACHABLE", "FORBIDDEN", "UNAUTHORIZED"})
  void whenItCannotBeFoundOutNothingIsPrepared(Reason why) throws Exception {
    ClaimRef own = own();
    node.cluster.beforeGet = () -> node.cluster.failure = node.cluster.gets.get() == 1 ? null : why;
    assertThat(refused(manager, own)).contains("unknown whether the pod uses claim ns/shared");
    assertThat(node.cdiFile("u2")).doesNotExist();
    node.cluster.beforeGet = () -> {};
    node.cluster.failure = null;
    prepared(manager, own);
  }

  /** Most devices are used alike whatever else the pod has. */
  @Test
  void theApiServerIsAskedForNoOtherClaimWhereItDoesNotMatter() {
    node.access =
        new AccessPlanner() {
          @Override
          public ContainerAccess plan(List<Device> devices, AccessOptions options)
              throws AccessRefusedException {
            return new ContainerAccess(List.of(), Map.of("SET", devices.size() + " devices"));
          }

          @Override
          public boolean dependsOnOthers(List<Device> devices) {
            return false;
          }
        };
    prepared(node.open(), own());
    assertThat(node.cluster.gets).hasValue(1);
  }
}
