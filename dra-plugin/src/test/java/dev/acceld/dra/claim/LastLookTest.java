package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.dra.cluster.ResourceClaim.Toleration;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device that is known to be bad is not handed out, whatever the scheduler said. */
class LastLookTest {
  private static final PciAddress PCI = PciAddress.parse("0000:0f:00.0").orElseThrow();

  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  private void fault(String device, String code, String value, boolean schedulable, Action action) {
    DeviceName name = new DeviceName(device);
    Reason reason =
        new Reason(
            code,
            value,
            "it is broken",
            State.UNHEALTHY,
            schedulable ? Effect.NONE : Effect.NO_SCHEDULE,
            action,
            "it is repaired",
            Instant.EPOCH);
    node.health.put(name, new HealthReport(name, State.UNHEALTHY, List.of(reason), Instant.EPOCH));
  }

  private ClaimRef tolerating(Toleration... tolerations) {
    Result of =
        new Result(
            "r", Node.DRIVER, Node.NAME, "gpu-1", false, Optional.empty(), List.of(tolerations));
    return node.cluster.allocate("c", "u1", List.of(of), List.of());
  }

  @Test
  void aFaultThatCameAfterTheAllocationIsNamedWithItsRemedy() {
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    assertThat(refused(node.open(), node.cluster.allocate("c", "u1", "gpu-0", "gpu-1")))
        .isEqualTo(
            "device gpu-1 of request r is faulty: it is broken; recommended action: reboot the"
                + " node. Delete the pod to get another device. To diagnose the fault, use"
                + " adminAccess or a toleration for acceld.dev/xid in the claim's request");
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void itIsHandedOutOnceTheFaultIsOver() {
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    ClaimManager claims = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-1");
    refused(claims, claim);
    node.health.clear();
    assertThat(prepared(claims, claim)).hasSize(1);
  }

  @Test
  void whatOnlyDegradesADeviceIsNoObstacle() {
    fault("gpu-1", "nvlink-down", "", true, Action.CHECK_FABRIC);
    assertThat(prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-1"))).hasSize(1);
  }

  @Test
  void aDeviceOfAnotherNameIsNotMeant() {
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    assertThat(prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-2"))).hasSize(1);
  }

  @Test
  void aClaimThatIsPreparedIsAnsweredAgainWhateverItsDeviceHasNow() throws Exception {
    ClaimManager claims = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-1");
    prepared(claims, claim);
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    node.bus = address -> Optional.of("gone");
    assertThat(prepared(claims, claim)).hasSize(1);
    claims.close();
    assertThat(prepared(node.open(), claim)).hasSize(1);
  }

  @Test
  void aTolerationOpensItForADiagnosis() {
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    ClaimManager claims = node.open();
    Toleration otherKey = new Toleration("acceld.dev/released", true, "", "");
    Toleration otherValue = new Toleration("acceld.dev/xid", false, "31", "NoSchedule");
    Toleration otherEffect = new Toleration("acceld.dev/xid", true, "", "NoExecute");
    Toleration noKeyButEqual = new Toleration("", false, "79", "");
    for (Toleration none : List.of(otherKey, otherValue, otherEffect, noKeyButEqual)) {
      assertThat(refused(claims, tolerating(none))).contains("is faulty");
    }
    assertThat(prepared(claims, tolerating(otherKey, new Toleration("", true, "", "")))).hasSize(1);
    Node fresh = new Node(dir.resolve("2"));
    fresh.health.putAll(node.health);
    node = fresh;
    assertThat(prepared(node.open(), tolerating(new Toleration("acceld.dev/xid", false, "79", ""))))
        .hasSize(1);
  }

  @Test
  void adminAccessOpensItForADiagnosis() {
    fault("gpu-1", "xid", "79", false, Action.REBOOT);
    Result admin = new Result("r", Node.DRIVER, Node.NAME, "gpu-1", true, Optional.empty());
    ClaimRef claim = node.cluster.allocate("c", "u1", List.of(admin), List.of());
    assertThat(prepared(node.open(), claim)).hasSize(1);
  }

  /** The processes themselves are looked for and waited for. */
  @Test
  void aProcessThatIsLeftOverIsNoFaultOfTheDevice() {
    fault("gpu-1", "leftover-process", "", false, Action.END_PROCESS);
    assertThat(prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-1"))).hasSize(1);
  }

  private void onTheBus() {
    node.inventory =
        new Inventory(
            Instant.EPOCH,
            List.of(Node.gpu("gpu-0"), Node.gpu("gpu-1", Optional.of(PCI))),
            Set.of(),
            List.of(new ProbeStatus("nvidia", ProbeStatus.State.READY, Instant.EPOCH, "found")));
  }

  @Test
  void aFunctionThatHasLeftTheBusUnnoticed() {
    node.bus = address -> Optional.of("PCI function " + address + " is not there");
    onTheBus();
    ClaimManager claims = node.open();
    assertThat(refused(claims, node.cluster.allocate("c", "u1", "gpu-1")))
        .isEqualTo(
            "device gpu-1 of request r cannot be used: PCI function 0000:0f:00.0 is not there."
                + " Delete the pod to get another device");
    assertThat(prepared(claims, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
    node.bus = address -> Optional.empty();
    assertThat(prepared(claims, node.cluster.allocate("c", "u1", "gpu-1"))).hasSize(1);
  }

  @Test
  void aBusThatHangsCostsOnlyTheDevicesBehindIt() {
    node.bus =
        address -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.empty();
        };
    onTheBus();
    ClaimManager claims = node.open();
    assertThat(refused(claims, node.cluster.allocate("c", "u1", "gpu-1")))
        .contains("does not respond: reading the PCI configuration space");
    assertThat(prepared(claims, node.cluster.allocate("d", "u2", result("r", "gpu-0").device())))
        .hasSize(1);
  }

  private static DeviceCommon tpu(String name, String type, Set<String> parts, String pci) {
    return new DeviceCommon(
        new DeviceName(name),
        type,
        Vendor.GOOGLE,
        Kind.TPU,
        new TreeSet<>(parts),
        PciAddress.parse(pci),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of());
  }

  private static TpuChip chip(String name, String pci) {
    return new TpuChip(tpu(name, "tpu-chip", Set.of(name), pci), "v5e", 0, OptionalLong.empty(), 2);
  }

  /** A shape has no function of its own: its chips have. */
  @Test
  void aChipOfAShapeThatHasLeftTheBusUnnoticed() {
    TpuChip first = chip("tpu-0", "0000:05:00.0");
    TpuChip second = chip("tpu-1", PCI.toString());
    TpuShape shape =
        new TpuShape(
            tpu("tpu-1x2", "tpu-shape", Set.of("tpu-0", "tpu-1"), ""),
            "1x2",
            List.of(first, second));
    node.inventory =
        new Inventory(
            Instant.EPOCH,
            List.of(first, second, shape),
            Set.of(),
            List.of(new ProbeStatus("tpu", ProbeStatus.State.READY, Instant.EPOCH, "found")));
    node.bus =
        address ->
            address.equals(PCI)
                ? Optional.of("PCI function " + address + " is not there")
                : Optional.empty();
    assertThat(refused(node.open(), node.cluster.allocate("c", "u1", "tpu-1x2")))
        .isEqualTo(
            "device tpu-1x2 of request r cannot be used: PCI function 0000:0f:00.0 is not there."
                + " Delete the pod to get another device");
  }
}
