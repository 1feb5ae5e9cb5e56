package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What prepare and unprepare do when all is well. */
class PrepareTest {
  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  /** As a trace needs them: each step begins, ends, and lies within the one around it. */
  @Test
  void theStepsOfAClaimAreToldFromBeginToEnd() {
    List<String> steps = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>();
    node.observer =
        new ClaimObserver() {
          @Override
          public void began(ClaimRef claim, Operation operation, Phase phase) {
            open.push(operation + " " + phase);
          }

          @Override
          public void ended(
              ClaimRef claim, Operation operation, Phase phase, long nanos, boolean ok) {
            assertThat(open.pop()).isEqualTo(operation + " " + phase);
            steps.add(phase + (open.isEmpty() ? "" : " in " + open.peek()) + (ok ? "" : " failed"));
          }
        };
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "11-aa", "gpu-0");
    prepared(manager, claim);
    assertThat(open).isEmpty();
    assertThat(steps)
        .contains("GET in PREPARE TOTAL", "CDI in PREPARE TOTAL", "RECORD in PREPARE TOTAL")
        .endsWith("TOTAL");
    steps.clear();
    node.cluster.failure = ClusterException.Reason.FORBIDDEN;
    refused(manager, new ClaimRef("ns", "other", "22-bb"));
    assertThat(steps).contains("GET in PREPARE TOTAL failed").endsWith("TOTAL failed");
  }

  @Test
  void aClaimForTwoGpusIsPreparedAndGivenBack() throws Exception {
    ClaimManager manager = node.open();
    AtomicInteger changes = new AtomicInteger();
    manager.onChange(changes::incrementAndGet);
    ClaimRef claim = node.cluster.allocate("c", "11-aa", "gpu-2", "gpu-0");

    List<PreparedDevice> devices = prepared(manager, claim);

    assertThat(devices)
        .containsExactly(
            new PreparedDevice(
                "r",
                Node.NAME,
                "gpu-2",
                Optional.empty(),
                false,
                List.of("acceld.dev/claim=11-aa-gpu-2", "acceld.dev/claim=11-aa-request-r")),
            new PreparedDevice(
                "r",
                Node.NAME,
                "gpu-0",
                Optional.empty(),
                false,
                List.of("acceld.dev/claim=11-aa-gpu-0")));
    assertThat(Files.readString(node.cdiFile("11-aa")))
        .isEqualToIgnoringWhitespace(
            """
            {"cdiVersion": "0.5.0", "kind": "acceld.dev/claim", "devices": [
              {"name": "11-aa-gpu-2", "containerEdits": {
                "env": ["ACCELD_DEVICE_GPU_2=gpu-2"],
                "deviceNodes": [{"path": "/dev/nvidia2", "type": "c", "major": 195, "minor": 2,
                  "permissions": "rwm"}]}},
              {"name": "11-aa-gpu-0", "containerEdits": {
                "env": ["ACCELD_DEVICE_GPU_0=gpu-0"],
                "deviceNodes": [{"path": "/dev/nvidia0", "type": "c", "major": 195, "minor": 0,
                  "permissions": "rwm"}]}},
              {"name": "11-aa-request-r", "containerEdits": {
                "env": ["CAPABILITIES=the node's", "NVIDIA_VISIBLE_DEVICES=void", "SET=2 devices"],
                "deviceNodes": [
                  {"path": "/dev/nvidiactl", "type": "c", "major": 195, "minor": 255,
                   "permissions": "rwm"},
                  {"path": "/dev/nvidia-uvm", "type": "c", "permissions": "rwm"}]}}]}
            """);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.cdiFile("11-aa"))))
        .isEqualTo("rw-r--r--");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.cdiDir)))
        .isEqualTo("rwxr-xr-x");
    assertThat(manager.prepared())
        .singleElement()
        .satisfies(p -> {
          assertThat(p.claim()).isEqualTo(claim);
          assertThat(p.devices()).isEqualTo(devices);
          assertThat(p.pods()).containsExactly(new PodRef("ns", "pod-c", "pod-uid-c"));
        });
    assertThat(manager.held())
        .extracting(HeldDevice::device, HeldDevice::holder)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("gpu-2", claim),
            org.assertj.core.groups.Tuple.tuple("gpu-0", claim));
    assertThat(manager.held().getFirst().attributes())
        .isEqualTo(Node.gpu("gpu-2").common().attributes());
    assertThat(changes).hasValue(1);

    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(manager.prepared()).isEmpty();
    assertThat(manager.held()).isEmpty();
    assertThat(changes).hasValue(2);
  }

  @Test
  void aFinishedClaimIsAnsweredAgainWithoutTheApiServer() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    List<PreparedDevice> first = prepared(manager, claim);
    String cdi = Files.readString(node.cdiFile("u1"));
    node.api = Optional.empty();

    ClaimManager next = node.open();
    assertThat(prepared(next, claim)).isEqualTo(first);

    Files.writeString(node.cdiFile("u1"), cdi.substring(0, 40));
    assertThat(prepared(next, claim)).isEqualTo(first);
    assertThat(node.cdiFile("u1")).hasContent(cdi);

    Files.delete(node.cdiFile("u1"));
    Files.delete(node.cdiDir);
    assertThat(prepared(next, claim)).isEqualTo(first);
    assertThat(node.cdiFile("u1")).hasContent(cdi);
    assertThat(node.cluster.gets).hasValue(1);
  }

  @Test
  void afterARebootTheWorkIsDoneAgainWithTodaysDeviceNumbers() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    PreparedClaim before = manager.prepared().getFirst();
    Files.delete(node.cdiFile("u1"));
    node.bootId = "boot-2";

    ClaimManager next = node.open();
    prepared(next, claim);
    assertThat(node.cluster.gets).hasValue(3);
    assertThat(node.cdiFile("u1")).exists();
    assertThat(next.prepared()).containsExactly(before);
    assertThat(Files.readString(node.record("u1"))).contains("\"bootId\":\"boot-2\"");

    node.bootId = "boot-3";
    assertThat(unprepare(node.open(), claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void onlyTheDriversOwnResultsCount() {
    ClaimManager manager = node.open();
    Result foreign = new Result("nic", "nic.example", "x", "eth0", false, Optional.empty());
    ClaimRef both =
        node.cluster.allocate("c", "u1", List.of(foreign, result("g", "gpu-0")), List.of());
    ClaimRef none = node.cluster.allocate("d", "u2", List.of(foreign), List.of());

    assertThat(prepared(manager, both)).extracting(PreparedDevice::device).containsExactly("gpu-0");
    assertThat(prepared(manager, none)).isEmpty();
    assertThat(unprepare(manager, none)).isEqualTo(new UnprepareOutcome.Done());
  }

  @Test
  void aSubrequestIsAnsweredByItsMainNameAndRepeatedResultsOnce() {
    ClaimManager manager = node.open();
    ClaimRef claim =
        node.cluster.allocate(
            "c",
            "u1",
            List.of(result("r/big", "gpu-0"), result("r/big", "gpu-0"), result("s", "gpu-1")),
            List.of());
    assertThat(prepared(manager, claim))
        .extracting(PreparedDevice::request, PreparedDevice::device, PreparedDevice::cdiIds)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "r",
                "gpu-0",
                List.of("acceld.dev/claim=u1-gpu-0", "acceld.dev/claim=u1-request-r")),
            org.assertj.core.groups.Tuple.tuple(
                "s",
                "gpu-1",
                List.of("acceld.dev/claim=u1-gpu-1", "acceld.dev/claim=u1-request-s")));
  }

  @Test
  void adminAccessSharesADeviceWithItsHolder() {
    ClaimManager manager = node.open();
    ClaimRef user = node.cluster.allocate("user", "u1", "gpu-0");
    ClaimRef admin =
        node.cluster.allocate(
            "admin",
            "u2",
            List.of(new Result("m", Node.DRIVER, Node.NAME, "gpu-0", true, Optional.empty())),
            List.of());
    assertThat(prepared(manager, admin)).allMatch(PreparedDevice::adminAccess);
    assertThat(prepared(manager, user)).hasSize(1);
    assertThat(manager.held()).extracting(HeldDevice::holder).containsExactly(user);
  }

  @Test
  void oneCallMayAskForManyClaimsAndEachIsAnswered() {
    ClaimManager manager = node.open();
    ClaimRef a = node.cluster.allocate("a", "u1", "gpu-0");
    ClaimRef bad = node.cluster.allocate("bad", "u2", "gpu-77");
    ClaimRef b = node.cluster.allocate("b", "u3", "gpu-1", "gpu-2");
    Map<String, PrepareOutcome> answer =
        manager.prepare(List.of(a, bad, b, a), CallScope.UNCANCELLED);
    assertThat(answer.keySet()).containsExactly("u1", "u2", "u3");
    assertThat(answer.get("u1")).isInstanceOf(PrepareOutcome.Prepared.class);
    assertThat(answer.get("u2")).isInstanceOf(PrepareOutcome.Failed.class);
    assertThat(answer.get("u3")).isInstanceOf(PrepareOutcome.Prepared.class);
    assertThat(manager.prepare(List.of(), CallScope.UNCANCELLED)).isEmpty();
    assertThat(manager.unprepare(List.of(a, bad, b), CallScope.UNCANCELLED))
        .hasSize(3)
        .allSatisfy((uid, done) -> assertThat(done).isEqualTo(new UnprepareOutcome.Done()));
    assertThat(node.filesOfClaims()).isEmpty();
  }
}
