package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.StepHook.Step;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordCodec;
import dev.acceld.dra.claim.record.RecordDamagedException;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.record.format.RecordSeal;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies between two steps, the disk is full, a file is spoilt: what the next one does.
 */
class CrashTest {
  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
  }

  /** Nothing catches it, so nothing is tidied up on the way out, as in a killed process. */
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
  @EnumSource(names = {"LOCKED", "CDI_WRITTEN", "RECORD_WRITTEN"})
  void killedInPrepareAndAskedAgain(Step step) throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);

    ClaimManager next = node.open();
    next.sweep();
    assertThat(prepared(next, claim)).hasSize(1);
    assertThat(node.filesOfClaims())
        .containsExactlyInAnyOrder("acceld.dev-claim_u1.json", "u1.json");
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"LOCKED,0", "CDI_WRITTEN,0", "RECORD_WRITTEN,2"})
  void killedInPrepareAndNeverAskedAgain(Step step, int filesLeft) throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);

    ClaimManager next = node.open();
    next.sweep();
    assertThat(node.filesOfClaims()).hasSize(filesLeft);
    // a record means that the kubelet may have been answered: it has the claim unprepared
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "CDI_WRITTEN"})
  void killedBeforeTheRecordTheDeviceIsFreeForOthers(Step step) {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    ClaimRef other = node.cluster.allocate("d", "u2", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    assertThat(prepared(node.open(), other)).hasSize(1);
  }

  @Test
  void killedAfterTheRecordTheDeviceIsTaken() {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    ClaimRef other = node.cluster.allocate("d", "u2", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(Step.RECORD_WRITTEN), claim))
        .isInstanceOf(Killed.class);
    assertThat(refused(node.open(), other)).contains("ns/c");
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "CDI_REMOVED", "RECORD_REMOVED"})
  void killedInUnprepareAndAskedAgain(Step step) throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    ClaimRef other = node.cluster.allocate("d", "u2", "gpu-0");
    prepared(node.open(), claim);
    assertThatThrownBy(() -> unprepare(dyingAt(step), claim)).isInstanceOf(Killed.class);

    ClaimManager next = node.open();
    next.sweep();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(prepared(next, other)).hasSize(1);
  }

  /** The record that was being written when the process died is there after all, and lost later. */
  @ParameterizedTest
  @EnumSource(names = {"CDI_WRITTEN", "RECORD_WRITTEN"})
  void aPrepareThatDiedOnceIsNoProofForLater(Step step) throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);
    prepared(node.open(), claim);
    node.open().sweep();
    Files.delete(node.record("u1"));
    Files.delete(node.stateDir.resolve("claim-copies/u1.json"));
    ClaimManager next = node.open();
    next.sweep();
    assertThat(node.cdiFile("u1")).exists();
  }

  @Test
  void leftoverTemporaryFilesAreSwept() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    String random = "." + java.util.UUID.randomUUID() + ".tmp";
    Files.writeString(node.record("u1").resolveSibling("u1.json" + random), "{");
    Files.writeString(node.record("u1").resolveSibling("u7.json" + random), "{");
    Files.writeString(node.cdiDir.resolve("acceld.dev-claim_u1.json" + random), "{");
    ClaimRef dead = node.cluster.allocate("d", "u8", "gpu-1");
    assertThatThrownBy(() -> prepared(dyingAt(Step.CDI_WRITTEN), dead)).isInstanceOf(Killed.class);
    Files.writeString(node.cdiFile("u8"), "{\"cdiVersion\": \"0.");
    Files.writeString(node.cdiDir.resolve("nvidia.json"), "{}");
    Files.writeString(node.cdiDir.resolve("other-claim_u1.json"), "{}");
    manager.sweep();
    assertThat(node.filesOfClaims())
        .containsExactlyInAnyOrder(
            "acceld.dev-claim_u1.json", "u1.json", "nvidia.json", "other-claim_u1.json");
  }

  @Test
  void aCdiFileThatWasSpoiltOrTakenAwayComesBackWithoutAPrepare() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    byte[] good = Files.readAllBytes(node.cdiFile("u1"));
    Files.write(node.cdiFile("u1"), java.util.Arrays.copyOf(good, 50));
    manager.sweep();
    assertThat(node.cdiFile("u1")).hasBinaryContent(good);
    Files.delete(node.cdiFile("u1"));
    manager.sweep();
    assertThat(node.cdiFile("u1")).hasBinaryContent(good);
    Files.delete(node.cdiFile("u1"));
    node.bootId = "boot-2";
    manager.sweep();
    assertThat(node.cdiFile("u1")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"'',truncated", "'{\"format\":\"1.0\"',truncated", "'flip',checksum"})
  void aDamagedRecordCostsItsClaimOnly(String content, String why) throws Exception {
    ClaimRef bad = node.cluster.allocate("bad", "u1", "gpu-0");
    ClaimRef good = node.cluster.allocate("good", "u2", "gpu-1");
    ClaimManager manager = node.open();
    prepared(manager, bad);
    prepared(manager, good);
    String text = Files.readString(node.record("u1"));
    Files.writeString(
        node.record("u1"), content.equals("flip") ? text.replace("gpu-0", "gpu-3") : content);

    assertThat(decodeFailure("u1")).contains(why);
    ClaimManager next = node.open();
    assertThat(next.prepared()).extracting(PreparedClaim::claim).containsExactly(bad, good);
    next.sweep();
    assertThat(node.record("u1")).as("from its second copy").hasContent(text);
    assertThat(node.cdiFile("u1")).exists(); // its pod may be running
    assertThat(Files.list(node.stateDir.resolve("damaged"))).hasSize(1);
    assertThat(prepared(next, bad)).hasSize(1);
    assertThat(unprepare(next, bad)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(unprepare(next, good)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aClaimWhoseRecordIsDamagedCanBeGivenBack() throws Exception {
    ClaimRef bad = node.cluster.allocate("bad", "u1", "gpu-0");
    prepared(node.open(), bad);
    Files.writeString(node.record("u1"), "garbage");
    assertThat(unprepare(node.open(), bad)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aDamagedRecordThatCannotBeKeptAsideDoesNotKeepThePodFromGoing() throws Exception {
    ClaimRef bad = node.cluster.allocate("bad", "u1", "gpu-0");
    prepared(node.open(), bad);
    Files.writeString(node.record("u1"), "garbage");
    Files.writeString(node.stateDir.resolve("damaged"), "a file in its place");
    assertThat(unprepare(node.open(), bad)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aRecordThatCannotBeReadCostsItsClaimOnly() throws Exception {
    ClaimRef good = node.cluster.allocate("good", "u2", "gpu-1");
    ClaimRef bad = node.cluster.allocate("bad", "u1", "gpu-0");
    prepared(node.open(), bad);
    prepared(node.open(), good);
    Files.delete(node.record("u1"));
    Files.createDirectory(node.record("u1")); // reading it fails, as on a bad sector

    ClaimManager next = node.open();
    assertThat(prepared(next, node.cluster.allocate("new", "u3", "gpu-2"))).hasSize(1);
    assertThat(refused(next, node.cluster.allocate("same", "u4", "gpu-0"))).contains("ns/bad");
    assertThat(refused(next, bad)).contains("u1.json");
    next.sweep();
    assertThat(unprepare(next, bad)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(prepared(next, bad)).hasSize(1);
  }

  /** The state directory is emptied, before the start or under the agent: pods are running. */
  @ParameterizedTest
  @CsvSource({
    "true,1970-01-01T00:00:00Z",
    "false,1970-01-01T00:00:00Z",
    "true,2100-01-01T00:00:00Z",
    "false,2100-01-01T00:00:00Z"
  })
  void lostRecordsAreNoProofThatNobodyUsesACdiFile(boolean underTheAgent, Instant written)
      throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    Files.setLastModifiedTime(node.cdiFile("u1"), java.nio.file.attribute.FileTime.from(written));
    Files.delete(node.record("u1"));
    Files.delete(node.stateDir.resolve("claim-copies/u1.json"));
    ClaimManager next = underTheAgent ? manager : node.open();
    next.sweep();
    next.sweep();
    assertThat(node.cdiFile("u1")).exists();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.cdiFile("u1")).doesNotExist();
  }

  @Test
  void aCopyOfARecordHoldsNoDevice() throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    ClaimManager manager = node.open();
    prepared(manager, claim);
    Files.copy(node.record("u1"), node.record("u1-backup"));
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    manager.sweep();
    assertThat(prepared(manager, node.cluster.allocate("d", "u2", "gpu-0"))).hasSize(1);
    assertThat(node.record("u1-backup")).doesNotExist();
  }

  @Test
  void aCdiFileThatCannotBePutBackDoesNotKeepTheSweepFromTheOthers() throws Exception {
    ClaimManager manager = node.open();
    prepared(manager, node.cluster.allocate("c", "u1", "gpu-0"));
    ClaimRef good = node.cluster.allocate("d", "u2", "gpu-1");
    prepared(manager, good);
    Files.delete(node.cdiFile("u1"));
    Files.createDirectories(node.cdiFile("u1").resolve("in its place"));
    Files.delete(node.cdiFile("u2"));
    manager.sweep();
    assertThat(node.cdiFile("u2")).exists();
  }

  @Test
  void anUnprepareThatDiedWhileItLeftWordDoesNotKeepTheClaimFromBeingPrepared() throws Exception {
    ClaimManager manager = node.open();
    Path tombstone = node.stateDir.resolve("tombstones").resolve("u1");
    Files.createFile(tombstone);
    Files.setLastModifiedTime(
        tombstone, java.nio.file.attribute.FileTime.from(java.time.Instant.now().minusSeconds(2)));
    assertThat(prepared(manager, node.cluster.allocate("c", "u1", "gpu-0"))).hasSize(1);
  }

  private String decodeFailure(String uid) throws IOException {
    try {
      ClaimRecordCodec.decode(Files.readAllBytes(node.record(uid)));
      return "";
    } catch (RecordDamagedException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void aFullDiskFailsThePrepareAndLeavesNothing() throws Exception {
    boolean[] full = {true};
    RecordFiles disk =
        new RecordFiles() {
          @Override
          public void replace(Path file, byte[] content) throws IOException {
            if (full[0]) {
              throw new java.nio.file.FileSystemException(
                  file.toString(), null, "No space left on device");
            }
            RecordFiles.DISK.replace(file, content);
          }

          @Override
          public boolean remove(Path file) throws IOException {
            return RecordFiles.DISK.remove(file);
          }
        };
    ClaimManager manager = node.open(disk, StepHook.NONE);
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThat(refused(manager, claim))
        .contains(node.stateDir.toString(), "no space left on device", "--state-dir");
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(manager.held()).isEmpty();

    full[0] = false;
    assertThat(prepared(manager, claim)).hasSize(1);
    full[0] = true;
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aRecordWithUnknownMembersOfANewerFormatIsRead() throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    List<PreparedDevice> first = prepared(node.open(), claim);
    ClaimRecord record = ClaimRecordCodec.decode(Files.readAllBytes(node.record("u1")));
    String newer =
        new String(ClaimRecordCodec.encode(record), java.nio.charset.StandardCharsets.UTF_8)
            .replaceFirst(",\"checksum\":.*\\s*$", "}")
            .replace("\"format\":\"1.1\"", "\"format\":\"1.7\",\"later\":{\"a\":[1]}")
            .replace("\"physical\":", "\"invented\":true,\"physical\":");
    Files.write(
        node.record("u1"),
        RecordSeal.seal(newer.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    node.api = java.util.Optional.empty();
    assertThat(prepared(node.open(), claim)).isEqualTo(first);

    Files.write(
        node.record("u1"),
        RecordSeal.seal(
            newer.replace("1.7", "2.0").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(decodeFailure("u1")).contains("2.0", "1.x");
  }

  /** With the right checksum, and yet no record: in plain words, not in those of a parser. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"format\":\"1.0\",\"state\":nothing| not JSON",
        "{\"format\":\"1.0\",\"state\"| not JSON",
        "{\"format\":\"1.0\",\"state\":\"prepared\",\"bootId\":\"b\",\"claim\":{\"namespace\":\"a\",\"name\":\"b\","
            + "\"uid\":\"u1\"},\"preparedAt\":\"noon\",\"cdi\":\"\"| an invalid name or time",
        "{\"format\":\"1.0\",\"state\":7| field 'state'",
      })
  void whatIsWrongWithARecordIsSaidPlainly(String body, String why) throws Exception {
    prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-0"));
    Files.write(
        node.record("u1"),
        RecordSeal.seal((body + "}").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(decodeFailure("u1"))
        .contains(why)
        .doesNotContainIgnoringCase("token")
        .doesNotContain("Unexpected", "line: 1", "column", "Text '", "byte[]", "REDACTED");
  }

  @Test
  void aRecordIsReadAsItWasWritten() throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(node.open(), claim);
    ClaimRecord record = ClaimRecordCodec.decode(Files.readAllBytes(node.record("u1")));
    ClaimRecord full =
        new ClaimRecord(
            record.state(),
            record.bootId(),
            record.claim(),
            record.devices(),
            List.of("{\"kind\":\"X\"}"),
            record.pods(),
            record.preparedAt(),
            record.cdi(),
            java.util.Optional.of("00-abc-def-01"),
            java.util.Map.of("gpuSeconds", 12.5),
            java.util.Optional.of("the third"));
    ClaimRecord read = ClaimRecordCodec.decode(ClaimRecordCodec.encode(full));
    assertThat(read).isEqualTo(full);
    assertThat(read.cdi().text()).contains(Files.readString(node.cdiFile("u1")));
    assertThat(record.devices().getFirst().attributes())
        .isEqualTo(Node.gpu("gpu-0").common().attributes());
  }
}
