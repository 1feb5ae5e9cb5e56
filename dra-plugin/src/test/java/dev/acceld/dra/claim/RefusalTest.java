package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input: an error that names the thing and the remedy, and leaves nothing behind. */
class RefusalTest {
  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  private String refusal(ClaimRef claim) {
    String message = refused(node.open(), claim);
    assertThat(node.filesOfClaims()).isEmpty();
    return message;
  }

  @Test
  void anUnknownDevice() {
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-0", "gpu-9")))
        .contains("gpu-9", "request r", "node-a", "acceld devices");
    assertThat(refusal(node.cluster.allocate("c", "u1", "../../etc"))).contains("../../etc");
  }

  @Test
  void aMissingDeviceSaysWhatIsWrongWithIt() {
    node.inventory = Node.inventory(Set.of("gpu-1"), "gpu-0", "gpu-1");
    DeviceName name = new DeviceName("gpu-1");
    node.health.put(
        name,
        new HealthReport(
            name,
            State.UNHEALTHY,
            List.of(
                new Reason(
                    "device-lost",
                    "",
                    "fell off the bus",
                    State.UNHEALTHY,
                    Effect.NO_SCHEDULE,
                    Action.REBOOT,
                    "the device is back",
                    Instant.EPOCH)),
            Instant.EPOCH));
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-1")))
        .contains(
            "gpu-1",
            "currently not available",
            "fell off the bus",
            "reboot the node",
            "delete the pod");
  }

  @Test
  void aForeignPool() {
    Result foreign = new Result("r", Node.DRIVER, "node-b", "gpu-0", false, Optional.empty());
    assertThat(refusal(node.cluster.allocate("c", "u1", List.of(foreign), List.of())))
        .contains("gpu-0", "'node-b'", "'node-a'", "wrong node");
  }

  @Test
  void aUidThatDoesNotMatch() {
    node.cluster.allocate("c", "u2", "gpu-0");
    assertThat(refusal(new ClaimRef("ns", "c", "u1"))).contains("ns/c", "u1", "u2", "replaced");
    assertThat(node.cluster.gets).hasValue(1);
  }

  @Test
  void aClaimThatIsNotThere() {
    assertThat(refusal(new ClaimRef("ns", "c", "u1"))).contains("ns/c", "no longer exists");
    assertThat(node.cluster.gets).hasValue(1);
  }

  @Test
  void aClaimThatIsNotAllocated() {
    ClaimRef ref = new ClaimRef("ns", "c", "u1");
    node.cluster.claims.put(
        "ns/c", new ResourceClaim(ref, Optional.empty(), Optional.empty(), List.of(), Map.of()));
    assertThat(refusal(ref)).contains("ns/c", "not allocated", "scheduler");
  }

  @ParameterizedTest
  @EnumSource(
      value = ClusterException.Reason.class,
      names = {"INVALID", "CONFLICT", "EXPIRED"})
  void whatTheApiServerRefusesIsNotRepeated(ClusterException.Reason reason) {
    node.cluster.failure = reason;
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-0"))).contains("ns/c");
    assertThat(node.cluster.gets).hasValue(1);
  }

  /** So that a machine that stands still for a moment does not spend the budget at once. */
  private void askForUpTo(Duration budget) {
    node.settings =
        node.settings.withBudgets(budget, Duration.ofMillis(300), budget.multipliedBy(3));
  }

  @Test
  void aMissingRightIsNamedAfterAMoment() {
    askForUpTo(Duration.ofSeconds(3));
    node.cluster.failure = ClusterException.Reason.FORBIDDEN;
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-0")))
        .contains("verb get on resourceclaims");
    assertThat(node.cluster.gets.get())
        .as("an API server that starts refuses everybody")
        .isBetween(2, 10);
  }

  /** An expired token is no matter of RBAC. */
  @Test
  void credentialsThatAreNotAcceptedAreNamedAfterAMoment() {
    askForUpTo(Duration.ofSeconds(3));
    node.cluster.failure = ClusterException.Reason.UNAUTHORIZED;
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-0")))
        .contains("does not accept the agent's credentials", "ns/c")
        .doesNotContain("verb");
    assertThat(node.cluster.gets.get()).isBetween(2, 10);
  }

  @Test
  void anApiServerThatStaysAwayIsAskedAgainUntilTheBudgetIsSpent() {
    askForUpTo(Duration.ofSeconds(2));
    node.cluster.failure = ClusterException.Reason.UNREACHABLE;
    assertThat(refusal(node.cluster.allocate("c", "u1", "gpu-0")))
        .contains("ns/c", "attempts", "UNREACHABLE", "can reach the API server");
    assertThat(node.cluster.gets.get()).isBetween(2, 20);
  }

  @Test
  void anApiServerThatComesBackInTimeIsNoError() {
    askForUpTo(Duration.ofSeconds(20));
    node.cluster.failure = ClusterException.Reason.UNREACHABLE;
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    node.cluster.beforeGet =
        () -> {
          if (node.cluster.gets.get() == 3) {
            node.cluster.failure = null;
          }
        };
    assertThat(prepared(node.open(), claim)).hasSize(1);
  }

  @Test
  void noClusterAtAll() {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    node.api = Optional.empty();
    assertThat(refusal(claim)).contains("without a cluster", "--kubeconfig");
  }

  @Test
  void anInventoryThatIsStillBeingTakenIsWaitedFor() {
    Inventory later = node.inventory;
    node.inventory = Inventory.EMPTY;
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThat(refusal(claim)).contains("gpu-0", "is not on node");
    node.settings =
        node.settings.withBudgets(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
    Thread.ofVirtual()
        .start(() -> {
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          node.inventory = later;
        });
    assertThat(prepared(node.open(), claim)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../u1", "a/b", ".", "u1.json", "-u", "u\n", "ü"})
  void anImpossibleUid(String uid) {
    assertThat(refusal(new ClaimRef("ns", "c", uid))).contains("cannot be the UID");
    assertThat(unprepare(node.open(), new ClaimRef("ns", "c", uid)))
        .isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.cluster.gets).hasValue(0);
  }

  @Test
  void anOpaqueConfigurationThatNobodyKnows() {
    OpaqueConfig config =
        new OpaqueConfig(
            false,
            List.of("r"),
            Node.DRIVER,
            """
            {"apiVersion": "gpu.acceld.dev/v1alpha1", "kind": "TimeSlice"}\
            """);
    assertThat(
            refusal(
                node.cluster.allocate(
                    "c", "u1", List.of(result("r/sub", "gpu-0")), List.of(config, config))))
        .contains(
            "gpu.acceld.dev/v1alpha1", "TimeSlice", "of the claim for r", "$.kind", "known are");
    OpaqueConfig ofClass = new OpaqueConfig(true, List.of(), Node.DRIVER, "{}");
    assertThat(
            refusal(
                node.cluster.allocate("c", "u1", List.of(result("r", "gpu-0")), List.of(ofClass))))
        .contains("of the DeviceClass", "$.apiVersion: is missing");
    OpaqueConfig garbage = new OpaqueConfig(false, List.of(), Node.DRIVER, "{");
    assertThat(
            refusal(
                node.cluster.allocate("c", "u1", List.of(result("r", "gpu-0")), List.of(garbage))))
        .contains("the opaque configuration of the claim", "is not one JSON object");
  }

  @Test
  void aConfigurationOfAnotherDriverOrRequestIsNotOurs() {
    List<OpaqueConfig> config =
        List.of(
            new OpaqueConfig(false, List.of(), "nic.example", "{\"kind\": \"Mtu\"}"),
            new OpaqueConfig(false, List.of("r/other", "s"), Node.DRIVER, "{\"kind\": \"X\"}"));
    ClaimRef claim = node.cluster.allocate("c", "u1", List.of(result("r/sub", "gpu-0")), config);
    assertThat(prepared(node.open(), claim)).hasSize(1);
  }

  @Test
  void aDeviceThatAnotherClaimKeepsIsWaitedForInVain() {
    ClaimManager manager = node.open();
    ClaimRef first = node.cluster.allocate("first", "u1", "gpu-0");
    ClaimRef second = node.cluster.allocate("second", "u2", "gpu-1", "gpu-0");
    prepared(manager, first);
    long begin = System.nanoTime();
    assertThat(refused(manager, second))
        .contains("gpu-0", "ns/first", "u1", "ns/pod-first", "kubelet");
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .as("it is waited for")
        .isGreaterThan(Duration.ofMillis(250));
    assertThat(node.record("u2")).doesNotExist();
    assertThat(node.cdiFile("u2")).doesNotExist();
  }

  @Test
  void aCdiDirectoryThatCannotBeUsed() throws IOException {
    Files.writeString(node.cdiDir, "a file in its place");
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThat(refused(manager, claim))
        .contains(node.cdiFile("u1").toString(), "writable", "--cdi-dir");
    assertThat(node.record("u1")).doesNotExist();
    Files.delete(node.cdiDir);
    assertThat(prepared(manager, claim)).hasSize(1);
  }

  @Test
  void aStateDirectoryThatCannotBeUsed() throws IOException {
    Files.writeString(node.stateDir, "a file in its place");
    assertThatThrownBy(() -> ClaimManager.open(node.parts()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(node.stateDir.toString(), "--state-dir");
  }

  @Test
  void aDriverNameThatCannotStandInACdiFile() {
    node.settings = ClaimSettings.of("3d.example", Node.NAME, node.cdiDir, node.stateDir);
    assertThatThrownBy(node::open)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3d.example", "letter");
  }
}
