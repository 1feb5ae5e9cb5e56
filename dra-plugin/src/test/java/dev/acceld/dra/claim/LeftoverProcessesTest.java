package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device that a process still has open though no claim holds it. */
@Timeout(30)
class LeftoverProcessesTest {
  @TempDir Path dir;
  private Node node;
  private final Map<String, DeviceUser> open = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.control =
        new DeviceControl.UsedAsTheyAre() {
          @Override
          public boolean tellsUsers(Device device) {
            return true;
          }

          @Override
          public Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
            looks.incrementAndGet();
            Map<DeviceName, List<DeviceUser>> users = new HashMap<>();
            for (Device device : devices) {
              DeviceUser user = open.get(device.name().value());
              if (user != null) {
                users.put(device.name(), List.of(user));
              }
            }
            return users;
          }
        };
  }

  private static DeviceUser process(String podUid) {
    return new DeviceUser(4711, "python3", Optional.of(podUid).filter(uid -> !uid.isEmpty()));
  }

  @Test
  void aProcessThatDoesNotEndIsNamedWithItsPod() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef earlier = node.cluster.allocate("a", "uid-a", "gpu-0");
    prepared(manager, earlier);
    open.put("gpu-0", process("pod-uid-a"));
    unprepare(manager, earlier);
    ClaimRef next = node.cluster.allocate("b", "uid-b", "gpu-0");
    assertThat(refused(manager, next))
        .startsWith("device gpu-0 is still open in process 4711 (python3) of pod ")
        .endsWith("; retrying. If the process does not end, kill it on the node");
    open.put("gpu-0", process("some-uid"));
    assertThat(refused(manager, next)).contains("of the pod with UID some-uid");
    open.put("gpu-0", process(""));
    assertThat(refused(manager, next)).contains("(python3), which belongs to no pod");
    assertThat(node.cdiDir.toFile().list()).isEmpty();
    prepared(manager, node.cluster.allocate("c", "uid-c", "gpu-1"));
    open.clear();
    prepared(manager, next);
  }

  @Test
  void aProcessThatEndsIsWaitedFor() throws Exception {
    node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(15));
    ClaimManager manager = node.open();
    open.put("gpu-0", process("some-uid"));
    CompletableFuture<List<PreparedDevice>> answer =
        CompletableFuture.supplyAsync(
            () -> prepared(manager, node.cluster.allocate("a", "uid-a", "gpu-0")));
    while (looks.get() < 3) {
      Thread.sleep(10);
    }
    assertThat(answer).isNotDone();
    open.clear();
    assertThat(answer.get(5, TimeUnit.SECONDS)).hasSize(1);
  }

  /** Nobody is looked for when the claim has its devices already. */
  @Test
  void aRepeatedPrepareDoesNotSeeItsOwnProcesses() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("a", "uid-a", "gpu-0");
    prepared(manager, claim);
    int before = looks.get();
    open.put("gpu-0", process("some-uid"));
    prepared(manager, claim);
    prepared(node.open(), claim);
    assertThat(looks).hasValue(before);
    Files.delete(node.cdiFile(claim.uid()));
    prepared(manager, claim);
    assertThat(looks).hasValue(before);
  }

  @Test
  void whoNoLongerWaitsIsNotMadeToWait() throws Exception {
    node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(25));
    ClaimManager manager = node.open();
    open.put("gpu-0", process("some-uid"));
    CallScope cancelled = () -> looks.get() >= 3;
    PrepareOutcome outcome =
        Node.prepare(manager, node.cluster.allocate("a", "uid-a", "gpu-0"), cancelled);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            PrepareOutcome.Failed.class,
            failed -> assertThat(failed.message()).contains("no longer waits"));
  }

  private ClaimRef admin(String device) {
    return node.cluster.allocate(
        "admin",
        "uid-admin",
        List.of(new Result("m", Node.DRIVER, Node.NAME, device, true, Optional.empty())),
        List.of());
  }

  /** Nobody asks again for the preparation of a claim that another pod begins to share. */
  @Test
  void aPodThatSharesAnAdminClaimSinceIsNoLeftover() throws Exception {
    ClaimManager manager = node.open();
    prepared(manager, admin("gpu-0"));
    ClaimRef next = node.cluster.allocate("b", "uid-b", "gpu-0");
    open.put("gpu-0", process("uid-of-the-second"));
    assertThat(refused(manager, next)).contains("of the pod with UID uid-of-the-second");
    Set<PodRef> users = Set.of(new PodRef("ns", "pod-admin", ""), new PodRef("ns", "second", ""));
    manager.refreshPods(() -> Map.of(new ClaimKey("ns", "admin"), users));
    prepared(manager, next);
  }

  @Test
  void aPodThatIsKnownToBeAnotherIsALeftoverWhoeverElseMayUseTheDevice() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef earlier = node.cluster.allocate("a", "uid-a", "gpu-0");
    prepared(manager, earlier);
    open.put("gpu-0", process("pod-uid-a"));
    assertThat(refused(manager, node.cluster.allocate("x", "uid-x", "gpu-0")))
        .contains("still prepared for claim ns/a");
    unprepare(manager, earlier);
    prepared(manager, admin("gpu-0"));
    manager.refreshPods(
        () -> Map.of(new ClaimKey("ns", "admin"), Set.of(new PodRef("ns", "second", ""))));
    assertThat(refused(manager, node.cluster.allocate("b", "uid-b", "gpu-0")))
        .contains("of pod ns/pod-a");
  }

  /** The kubelet does not have a claim unprepared that was deallocated and allocated anew. */
  @Test
  void aReallocatedClaimWaitsForWhoHasItsNewDevicesOpen() throws Exception {
    ClaimManager manager = node.open();
    prepared(manager, node.cluster.allocate("a", "uid-a", "gpu-0"));
    open.put("gpu-0", process("some-uid")); // its own since it was prepared
    open.put("gpu-1", process("other-uid"));
    ClaimRef again = node.cluster.allocate("a", "uid-a", "gpu-0", "gpu-1");
    assertThat(refused(manager, again)).contains("device gpu-1", "UID other-uid");
    open.remove("gpu-1");
    prepared(manager, again);
  }

  /** The record is of the claim that had the name before, and of its pods. */
  @Test
  void aClaimOfTheSameNameEntitlesNoPodOfTheEarlierOne() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef earlier = node.cluster.allocate("a", "uid-1", "gpu-0");
    prepared(manager, earlier);
    unprepare(manager, earlier);
    open.put("gpu-0", process("pod-uid-a"));
    ClaimRef again = node.cluster.allocate("a", "uid-2", "gpu-0");
    node.cluster.claims.computeIfPresent(
        "ns/a",
        (key, c) ->
            new ResourceClaim(
                c.ref(),
                c.template(),
                c.allocation(),
                List.of(new PodRef("ns", "pod-a", "pod-uid-new")),
                c.annotations()));
    assertThat(refused(manager, again)).contains("of pod ns/pod-a");
    open.put("gpu-0", process("pod-uid-new"));
    prepared(manager, again);
  }
}
