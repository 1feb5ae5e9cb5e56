package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.FakeCluster.result;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.sharedOf;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.HostMount;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.cdi.CdiWatch.Answer;
import dev.acceld.dra.cdi.CdiWatch.Changes;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.StepHook.Step;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordCodec;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.probe.AccessRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver's files, which claims share: one CDI file, as long as a claim names it. */
class SharedFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UnprepareOutcome DONE = new UnprepareOutcome.Done();

  @TempDir Path dir;
  private Node node;
  private volatile String version = "580";

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.access = this::access;
  }

  private ContainerAccess access(List<Device> devices, AccessOptions options)
      throws AccessRefusedException {
    if (version.isEmpty()) {
      throw new AccessRefusedException("no driver");
    }
    return new ContainerAccess(
        List.of(),
        Map.of("SET", devices.size() + " devices"),
        List.of(HostMount.readOnly("/drv/libcuda.so." + version, "/lib/libcuda.so." + version)),
        List.of(new ContainerHook("/usr/bin/hook", List.of("hook", "links"), List.of("A=b"))));
  }

  private ClaimRef claim(String uid, String device) {
    return node.cluster.allocate("c-" + uid, uid, device);
  }

  private String only(List<PreparedDevice> answer) {
    List<String> names = sharedOf(answer);
    assertThat(names).hasSize(1);
    return names.getFirst();
  }

  private List<Path> sharedFiles() throws Exception {
    List<Path> all = new ArrayList<>();
    for (Path in : List.of(node.cdiDir, node.stateDir.resolve("shared-cdi"))) {
      try (var files = Files.list(in)) {
        files
            .filter(f -> in.endsWith("shared-cdi") || f.toString().contains("-driver_"))
            .forEach(all::add);
      }
    }
    return all;
  }

  @Test
  void aClaimNamesItsOwnDevicesFirstAndTheDriversFilesLast() throws Exception {
    List<PreparedDevice> answer = prepared(node.open(), claim("11-aa", "gpu-2"));
    String name = only(answer);
    assertThat(name).matches("files-[0-9a-f]{20}");
    assertThat(answer.getFirst().cdiIds())
        .containsExactly(
            "acceld.dev/claim=11-aa-gpu-2",
            "acceld.dev/claim=11-aa-request-r",
            "acceld.dev/driver=" + name);
    assertThat(JSON.readTree(Files.readString(node.cdiFile("11-aa"))))
        .isEqualTo(
            JSON.readTree(
                """
                {"cdiVersion": "0.5.0", "kind": "acceld.dev/claim", "devices": [
                  {"name": "11-aa-gpu-2", "containerEdits": {
                    "env": ["ACCELD_DEVICE_GPU_2=gpu-2"],
                    "deviceNodes": [{"path": "/dev/nvidia2", "type": "c", "major": 195, "minor": 2,
                                     "permissions": "rwm"}]}},
                  {"name": "11-aa-request-r", "containerEdits": {"env": ["SET=1 devices"]}}]}
                """));
    assertThat(JSON.readTree(Files.readString(node.sharedFile(name))))
        .isEqualTo(
            JSON.readTree(
                """
                {"cdiVersion": "0.3.0", "kind": "acceld.dev/driver",
                 "containerEdits": {"hooks": [
                   {"hookName": "createContainer", "path": "/usr/bin/hook",
                    "args": ["hook", "links"], "env": ["A=b"]}]},
                 "devices": [{"name": "%s", "containerEdits": {"mounts": [
                   {"hostPath": "/drv/libcuda.so.580", "containerPath": "/lib/libcuda.so.580",
                    "options": ["ro", "nosuid", "nodev", "rbind", "rprivate"]}]}}]}
                """
                    .formatted(name)));
    assertThat(Files.readString(node.record("11-aa"))).contains(name).doesNotContain("libcuda");
  }

  @Test
  void theFileIsThereAsLongAsAClaimNamesIt() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef first = claim("u1", "gpu-0");
    ClaimRef second = claim("u2", "gpu-1");
    String name = only(prepared(manager, first));
    assertThat(only(prepared(manager, second))).isEqualTo(name);
    assertThat(unprepare(manager, first)).isEqualTo(DONE);
    manager.sweep();
    assertThat(node.sharedFile(name)).exists();
    assertThat(node.keptFile(name)).exists();
    assertThat(unprepare(manager, second)).isEqualTo(DONE);
    manager.sweep();
    assertThat(sharedFiles()).isEmpty();
    assertThat(prepared(manager, first)).hasSize(1);
    assertThat(node.sharedFile(name)).exists();
  }

  @Test
  void aClaimThatOnlyTheOtherProcessKnowsKeepsItToo() throws Exception {
    ClaimManager sweeping = node.open();
    String name = only(prepared(node.open(), claim("u1", "gpu-0")));
    sweeping.sweep();
    assertThat(node.sharedFile(name)).exists();
    assertThat(node.keptFile(name)).exists();
  }

  @Test
  void aClaimWhoseRecordIsLostMayNameIt() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = claim("u1", "gpu-0");
    String name = only(prepared(manager, claim));
    Files.delete(node.record("u1"));
    Files.delete(node.stateDir.resolve("claim-copies/u1.json"));
    manager.sweep();
    node.open().sweep();
    assertThat(node.sharedFile(name)).exists();
    assertThat(unprepare(manager, claim)).isEqualTo(DONE);
    manager.sweep();
    assertThat(sharedFiles()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARED_KEPT", "SHARED_WRITTEN", "CDI_WRITTEN"})
  void aPrepareUnderWayKeepsIt(Step step) throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ClaimManager slow =
        node.open(
            RecordFiles.DISK,
            now -> {
              if (now == step) {
                reached.countDown();
                try {
                  goOn.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }
            });
    ClaimRef claim = claim("u1", "gpu-0");
    try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<List<PreparedDevice>> answer = threads.submit(() -> prepared(slow, claim));
      reached.await();
      node.open().sweep();
      slow.sweep();
      goOn.countDown();
      String name = only(answer.get());
      assertThat(node.sharedFile(name)).exists();
      assertThat(node.keptFile(name)).exists();
    }
  }

  /** Nothing catches it, as in a killed process. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private ClaimManager dyingAt(Step when) {
    return node.open(
        RecordFiles.DISK,
        step -> {
          if (step == when) {
            throw new Killed();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARED_KEPT", "SHARED_WRITTEN", "CDI_WRITTEN"})
  void killedBeforeTheRecordNothingIsLeft(Step step) throws Exception {
    ClaimRef claim = claim("u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    node.open().sweep();
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(sharedFiles()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"SHARED_KEPT", "SHARED_WRITTEN", "CDI_WRITTEN", "RECORD_WRITTEN"})
  void killedAndAskedAgain(Step step) throws Exception {
    ClaimRef claim = claim("u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    ClaimManager next = node.open();
    String name = only(prepared(next, claim));
    next.sweep();
    assertThat(node.sharedFile(name)).exists();
    assertThat(node.keptFile(name)).exists();
    assertThat(node.stateDir.resolve("claims")).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void killedWhileItIsRemoved() throws Exception {
    ClaimRef claim = claim("u1", "gpu-0");
    ClaimManager manager = dyingAt(Step.SHARED_REMOVED);
    String name = only(prepared(manager, claim));
    unprepare(manager, claim);
    assertThatThrownBy(manager::sweep).isInstanceOf(Killed.class);
    assertThat(node.sharedFile(name)).doesNotExist();
    assertThat(only(prepared(node.open(), claim))).isEqualTo(name);
    assertThat(node.sharedFile(name)).exists();
    unprepare(node.open(), claim);
    assertThatThrownBy(manager::sweep).isInstanceOf(Killed.class);
    node.open().sweep();
    assertThat(sharedFiles()).isEmpty();
  }

  @Test
  void leftoverTemporaryFilesAreSwept() throws Exception {
    ClaimManager manager = node.open();
    String name = only(prepared(manager, claim("u1", "gpu-0")));
    String random = "." + java.util.UUID.randomUUID() + ".tmp";
    Path half = Path.of(node.sharedFile(name) + random);
    Path kept = Path.of(node.keptFile(name) + random);
    Files.writeString(half, "{");
    Files.writeString(kept, "{");
    manager.sweep();
    assertThat(sharedFiles()).containsExactlyInAnyOrder(node.sharedFile(name), node.keptFile(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}"})
  void itIsPutBack(String spoilt) throws Exception {
    ClaimManager manager = node.open();
    Path file = node.sharedFile(only(prepared(manager, claim("u1", "gpu-0"))));
    byte[] good = Files.readAllBytes(file);
    version = ""; // by what is kept: the driver is away
    for (ClaimManager any : List.of(manager, node.open())) {
      Changes name = new Changes.Files(Set.of(String.valueOf(file.getFileName())));
      for (Changes changes : List.of(name, new Changes.Everything())) {
        spoil(file, spoilt);
        assertThat(any.restoreFiles(new Changes.Files(Set.of("other.json"))).mended()).isFalse();
        assertThat(any.restoreFiles(changes)).isEqualTo(new Answer(true, Set.of()));
        assertThat(file).hasBinaryContent(good);
        assertThat(any.restoreFiles(changes)).isEqualTo(new Answer(false, Set.of()));
      }
      spoil(file, spoilt);
      any.sweep();
      assertThat(file).hasBinaryContent(good);
      spoil(file, spoilt);
      assertThat(prepared(any, claimAgain())).hasSize(1);
      assertThat(file).hasBinaryContent(good);
    }
  }

  private ClaimRef claimAgain() {
    return new ClaimRef("ns", "c-u1", "u1");
  }

  private static void spoil(Path file, String content) throws Exception {
    if (content.isEmpty()) {
      Files.delete(file);
    } else {
      Files.writeString(file, content);
    }
  }

  @Test
  void whatIsKeptIsMadeAnewFromTheCdiFile() throws Exception {
    String name = only(prepared(node.open(), claim("u1", "gpu-0")));
    byte[] good = Files.readAllBytes(node.keptFile(name));
    version = "";
    Files.write(node.keptFile(name), java.util.Arrays.copyOf(good, 50));
    node.open().sweep();
    assertThat(node.keptFile(name)).hasBinaryContent(good);
    Files.delete(node.keptFile(name));
    node.open().sweep();
    assertThat(node.keptFile(name)).hasBinaryContent(good);
  }

  @Test
  void anExchangeOfTheDriverChangesTheContentAndNoName() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef before = claim("u1", "gpu-0");
    List<PreparedDevice> answer = prepared(manager, before);
    String old = only(answer);
    version = "590";
    ClaimRef after = claim("u2", "gpu-1");
    String now = only(prepared(manager, after));
    assertThat(now).isNotEqualTo(old);
    assertThat(Files.readString(node.sharedFile(old))).as("until it is renewed").contains("580");
    manager.renew();
    assertThat(Files.readString(node.sharedFile(old))).contains("590").doesNotContain("580");
    assertThat(prepared(manager, before)).isEqualTo(answer);
    unprepare(manager, before);
    manager.sweep();
    assertThat(sharedFiles()).containsExactlyInAnyOrder(node.sharedFile(now), node.keptFile(now));
    version = "580"; // back again: the old name is free for the old content
    assertThat(only(prepared(manager, claim("u3", "gpu-2")))).isEqualTo(old);
    assertThat(Files.readString(node.sharedFile(old))).contains("580").doesNotContain("590");
  }

  /** The next driver may have other files for one of them. */
  @Test
  void claimsThatWantDifferentPartsHaveDifferentNames() throws Exception {
    OpaqueConfig config =
        new OpaqueConfig(
            false,
            List.of(),
            Node.DRIVER,
            "{\"apiVersion\": \"gpu.acceld.dev/v1alpha1\", \"kind\": \"GpuConfig\","
                + " \"driverCapabilities\": [\"compute\"]}");
    ClaimManager manager = node.open();
    ClaimRef wants =
        node.cluster.allocate("w", "u1", List.of(result("r", "gpu-0")), List.of(config));
    assertThat(only(prepared(manager, wants)))
        .isNotEqualTo(only(prepared(manager, claim("u2", "gpu-1"))));
  }

  @Test
  void requestsOfOneClaimShareItOnce() throws Exception {
    ClaimRef claim =
        node.cluster.allocate(
            "c", "u1", List.of(result("r", "gpu-0"), result("s", "gpu-1")), List.of());
    List<PreparedDevice> answer = prepared(node.open(), claim);
    String id = "acceld.dev/driver=" + only(answer);
    assertThat(answer).allSatisfy(device -> assertThat(device.cdiIds()).endsWith(id));
  }

  /** As an agent wrote it that kept all in the claim's own file. */
  @Test
  void aRecordOfAnOlderAgentKeepsItsFileAndItsNames() throws Exception {
    ClaimRef claim = claim("u1", "gpu-0");
    String name = only(prepared(node.open(), claim));
    ClaimRecord now = ClaimRecordCodec.decode(Files.readAllBytes(node.record("u1")));
    String mounts =
        JSON.readTree(Files.readString(node.sharedFile(name)))
            .at("/devices/0/containerEdits/mounts")
            .toString();
    String text =
        Files.readString(node.cdiFile("u1"))
            .replace("\"SET=1 devices\" ]", "\"SET=1 devices\" ], \"mounts\": " + mounts);
    assertThat(text).contains("libcuda.so.580");
    List<RecordedDevice> devices =
        now.devices().stream()
            .map(d ->
                new RecordedDevice(
                    new PreparedDevice(
                        d.prepared().request(),
                        d.prepared().pool(),
                        d.prepared().device(),
                        d.prepared().shareId(),
                        d.prepared().adminAccess(),
                        List.of("acceld.dev/claim=u1-gpu-0", "acceld.dev/claim=u1-request-r")),
                    d.physical(),
                    d.attributes(),
                    d.capacities(),
                    d.counters(),
                    d.place(),
                    d.partitionId()))
            .toList();
    ClaimRecord old = now.keeping(now.bootId(), devices, CdiText.of(text));
    Files.write(node.record("u1"), ClaimRecordCodec.encode(old));
    Files.delete(node.stateDir.resolve("claim-copies/u1.json"));
    Files.writeString(node.cdiFile("u1"), text);

    ClaimManager manager = node.open();
    assertThat(prepared(manager, claim)).isEqualTo(old.answer());
    manager.sweep();
    assertThat(sharedFiles()).isEmpty();
    assertThat(Files.readString(node.cdiFile("u1"))).contains("libcuda.so.580");
    version = "590";
    manager.renew();
    assertThat(Files.readString(node.cdiFile("u1"))).contains("libcuda.so.590", "/usr/bin/hook");
    assertThat(prepared(manager, claim)).isEqualTo(old.answer());
    assertThat(sharedFiles()).isEmpty();
    assertThat(unprepare(manager, claim)).isEqualTo(DONE);
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void whoeverIsAnsweredHasTheFileWhileTheOtherProcessSweeps() throws Exception {
    ClaimManager manager = node.open();
    ClaimManager other = node.open();
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<Boolean> sweeping =
          threads.submit(() -> {
            while (!over.get()) {
              other.sweep();
            }
            return true;
          });
      try {
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          ClaimRef claim = claim("u" + i, "gpu-" + i);
          all.add(
              threads.submit(() -> {
                for (int round = 0; round < 40; round++) {
                  String name = only(prepared(manager, claim));
                  assertThat(node.sharedFile(name)).exists();
                  assertThat(node.keptFile(name)).exists();
                  assertThat(unprepare(manager, claim)).isEqualTo(DONE);
                }
                return true;
              }));
        }
        for (Future<Boolean> one : all) {
          assertThat(one.get()).isTrue();
        }
      } finally {
        over.set(true);
      }
      assertThat(sweeping.get()).isTrue();
    }
    other.sweep();
    assertThat(sharedFiles()).isEmpty();
  }
}
