package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordCodec;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A record that is damaged or lost gives its devices to nobody. */
class DamageTest {
  @TempDir Path dir;
  private Node node;
  private ClaimManager manager;
  private ClaimRef claim;

  @BeforeEach
  void aPreparedClaim() throws Exception {
    node = new Node(dir);
    manager = node.open();
    claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
  }

  private Path copy() {
    return node.stateDir.resolve("claim-copies/u1.json");
  }

  private void damage(String how, Path file) throws IOException {
    switch (how) {
      case "cut" -> {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
      case "bit" -> {
        byte[] bytes = Files.readAllBytes(file);
        bytes[40] ^= 1;
        Files.write(file, bytes);
      }
      case "lost" -> Files.delete(file);
      default -> Files.write(file, new byte[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cut", "bit", "lost", "empty"})
  void itsDeviceIsNotFreeAndItIsGivenBack(String how) throws Exception {
    byte[] before = Files.readAllBytes(node.record("u1"));
    damage(how, node.record("u1"));
    ClaimRef next = node.cluster.allocate("d", "u2", "gpu-0");
    assertThat(refused(manager, next)).contains("gpu-0 is still prepared for claim ns/c");
    ClaimManager successor = node.open();
    assertThat(refused(successor, next)).contains("gpu-0 is still prepared for claim ns/c");
    assertThat(successor.held()).extracting(HeldDevice::device).containsExactly("gpu-0");
    successor.sweep();
    assertThat(Files.readAllBytes(node.record("u1"))).as("from its copy").isEqualTo(before);
    assertThat(refused(successor, next)).contains("gpu-0 is still prepared for claim ns/c");
    assertThat(unprepare(successor, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(prepared(successor, next)).hasSize(1);
  }

  @Test
  void aClaimThatIsGivenBackAtOnceIsFree() throws Exception {
    damage("cut", node.record("u1"));
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(prepared(manager, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
  }

  @Test
  void whatNobodyKnowsIsGivenToNobody() throws Exception {
    damage("cut", node.record("u1"));
    damage("cut", copy());
    ClaimManager successor = node.open();
    ClaimRef next = node.cluster.allocate("d", "u2", "gpu-1");
    successor.sweep();
    successor.sweep();
    assertThat(refused(successor, next))
        .contains("claim UID u1", node.record("u1").toString(), "move the file away");
    assertThat(prepared(successor, claim)).as("its own is made anew").hasSize(1);
    assertThat(prepared(successor, next)).hasSize(1);
  }

  @Test
  void whatNobodyKnowsIsFreeOnceItIsGivenBack() throws Exception {
    damage("cut", node.record("u1"));
    damage("cut", copy());
    ClaimRef next = node.cluster.allocate("d", "u2", "gpu-1");
    assertThat(refused(manager, next)).contains("claim UID u1");
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(prepared(manager, next)).hasSize(1);
  }

  /** Whatever call on that claim fails, its record is still there. */
  @ParameterizedTest
  @ValueSource(strings = {"prepare", "write", "unprepare"})
  void whatNobodyKnowsIsNotFreeAfterACallThatFails(String call) throws Exception {
    damage("cut", node.record("u1"));
    damage("cut", copy());
    byte[] damaged = Files.readAllBytes(node.record("u1"));
    ClaimManager successor = node.open();
    Files.delete(node.cdiFile("u1"));
    switch (call) {
      case "prepare" -> {
        node.api = Optional.empty();
        successor = node.open();
        assertThat(refused(successor, claim)).contains("kubeconfig");
        node.api = Optional.of(node.cluster);
      }
      case "write" -> assertThat(refused(node.open(FULL, StepHook.NONE), claim)).contains("space");
      default -> {
        Files.createDirectories(node.cdiFile("u1").resolve("in its place"));
        assertThat(unprepare(successor, claim)).isInstanceOf(UnprepareOutcome.Failed.class);
      }
    }
    ClaimManager next = node.open();
    assertThat(refused(next, node.cluster.allocate("d", "u2", "gpu-0"))).contains("claim UID u1");
    assertThat(Files.readAllBytes(node.record("u1"))).isEqualTo(damaged);
    next.sweep();
    assertThat(refused(next, node.cluster.allocate("e", "u3", "gpu-0"))).contains("claim UID u1");
  }

  /**
   * An older agent, which knows of no copies, has unprepared the claim; whatever the clocks say.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"})
  void whatAnOlderAgentGaveBackDoesNotComeBack(Instant clock) throws Exception {
    Files.delete(node.cdiFile("u1"));
    Files.delete(node.record("u1"));
    new Tombstones(node.stateDir).set("u1");
    Files.setLastModifiedTime(node.stateDir.resolve("tombstones/u1"), FileTime.from(clock));
    ClaimManager successor = node.open();
    assertThat(successor.held()).isEmpty();
    assertThat(prepared(successor, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
    successor.sweep();
    assertThat(node.record("u1")).doesNotExist();
    assertThat(copy()).doesNotExist();
  }

  /** Unprepared once, prepared again, and its record lost then. */
  @ParameterizedTest
  @ValueSource(strings = {"1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z"})
  void anEarlierUnprepareTakesNothingFromALostRecord(Instant clock) throws Exception {
    unprepare(manager, claim);
    Files.setLastModifiedTime(node.stateDir.resolve("tombstones/u1"), FileTime.from(clock));
    prepared(manager, claim);
    damage("lost", node.record("u1"));
    ClaimManager successor = node.open();
    assertThat(refused(successor, node.cluster.allocate("d", "u2", "gpu-0"))).contains("ns/c");
    successor.sweep();
    assertThat(node.record("u1")).exists();
  }

  /** A record of an older agent does not say which unprepares it has seen: nothing is known. */
  @Test
  void anUnprepareIsNoProofAgainstTheCopyOfAnOlderAgent() throws Exception {
    ClaimRecord record = ClaimRecordCodec.decode(Files.readAllBytes(copy()));
    byte[] sealed = ClaimRecordCodec.encode(record);
    String older =
        new String(sealed, java.nio.charset.StandardCharsets.UTF_8)
            .replaceFirst(",\"checksum\":.*\\s*$", "}")
            .replaceFirst(",\"unprepareMark\":\"[^\"]*\"", "");
    assertThat(older).doesNotContain("unprepareMark");
    Files.write(copy(), RecordSeal.seal(older.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    new Tombstones(node.stateDir).set("u1");
    damage("lost", node.record("u1"));
    ClaimManager successor = node.open();
    assertThat(refused(successor, node.cluster.allocate("d", "u2", "gpu-0"))).contains("ns/c");
  }

  @Test
  void whatACrashLeavesAmongTheCopiesIsSwept() throws Exception {
    Path dir = node.stateDir.resolve("claim-copies");
    Files.writeString(dir.resolve("u1.0f8fad5b-d9cb-469f-a165-70867728950e.tmp"), "half");
    Files.writeString(dir.resolve("u9.json"), "half, of a claim without a record");
    manager.sweep();
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left).containsExactly(copy());
    }
  }

  private static final RecordFiles FULL =
      new RecordFiles() {
        @Override
        public void replace(Path file, byte[] content) throws IOException {
          throw new IOException("No space left on device");
        }

        @Override
        public boolean remove(Path file) throws IOException {
          return RecordFiles.DISK.remove(file);
        }
      };

  @Test
  void aLostCopyIsWrittenAgain() throws Exception {
    byte[] before = Files.readAllBytes(copy());
    for (String how : new String[] {"cut", "lost"}) {
      damage(how, copy());
      manager.sweep();
      assertThat(Files.readAllBytes(copy())).isEqualTo(before);
    }
    assertThat(prepared(manager, claim)).hasSize(1);
  }

  @Test
  void aDamagedRecordWithoutItsCdiFileIsMadeAnew() throws Exception {
    damage("cut", node.record("u1"));
    Files.delete(node.cdiFile("u1"));
    assertThat(refused(manager, node.cluster.allocate("d", "u2", "gpu-0"))).contains("ns/c");
    manager.sweep();
    assertThat(prepared(manager, claim)).hasSize(1);
    assertThat(node.cdiFile("u1")).exists();
  }

  @Test
  void whatIsHeldIsNotKnownWithoutRecordAndCopy() throws Exception {
    assertThat(manager.heldNames()).contains(Set.of("gpu-0"));
    damage("cut", node.record("u1"));
    manager.poll();
    assertThat(manager.heldNames()).contains(Set.of("gpu-0"));
    damage("cut", copy());
    assertThat(node.open().heldNames()).isEmpty();
  }
}
