package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.service.ClaimJanitor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kubelet has lost its memory, and a claim's record has outlived its allocation. */
class AllocationTest {
  @TempDir Path dir;
  private Node node;
  private ClaimManager manager;
  private ClaimRef claim;
  private Duration now = Duration.ofHours(1);

  @BeforeEach
  void aPreparedClaim() {
    node = new Node(dir);
    node.settings =
        node.settings.withBudgets(
            Duration.ofMillis(400), Duration.ofSeconds(3), Duration.ofSeconds(5));
    manager = node.open();
    claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
  }

  /** The same claim with another allocation, for another pod. */
  private void allocate(Optional<Allocation> allocation) {
    node.cluster.claims.put(
        "ns/c",
        new ResourceClaim(
            claim,
            Optional.empty(),
            allocation,
            List.of(new PodRef("ns", "new-pod", "new-uid")),
            Map.of()));
  }

  private void allocate(String pool, String... devices) {
    allocate(
        Optional.of(
            new Allocation(
                List.of(devices).stream()
                    .map(d -> new Result("r", Node.DRIVER, pool, d, false, Optional.empty()))
                    .toList(),
                List.of())));
  }

  private static List<String> names(List<PreparedDevice> devices) {
    return devices.stream().map(PreparedDevice::device).toList();
  }

  private Set<String> held() {
    Set<String> held = new HashSet<>();
    manager.held().forEach(d -> held.add(d.device()));
    return held;
  }

  @Test
  void allocatedAnewHereTheNewDevicesAreAnswered() {
    allocate(Node.NAME, "gpu-1", "gpu-2");
    assertThat(names(prepared(manager, claim))).containsExactly("gpu-1", "gpu-2");
    assertThat(names(prepared(node.open(), claim))).containsExactly("gpu-1", "gpu-2");
    assertThat(held()).containsExactlyInAnyOrder("gpu-1", "gpu-2");
    assertThat(manager.prepared()).hasSize(1);
    assertThat(prepared(manager, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
    assertThat(node.cdiFile("u1")).content().contains("gpu-1").doesNotContain("gpu-0");
  }

  @Test
  void aPodThatStillUsesTheOldDevicesKeepsThem() {
    allocate(Node.NAME, "gpu-1");
    node.cluster.pods.put("ns/pod-c", "pod-uid-c");
    assertThat(refused(manager, claim))
        .contains("reallocated", "pod ns/pod-c still uses its earlier devices (gpu-0)");
    assertThat(held()).containsExactly("gpu-0");
    node.cluster.pods.clear();
    node.kubelet = () -> Map.of(new ClaimKey("ns", "c"), Set.of(new PodRef("ns", "another", "")));
    assertThat(refused(node.open(), claim)).contains("pod ns/another still uses");
    node.kubelet =
        () -> {
          throw new IOException("the kubelet does not answer");
        };
    assertThat(refused(node.open(), claim)).contains("cannot be determined whether a pod");
    assertThat(held()).containsExactly("gpu-0");
    node.kubelet = Map::of;
    assertThat(names(prepared(node.open(), claim))).containsExactly("gpu-1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"UNREACHABLE", "FORBIDDEN", "UNSUPPORTED"})
  void whereTheApiServerDoesNotTellTheRecordCounts(Reason reason) {
    allocate(Node.NAME, "gpu-1");
    node.cluster.failure = reason;
    assertThat(names(prepared(manager, claim))).containsExactly("gpu-0");
  }

  @Test
  void aDeallocatedClaimIsNotAnswered() {
    allocate(Optional.empty());
    assertThat(refused(manager, claim)).contains("is not allocated");
    assertThat(held()).as("its pod may run").containsExactly("gpu-0");
  }

  private void rounds(ClaimJanitor janitor, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      now = now.plusMinutes(3);
      janitor.round();
    }
  }

  private ClaimJanitor janitor() {
    return new ClaimJanitor(
        manager,
        Optional.of(node.cluster),
        () -> node.kubelet.byClaim(),
        ClaimJanitor.PROOF,
        node.observer,
        () -> now.toNanos());
  }

  @ParameterizedTest
  @ValueSource(strings = {"deallocated", "elsewhere", "other devices"})
  void aRecordThatOutlivesItsAllocationIsCollected(String how) throws Exception {
    switch (how) {
      case "deallocated" -> allocate(Optional.empty());
      case "elsewhere" -> allocate("node-b", "gpu-0");
      default -> allocate(Node.NAME, "gpu-1");
    }
    ClaimJanitor janitor = janitor();
    rounds(janitor, 2);
    assertThat(held()).as("not at once").containsExactly("gpu-0");
    rounds(janitor, 2);
    assertThat(held()).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aRecordWithAPodOrWithItsAllocationIsKept() throws Exception {
    ClaimJanitor janitor = janitor();
    rounds(janitor, 5);
    assertThat(held()).containsExactly("gpu-0");
    allocate(Node.NAME, "gpu-1");
    node.kubelet = () -> Map.of(new ClaimKey("ns", "c"), Set.of(new PodRef("ns", "pod-c", "")));
    rounds(janitor, 5);
    node.kubelet = Map::of;
    node.cluster.pods.put("ns/pod-c", "pod-uid-c");
    rounds(janitor, 5);
    assertThat(held()).containsExactly("gpu-0");
  }

  @Test
  void whatWasPreparedAnewIsNotCollected() {
    ClaimRecord old = manager.known().getFirst().record();
    allocate(Node.NAME, "gpu-1");
    prepared(manager, claim);
    assertThat(manager.collect(old, () -> true)).isInstanceOf(UnprepareOutcome.Failed.class);
    assertThat(held()).containsExactly("gpu-1");
    assertThat(names(prepared(manager, claim))).containsExactly("gpu-1");
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
  }

  @Test
  void aClaimThatIsAllocatedAgainWhileOthersAreLookedAtIsKept() throws Exception {
    ClaimRef other = node.cluster.allocate("d", "u2", "gpu-1");
    prepared(manager, other);
    ResourceClaim first = Objects.requireNonNull(node.cluster.claims.get("ns/c"));
    allocate(Optional.empty());
    node.cluster.claims.remove("ns/d");
    ClaimJanitor janitor = janitor();
    rounds(janitor, 2);
    node.cluster.gets.set(0);
    node.cluster.beforeGet =
        () -> {
          if (node.cluster.gets.get() == 2) { // c was found gone, and it is the turn of d
            node.cluster.claims.put("ns/c", first);
          }
        };
    rounds(janitor, 1);
    assertThat(held()).as("only what is still gone").containsExactly("gpu-0");
    assertThat(node.cdiFile("u1")).exists();
  }

  @Test
  void aClaimIsKeptWhenTheProofCannotBeHadAgain() {
    ClaimRecord record = manager.known().getFirst().record();
    assertThat(
            manager.collect(
                record,
                () -> {
                  throw new IOException("the kubelet does not answer");
                }))
        .isInstanceOf(UnprepareOutcome.Failed.class);
    assertThat(held()).containsExactly("gpu-0");
  }

  @Test
  void aWaitingClaimGetsTheDeviceOfOneThatIsGone() {
    node.cluster.claims.clear();
    ClaimRef next = node.cluster.allocate("d", "u2", "gpu-0");
    assertThat(names(prepared(manager, next))).as("in its own call").containsExactly("gpu-0");
    assertThat(manager.prepared()).extracting(PreparedClaim::claim).containsExactly(next);
    assertThat(node.cdiFile("u1")).doesNotExist();
  }

  @Test
  void aWaitingClaimGetsTheDeviceOfOneThatHasAnother() {
    allocate("node-b", "gpu-0");
    assertThat(prepared(manager, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
  }

  @Test
  void aHolderIsNotLookedAtWhenTheCallCouldNotBeAnsweredInTime() {
    node.settings =
        node.settings.withBudgets(
            Duration.ofMillis(400), Duration.ofSeconds(10), Duration.ofMillis(3_500));
    node.cluster.claims.clear();
    AtomicInteger looks = new AtomicInteger();
    node.kubelet =
        () -> {
          looks.incrementAndGet();
          return Map.of();
        };
    assertThat(refused(node.open(), node.cluster.allocate("d", "u2", "gpu-0")))
        .contains("gpu-0 is still prepared for claim ns/c");
    assertThat(looks).as("4 s are needed").hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kubelet lists its pod",
        "kubelet silent",
        "pod left",
        "pod unknown",
        "process left",
        "processes unseen"
      })
  void aWaitingClaimDoesNotGetItWithoutProof(String how) {
    node.cluster.claims.clear();
    switch (how) {
      case "kubelet lists its pod" ->
          node.kubelet =
              () -> Map.of(new ClaimKey("ns", "c"), Set.of(new PodRef("ns", "pod-c", "")));
      case "kubelet silent" ->
          node.kubelet =
              () -> {
                throw new IOException("the kubelet does not answer");
              };
      case "process left" ->
          node.podsWithProcesses = Optional.of(Set.of("pod-uid-agent", "pod-uid-c"));
      case "processes unseen" -> node.podsWithProcesses = Optional.empty();
      case "pod left" -> node.cluster.pods.put("ns/pod-c", "pod-uid-c");
      default -> node.cluster.podFailure = Reason.FORBIDDEN;
    }
    ClaimManager successor = node.open();
    assertThat(refused(successor, node.cluster.allocate("d", "u2", "gpu-0")))
        .contains("gpu-0 is still prepared for claim ns/c");
    assertThat(successor.held()).extracting(HeldDevice::holder).containsExactly(claim);
  }
}
