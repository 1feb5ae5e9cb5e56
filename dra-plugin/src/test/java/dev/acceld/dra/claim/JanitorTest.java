package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.service.ClaimJanitor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clean-up only on proof, and which pods use a claim. */
class JanitorTest {
  @TempDir Path dir;
  private Node node;
  private ClaimManager manager;
  private ClaimJanitor janitor;
  private ClaimRef claim;
  private Duration now = Duration.ofHours(1);
  private boolean kubeletAnswers = true;
  private final Map<ClaimKey, Set<PodRef>> pods = new HashMap<>();
  private final List<ClaimRef> collected = new ArrayList<>();

  @BeforeEach
  void aPreparedClaim() {
    node = new Node(dir);
    node.observer =
        new ClaimObserver() {
          @Override
          public void collected(ClaimRef c) {
            collected.add(c);
          }
        };
    manager = node.open();
    janitor =
        new ClaimJanitor(
            manager,
            Optional.of(node.cluster),
            this::kubelet,
            ClaimJanitor.PROOF,
            node.observer,
            () -> now.toNanos());
    claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    node.cluster.gets.set(0);
  }

  private Map<ClaimKey, Set<PodRef>> kubelet() throws IOException {
    if (!kubeletAnswers) {
      throw new IOException("the kubelet does not answer");
    }
    return Map.copyOf(pods);
  }

  private void roundAfter(int minutes) throws InterruptedException {
    now = now.plusMinutes(minutes);
    janitor.round();
  }

  private void podUsesIt(boolean uses) {
    pods.put(new ClaimKey("ns", "c"), uses ? Set.of(new PodRef("ns", "pod-c", "")) : Set.of());
  }

  private void assertKept() {
    assertThat(manager.prepared()).hasSize(1);
    assertThat(collected).isEmpty();
  }

  private void assertCollected() {
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(manager.held()).isEmpty();
    assertThat(collected).containsExactly(claim);
  }

  @Test
  void aClaimThatIsDeletedAndHasNoPodGoesAfterFiveMinutes() throws Exception {
    node.cluster.claims.clear();
    roundAfter(0);
    roundAfter(2);
    roundAfter(2);
    assertKept();
    roundAfter(2);
    assertCollected();
  }

  @Test
  void aClaimThatWasReplacedGoesToo() throws Exception {
    node.cluster.allocate("c", "another-uid", "gpu-1");
    roundAfter(0);
    roundAfter(3);
    roundAfter(3);
    assertCollected();
  }

  @Test
  void aClaimThatExistsStays() throws Exception {
    for (int i = 0; i < 5; i++) {
      roundAfter(3);
    }
    assertKept();
  }

  @Test
  void aClaimWithAPodStaysAndTheApiServerIsNotAsked() throws Exception {
    node.cluster.claims.clear();
    podUsesIt(true);
    for (int i = 0; i < 5; i++) {
      roundAfter(3);
    }
    assertKept();
    assertThat(node.cluster.gets).hasValue(0);
  }

  /** The kubelet lists no pod whose containers do not refer to the claim. */
  @Test
  void aClaimThatIsDeletedStaysWhileItsPodIsThereThoughTheKubeletDoesNotListIt() throws Exception {
    node.cluster.claims.clear();
    node.cluster.pods.put("ns/pod-c", "pod-uid-c");
    for (int i = 0; i < 5; i++) {
      roundAfter(3);
    }
    assertKept();
    node.cluster.pods.put("ns/pod-c", "a successor of the same name");
    roundAfter(1);
    roundAfter(3);
    assertKept();
    roundAfter(3);
    assertCollected();
  }

  @Test
  void aPodThatCannotBeLookedUpIsNoProofAndCostsThatClaimOnly() throws Exception {
    ClaimRef withoutPod =
        node.cluster.allocate("d", "u2", List.of(FakeCluster.result("r", "gpu-1")), List.of());
    node.cluster.claims.computeIfPresent(
        "ns/d",
        (key, c) ->
            new ResourceClaim(c.ref(), c.template(), c.allocation(), List.of(), c.annotations()));
    prepared(manager, withoutPod);
    node.cluster.claims.clear();
    node.cluster.podFailure = Reason.FORBIDDEN;
    for (int i = 0; i < 4; i++) {
      roundAfter(3);
    }
    assertThat(collected).containsExactly(withoutPod);
    assertThat(manager.held()).extracting(HeldDevice::device).containsExactly("gpu-0");
  }

  @Test
  void aPodInBetweenMakesTheTimeBeginAnew() throws Exception {
    node.cluster.claims.clear();
    roundAfter(0);
    roundAfter(3);
    podUsesIt(true);
    roundAfter(1);
    podUsesIt(false);
    roundAfter(1);
    roundAfter(3);
    assertKept();
    roundAfter(3);
    assertCollected();
  }

  @Test
  void anErrorIsNoProofAndMakesTheTimeBeginAnew() throws Exception {
    for (Reason reason : Reason.values()) {
      if (reason != Reason.NOT_FOUND) {
        node.cluster.failure = reason;
        for (int i = 0; i < 4; i++) {
          roundAfter(3);
        }
      }
    }
    node.cluster.failure = null;
    node.cluster.claims.clear();
    roundAfter(1);
    roundAfter(3);
    node.cluster.failure = Reason.UNREACHABLE;
    roundAfter(1);
    node.cluster.failure = null;
    roundAfter(1);
    roundAfter(3);
    assertKept();
    roundAfter(3);
    assertCollected();
  }

  @Test
  void aSilentKubeletIsNoProof() throws Exception {
    node.cluster.claims.clear();
    roundAfter(0);
    roundAfter(3);
    kubeletAnswers = false;
    for (int i = 0; i < 4; i++) {
      roundAfter(3);
    }
    kubeletAnswers = true;
    roundAfter(3);
    assertKept();
    roundAfter(3);
    roundAfter(3);
    assertCollected();
  }

  @Test
  void aLongTimeWithoutALookIsNoProof() throws Exception {
    node.cluster.claims.clear();
    roundAfter(0);
    roundAfter(60);
    assertKept();
  }

  @Test
  void withoutAClusterNothingIsCollected() throws Exception {
    janitor =
        new ClaimJanitor(
            manager,
            Optional.empty(),
            this::kubelet,
            Duration.ZERO,
            node.observer,
            () -> now.toNanos());
    roundAfter(3);
    roundAfter(3);
    assertKept();
  }

  @Test
  void theSecondPodOfASharedClaimIsFollowed() throws Exception {
    AtomicInteger changes = new AtomicInteger();
    Runnable stop = manager.onChange(changes::incrementAndGet);
    manager.refreshPods(this::kubelet);
    assertThat(users()).containsExactly(new PodRef("ns", "pod-c", "pod-uid-c"));
    assertThat(changes).hasValue(0);

    PodRef second = new PodRef("ns", "second", "");
    pods.put(new ClaimKey("ns", "c"), Set.of(new PodRef("ns", "pod-c", ""), second));
    manager.refreshPods(this::kubelet);
    assertThat(users()).containsExactly(new PodRef("ns", "pod-c", "pod-uid-c"), second);
    manager.refreshPods(this::kubelet);
    assertThat(changes).hasValue(1);

    pods.put(new ClaimKey("ns", "c"), Set.of(second));
    manager.refreshPods(this::kubelet);
    assertThat(users()).containsExactly(second);

    pods.clear();
    manager.refreshPods(this::kubelet);
    assertThat(users()).containsExactly(second);
    assertThat(changes).hasValue(2);

    kubeletAnswers = false;
    assertThatThrownBy(() -> manager.refreshPods(this::kubelet)).isInstanceOf(IOException.class);
    assertThat(users()).containsExactly(second);
    stop.run();
  }

  private List<PodRef> users() {
    return manager.prepared().getFirst().pods();
  }
}
