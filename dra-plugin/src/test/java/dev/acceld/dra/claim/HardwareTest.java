package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.StepHook.Step;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.OpaqueConfig;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices that are made for a claim: in whatever step it ends, nothing is lost or left over. */
class HardwareTest {
  @TempDir Path dir;
  private final FakeParts hardware = new FakeParts();
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.inventory = FakeParts.inventory();
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private ClaimManager open() {
    return open(RecordFiles.DISK, StepHook.NONE);
  }

  private ClaimManager open(RecordFiles disk, StepHook hook) {
    return open(node, disk, hook);
  }

  private ClaimManager open(Node node, RecordFiles disk, StepHook hook) {
    try {
      return ClaimManager.open(
          new ClaimManager.Dependencies(
              node.settings,
              node.api,
              () -> node.inventory,
              node.parts().access(),
              device -> Optional.empty(),
              () -> node.bootId,
              Clock.systemUTC(),
              node.observer,
              hardware,
              node.kubelet,
              () -> node.podsWithProcesses,
              node.bus,
              node.selfTests),
          disk,
          hook);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ClaimManager dyingAt(Step when) {
    return open(
        RecordFiles.DISK,
        step -> {
          if (step == when) {
            throw new Killed();
          }
        });
  }

  /** Every write of a record from the nth on finds the disk full. */
  private ClaimManager withFullDiskFrom(int nth) {
    AtomicInteger writes = new AtomicInteger();
    return open(
        new RecordFiles() {
          @Override
          public void replace(Path file, byte[] content) throws IOException {
            if (writes.incrementAndGet() >= nth) {
              throw new IOException("No space left on device");
            }
            RecordFiles.DISK.replace(file, content);
          }

          @Override
          public boolean remove(Path file) throws IOException {
            return RecordFiles.DISK.remove(file);
          }

          @Override
          public void syncDirectory(Path directory) throws IOException {
            RecordFiles.DISK.syncDirectory(directory);
          }
        },
        StepHook.NONE);
  }

  private ClaimRef claim(String name, String uid, String... devices) {
    return node.cluster.allocate(name, uid, devices);
  }

  @Test
  void whatAClaimSaysOfADeviceReachesTheOneThatMakesIt() {
    OpaqueConfig config =
        new OpaqueConfig(
            false,
            List.of("a"),
            Node.DRIVER,
            """
            {"apiVersion": "gpu.acceld.dev/v1alpha1", "kind": "GpuConfig",
             "driverCapabilities": ["video"]}\
            """);
    List<Result> results =
        List.of(FakeCluster.result("a", "gpu-0-half-1"), FakeCluster.result("b", "gpu-0-half-0"));
    prepared(open(), node.cluster.allocate("c", "u1", results, List.of(config)));
    assertThat(hardware.wanted)
        .containsEntry(
            "gpu-0-half-1", new AccessOptions(Optional.of(Set.of(DriverCapability.VIDEO))))
        .containsEntry("gpu-0-half-0", AccessOptions.DEFAULT);
  }

  @Test
  void aPartIsMadeBeforeTheAnswerAndUnmadeBeforeItIsForgotten() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    assertThat(prepared(manager, claim)).hasSize(1);
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(Files.readString(node.cdiFile("u1"))).contains("/dev/nvidia-caps/nvidia-cap12");
    assertThat(Files.readString(node.record("u1"))).contains("\"recipe\":\"gpu-0-half-1\"");
    manager.renew();
    assertThat(prepared(manager, claim)).as("asked again").hasSize(1);
    assertThat(Files.readString(node.cdiFile("u1")))
        .as("of the part as it was made, not as it is offered")
        .contains("/dev/nvidia-caps/nvidia-cap12");
    assertThat(hardware.calls).containsExactly("make gpu-0-half-1");
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "ANNOUNCED", "HARDWARE_MADE", "CDI_WRITTEN", "RECORD_WRITTEN"})
  void killedInPrepareAndAskedAgain(Step step) throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    ClaimManager next = open();
    next.sweep();
    assertThat(prepared(next, claim)).hasSize(1);
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "ANNOUNCED", "HARDWARE_MADE", "CDI_WRITTEN", "RECORD_WRITTEN"})
  void killedInPrepareAndGivenBack(Step step) throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1", "gpu-0-half-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    ClaimManager next = open();
    next.sweep();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    next.sweep();
    assertThat(hardware.made).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(prepared(next, claim("d", "u2", "gpu-0"))).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "CDI_REMOVED", "HARDWARE_UNMADE", "RECORD_REMOVED"})
  void killedInUnprepareAndAskedAgain(Step step) throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(open(), claim);
    assertThatThrownBy(() -> unprepare(dyingAt(step), claim)).isInstanceOf(Killed.class);
    ClaimManager next = open();
    next.sweep();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
  }

  /** A claim that several pods share may be wanted again in the middle of its being given back. */
  @Test
  void killedAfterUnmakingAndPreparedAgain() throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(open(), claim);
    assertThatThrownBy(() -> unprepare(dyingAt(Step.HARDWARE_UNMADE), claim))
        .isInstanceOf(Killed.class);
    assertThat(prepared(open(), claim)).hasSize(1);
    assertThat(hardware.made).as("not answered from the record").containsExactly("gpu-0-half-1");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aFullDiskLeavesNothing(int nth) throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    assertThat(refused(withFullDiskFrom(nth), claim)).contains("No space left on device");
    assertThat(hardware.made).isEmpty();
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(hardware.calls).hasSize(nth == 1 ? 0 : 2);
    ClaimManager next = open();
    assertThat(prepared(next, claim)).hasSize(1);
  }

  @Test
  void aCdiDirectoryThatCannotBeWrittenLeavesNothing() throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    ClaimManager manager = open();
    Files.createDirectories(node.cdiFile("u1").resolve("in its place"));
    assertThat(refused(manager, claim)).contains("cannot be written");
    assertThat(hardware.made).isEmpty();
    assertThat(node.record("u1")).doesNotExist();
  }

  @Test
  void hardwareThatRefusesLeavesNothing() throws Exception {
    hardware.refusal = "gpu-0-half-1 cannot be created: no";
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    ClaimManager manager = open();
    assertThat(refused(manager, claim)).isEqualTo(hardware.refusal);
    assertThat(node.filesOfClaims()).isEmpty();
    hardware.refusal = "";
    assertThat(prepared(manager, claim)).hasSize(1);
  }

  @Test
  void aPartInUseKeepsItsRecordUntilItIsFree() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    hardware.inUse.add("gpu-0-half-1");
    node.cluster.claims.put(
        "ns/user",
        new ResourceClaim(
            new ClaimRef("ns", "user", "u3"),
            Optional.empty(),
            Optional.of(allocationOf("gpu-1")),
            List.of(new PodRef("ns", "user-pod", "pod-uid-user")),
            Map.of()));
    prepared(manager, new ClaimRef("ns", "user", "u3"));
    String why =
        "gpu-0-half-1 is in use; it is used by process 4711 (python3) of pod ns/user-pod, process"
            + " 12 (dcgm) of no pod";
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Failed(why));
    assertThat(node.record("u1")).exists();
    assertThat(refused(manager, claim("d", "u2", "gpu-0")))
        .contains("ns/c", why)
        .as("a pod that is gone")
        .doesNotContain("pod-c");
    assertThat(manager.troubles()).containsExactly("claim ns/c: " + why);
    hardware.inUse.clear();
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(manager.troubles()).isEmpty();
    assertThat(prepared(manager, claim("d", "u2", "gpu-0"))).hasSize(1);
  }

  private static Allocation allocationOf(String device) {
    return new Allocation(List.of(FakeCluster.result("r", device)), List.of());
  }

  @Test
  void theWholeAndItsPartsAreNeverBothGivenAway() {
    ClaimManager manager = open();
    ClaimRef half = claim("half", "u1", "gpu-0-half-0");
    prepared(manager, half);
    assertThat(prepared(manager, claim("beside", "u2", "gpu-0-half-1"))).hasSize(1);
    assertThat(refused(manager, claim("whole", "u3", "gpu-0"))).contains("still prepared for");
    assertThat(prepared(manager, claim("elsewhere", "u4", "gpu-1"))).hasSize(1);
    assertThat(refused(manager, claim("part", "u5", "gpu-1-half-1"))).contains("ns/elsewhere");
    assertThat(hardware.made).containsExactly("gpu-0-half-0", "gpu-0-half-1");
  }

  @Test
  void whatThisStateDirectoryDidNotAnnounceStaysUnlessTheOperatorSaysOtherwise() throws Exception {
    ClaimManager manager = open();
    prepared(manager, claim("c", "u1", "gpu-0-half-1"));
    hardware.made.add("gpu-0-half-0");
    hardware.made.add("gpu-1-half-0");
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-0", "gpu-0-half-1", "gpu-1-half-0");
    assertThat(refused(manager, claim("d", "u2", "gpu-1-half-0")))
        .contains("that this agent did not create");
    assertThat(refused(manager, claim("e", "u3", "gpu-1"))).contains("did not create");
    assertThat(node.filesOfClaims()).as("of the first only").hasSize(2);
    assertThat(hardware.made).contains("gpu-1-half-0");
    hardware.removesForeign = true;
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
  }

  /** A claim of another driver name has its records in another directory. */
  @Test
  void aClaimOfAnotherStateDirectoryKeepsItsPart() throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(open(), claim);
    Node other = new Node(dir.resolve("other"));
    other.inventory = FakeParts.inventory();
    ClaimManager second = open(other, RecordFiles.DISK, StepHook.NONE);
    second.sweep();
    ClaimRef same = other.cluster.allocate("d", "u2", "gpu-0-half-1");
    assertThat(refused(second, same)).contains("that this agent did not create");
    assertThat(unprepare(second, same)).isEqualTo(new UnprepareOutcome.Done());
    ClaimRef whole = other.cluster.allocate("e", "u3", "gpu-0");
    assertThat(refused(second, whole)).contains("that this agent did not create");
    second.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
  }

  /** The second pod of a claim, or a kubelet that was restarted, while the driver is not there. */
  @Test
  void hardwareThatDoesNotAnswerTakesNothingFromARunningPod() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    List<PreparedDevice> first = prepared(manager, claim);
    byte[] record = Files.readAllBytes(node.record("u1"));
    byte[] cdi = Files.readAllBytes(node.cdiFile("u1"));
    hardware.answers = false;
    assertThat(prepared(manager, claim)).as("from the record").isEqualTo(first);
    manager.sweep();
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
    assertThat(Files.readAllBytes(node.cdiFile("u1"))).isEqualTo(cdi);
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    hardware.answers = true;
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
  }

  /** A part is gone by the hardware's own account, and cannot be made again. */
  @Test
  void aFailedPrepareLeavesAnEarlierRecordAsItWas() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1", "gpu-0-half-0");
    prepared(manager, claim);
    byte[] record = Files.readAllBytes(node.record("u1"));
    byte[] cdi = Files.readAllBytes(node.cdiFile("u1"));
    hardware.made.remove("gpu-0-half-0");
    hardware.refusal = "no";
    assertThat(refused(manager, claim)).isEqualTo("no");
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
    assertThat(Files.readAllBytes(node.cdiFile("u1"))).isEqualTo(cdi);
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    hardware.refusal = "";
    assertThat(refused(withFullDiskFrom(1), claim)).contains("No space left on device");
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
    assertThat(Files.readAllBytes(node.cdiFile("u1"))).isEqualTo(cdi);
    assertThat(hardware.made).contains("gpu-0-half-1");
    assertThat(prepared(manager, claim)).hasSize(2);
  }

  /** What was given back while the driver was away is ours to unmake when it is there again. */
  @Test
  void whatCouldNotBeUnmadeIsUnmadeLater() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    hardware.answers = false;
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    hardware.answers = true;
    assertThat(prepared(manager, claim("whole", "u2", "gpu-0"))).hasSize(1);
    assertThat(hardware.made).isEmpty();
    assertThat(hardware.calls).contains("unmake gpu-0-half-1");

    ClaimRef again = claim("d", "u3", "gpu-1-half-0");
    prepared(manager, again);
    hardware.answers = false;
    unprepare(manager, again);
    hardware.answers = true;
    open().sweep();
    assertThat(hardware.made).isEmpty();
  }

  /** A claim for the whole GPU must not unmake what a claim with a damaged record has. */
  @Test
  void aPartOfAClaimWithADamagedRecordStaysAndIsUnmadeWhenItIsGivenBack() throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(open(), claim);
    Files.writeString(node.record("u1"), "garbage");
    hardware.removesForeign = true;
    ClaimManager next = open();
    assertThat(refused(next, claim("whole", "u2", "gpu-0"))).contains("ns/c");
    next.sweep();
    next.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
    assertThat(prepared(next, claim("whole", "u2", "gpu-0"))).hasSize(1);
  }

  /** A part that was given out as it was found is told by its place, whatever it is called now. */
  @Test
  void theRecordNamesThePlaceOfAPart() throws Exception {
    prepared(open(), claim("c", "u1", "gpu-0-half-1"));
    assertThat(Files.readString(node.record("u1"))).contains("\"place\":\"gpu-0-half-1\"");
  }

  /** Parts are used as they are, then they are made on demand, then as they are again. */
  @Test
  void aChangeOfModeUnderAClaimTakesNothingFromIt() throws Exception {
    ClaimRef before = claim("before", "u1", "gpu-0-half-1");
    hardware.made.add("gpu-0-half-1");
    prepared(node.open(), before); // the record knows of nothing made
    ClaimManager onDemand = open();
    onDemand.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(refused(onDemand, claim("whole", "u2", "gpu-0"))).contains("ns/before");
    unprepare(onDemand, before);
    onDemand.sweep();
    assertThat(hardware.made).as("nor from whoever made it").containsExactly("gpu-0-half-1");
  }

  @Test
  void nothingIsClearedAwayWhileARecordIsLostOrDamaged() throws Exception {
    ClaimManager manager = open();
    prepared(manager, claim("c", "u1", "gpu-0-half-1"));
    prepared(manager, claim("d", "u2", "gpu-0-half-0"));
    Files.delete(node.record("u1"));
    ClaimManager next = open();
    next.sweep();
    assertThat(hardware.made).contains("gpu-0-half-1");
    unprepare(next, new ClaimRef("ns", "c", "u1"));
    hardware.removesForeign = true;
    next.sweep();
    assertThat(hardware.made).as("given back").containsExactly("gpu-0-half-0");
    Files.writeString(node.record("u2"), "garbage");
    ClaimManager third = open();
    third.sweep();
    third.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-0");
  }

  @Test
  void anotherAllocationOfTheSameClaimUndoesTheFirst() {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    assertThatThrownBy(() -> prepared(dyingAt(Step.HARDWARE_MADE), claim))
        .isInstanceOf(Killed.class);
    claim("c", "u1", "gpu-1-half-0");
    assertThat(prepared(open(), claim)).hasSize(1);
    assertThat(hardware.made).containsExactly("gpu-1-half-0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anotherAllocationOfAPreparedClaimUndoesTheFirst(boolean answers) throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    ClaimManager manager = open();
    prepared(manager, claim);
    byte[] record = Files.readAllBytes(node.record("u1"));
    claim("c", "u1", "gpu-1-half-0");
    hardware.answers = answers;
    if (!answers) {
      assertThat(refused(manager, claim)).contains("gives no access");
      assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
      assertThat(hardware.made).containsExactly("gpu-0-half-1");
      hardware.answers = true;
    }
    assertThat(prepared(manager, claim)).hasSize(1);
    assertThat(hardware.made).containsExactly("gpu-1-half-0");
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    manager.sweep();
    assertThat(hardware.made).isEmpty();
  }

  /** The driver answers in part: the part that stays is on the GPU of the one that is made. */
  @Test
  void whatAnEarlierAllocationLeftOnTheSameGpuIsUnmadeLater() throws Exception {
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    ClaimManager manager = open();
    prepared(manager, claim);
    claim("c", "u1", "gpu-0-half-0");
    hardware.stuck.add("gpu-0-half-1");
    hardware.refusal = "no";
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(refused(manager, claim)).isEqualTo("no");
    }
    hardware.refusal = "";
    assertThat(prepared(manager, claim)).hasSize(1);
    assertThat(leftovers()).as("one for all attempts").hasSize(1);
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-0", "gpu-0-half-1");
    hardware.stuck.clear();
    manager.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-0");
    assertThat(leftovers()).isEmpty();
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(node.stateDir.resolve("leftovers"))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", "directory", "none"})
  void leftoversThatCannotBeReadKeepNoClaimWaiting(String how) throws Exception {
    ClaimManager manager = open();
    Path dir = node.stateDir.resolve("leftovers");
    switch (how) {
      case "file" -> Files.createDirectory(dir.resolve("u0-0.json")); // as on a bad sector
      case "directory" -> {
        Files.delete(dir);
        Files.writeString(dir, "a file in its place");
      }
      default -> Files.delete(dir);
    }
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    assertThat(prepared(manager, claim)).hasSize(1);
    manager.sweep();
    if (!how.equals("directory")) {
      hardware.answers = false;
      assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
      assertThat(node.filesOfClaims()).isEmpty();
      hardware.answers = true;
      manager.sweep();
      assertThat(hardware.made).isEmpty();
    }
  }

  /** Neither is the record there when its claim is given back, nor does the driver answer. */
  @Test
  void aLostRecordIsALeftoverToo() throws Exception {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    Files.delete(node.record("u1"));
    Files.createDirectory(node.record("u1")); // neither readable nor writable
    hardware.answers = false;
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    hardware.answers = true;
    open().sweep();
    assertThat(hardware.made).isEmpty();
  }

  @Test
  void afterARebootThereIsNothingToUndo() {
    ClaimManager manager = open();
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    hardware.made.clear();
    hardware.calls.clear();
    node.bootId = "boot-2";
    assertThat(unprepare(open(), claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.calls).isEmpty();
  }

  /** The boot id cannot be read, at this start or at that of the agent that prepared the claim. */
  @ParameterizedTest
  @CsvSource({"boot-1, unknown", "unknown, boot-1"})
  void anUnknownBootIsNoOtherBoot(String then, String now) throws Exception {
    node.bootId = then;
    ClaimRef claim = claim("c", "u1", "gpu-0-half-1");
    List<PreparedDevice> first = prepared(open(), claim);
    byte[] record = Files.readAllBytes(node.record("u1"));
    node.bootId = now;
    hardware.removesForeign = true;
    ClaimManager next = open();
    next.sweep();
    assertThat(hardware.made).containsExactly("gpu-0-half-1");
    assertThat(prepared(next, claim)).isEqualTo(first);
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(record);
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(hardware.made).isEmpty();
  }

  @Test
  void aWithheldDeviceIsRefused() {
    Inventory all = node.inventory;
    Gpu gpu = (Gpu) all.devices().getFirst();
    node.inventory =
        new Inventory(
            all.takenAt(), List.of(gpu.with(gpu.common().withheld())), Set.of(), all.probes());
    assertThat(refused(open(), claim("c", "u1", "gpu-0"))).contains("only usable as partitions");
  }
}
