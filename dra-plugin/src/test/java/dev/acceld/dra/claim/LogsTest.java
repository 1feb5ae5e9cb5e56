package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.unprepare;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.StepHook.Step;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.vendor.LogPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The directory of the host for a claim's logs. */
@Timeout(60)
class LogsTest {
  private static final String INSIDE = "/tmp/the_logs";
  private static final Duration WEEK = Duration.ofDays(7);

  @TempDir Path dir;
  private Node node;
  private Path logs;

  @BeforeEach
  void node() throws IOException {
    node = new Node(dir);
    logs = Files.createDirectory(dir.resolve("logs"));
    keep(0, WEEK);
  }

  private void keep(int number, Duration time) {
    node.logPlaces =
        List.of(new LogPlace(Vendor.NVIDIA, logs, INSIDE, number, time, "--some-log-dir"));
  }

  private Path of(String claim, String uid) {
    return logs.resolve("ns_" + claim + "." + uid);
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> list = Files.list(path)) {
      return list.map(file -> String.valueOf(file.getFileName()))
          .filter(name -> !name.equals(".removed"))
          .sorted()
          .toList();
    }
  }

  private List<String> kept() throws IOException {
    return Files.exists(logs.resolve("kept")) ? names(logs.resolve("kept")) : List.of();
  }

  /** Host directories that the CDI file of a claim mounts, of devices by name. */
  private List<String> mounts(String uid) throws IOException {
    List<String> found = new ArrayList<>();
    JsonNode cdi = new ObjectMapper().readTree(node.cdiFile(uid).toFile());
    for (JsonNode device : cdi.path("devices")) {
      for (JsonNode mount : device.at("/containerEdits/mounts")) {
        if (mount.path("containerPath").asText().equals(INSIDE)) {
          found.add(device.path("name").asText() + " " + mount.path("hostPath").asText());
        }
      }
    }
    return found;
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

  @Test
  void aClaimHasADirectoryThatEveryUserCanWriteToAndThatGoesWithIt() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);

    Path own = of("c", "u1");
    assertThat(mounts("u1")).containsExactly("u1-request-r " + own);
    assertThat((Integer) Files.getAttribute(own, "unix:mode") & 07777).isEqualTo(01777);
    Files.writeString(Files.createDirectories(own.resolve("a/b")).resolve("log"), "x");

    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(names(logs)).isEmpty();
    assertThat(logs.resolve(".removed")).isEmptyDirectory();
    assertThat(node.stateDir.resolve("logs")).isEmptyDirectory();
    assertThat(manager.logs().trouble()).isEmpty();
  }

  @Test
  void whoWantsNoneGetsNone() throws Exception {
    node.logPlaces = List.of(new LogPlace(Vendor.GOOGLE, logs, INSIDE, 0, WEEK, "--some-log-dir"));
    prepared(node.open(), node.cluster.allocate("c", "u1", "gpu-0"));
    assertThat(names(logs)).isEmpty();
    assertThat(mounts("u1")).isEmpty();

    node.logPlaces = List.of();
    prepared(node.open(), node.cluster.allocate("d", "u2", "gpu-1"));
    assertThat(mounts("u2")).isEmpty();
  }

  @Test
  void theMountStaysTheSame() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    List<PreparedDevice> first = prepared(manager, claim);
    String file = Files.readString(node.cdiFile("u1"));
    Files.writeString(of("c", "u1").resolve("log"), "x");

    assertThat(prepared(manager, claim)).isEqualTo(first);
    ClaimManager next = node.open();
    next.sweep();
    next.renew();
    Files.delete(node.cdiFile("u1"));
    next.sweep();
    assertThat(node.cdiFile("u1")).hasContent(file);
    assertThat(of("c", "u1").resolve("log")).exists();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "LOGS_MADE", "SHARED_KEPT", "CDI_WRITTEN", "RECORD_WRITTEN"})
  void killedInPrepare(Step step) throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    assertThatThrownBy(() -> prepared(dyingAt(step), claim)).isInstanceOf(Killed.class);

    ClaimManager next = node.open();
    next.sweep();
    assertThat(names(logs))
        .as("the kubelet may have been told only when there is a record")
        .hasSize(step == Step.RECORD_WRITTEN ? 1 : 0);
    prepared(next, claim);
    assertThat(mounts("u1")).containsExactly("u1-request-r " + of("c", "u1"));
    next.sweep();
    assertThat(of("c", "u1")).exists();
    unprepare(next, claim);
    assertThat(names(logs)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOCKED", "CDI_REMOVED", "LOGS_GIVEN_BACK", "RECORD_REMOVED"})
  void killedInUnprepare(Step step) throws Exception {
    keep(5, WEEK);
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(node.open(), claim);
    Files.writeString(of("c", "u1").resolve("log"), "x");
    assertThatThrownBy(() -> unprepare(dyingAt(step), claim)).isInstanceOf(Killed.class);

    ClaimManager next = node.open();
    next.sweep();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    next.sweep();
    assertThat(names(logs)).containsExactly("kept");
    assertThat(kept()).singleElement().asString().endsWith("Z_ns_c.u1");
    assertThat(node.stateDir.resolve("logs")).isEmptyDirectory();
  }

  @Test
  void keptOnesAreBoundedByNumberAndAge() throws Exception {
    keep(2, WEEK);
    ClaimManager manager = node.open();
    for (int i = 0; i < 4; i++) {
      ClaimRef claim = node.cluster.allocate("c" + i, "u" + i, "gpu-0");
      prepared(manager, claim);
      if (i != 2) { // nothing was written
        Files.writeString(of("c" + i, "u" + i).resolve("log"), "x");
      }
      unprepare(manager, claim);
    }
    assertThat(kept()).hasSize(2);
    assertThat(kept().get(0)).endsWith("_ns_c1.u1");
    assertThat(kept().get(1)).endsWith("_ns_c3.u3");
    Path foreign = Files.createDirectory(logs.resolve("kept/not-ours"));
    Path old = logs.resolve("kept").resolve(kept().get(0));
    Files.move(old, old.resolveSibling("20200101T000000.000Z_ns_c1.u1"));

    manager.sweep();
    assertThat(kept()).hasSize(2).last().asString().isEqualTo("not-ours");
    keep(0, WEEK);
    node.open().sweep();
    assertThat(kept()).containsExactly("not-ours");
    assertThat(foreign).exists();
    assertThat(logs.resolve(".removed")).isEmptyDirectory();
  }

  @Test
  void aClaimThatIsPreparedAnewGetsAnEmptyDirectory() throws Exception {
    keep(2, WEEK);
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    for (int i = 0; i < 2; i++) {
      prepared(manager, claim);
      assertThat(of("c", "u1")).isEmptyDirectory();
      Files.writeString(of("c", "u1").resolve("log"), "x");
      unprepare(manager, claim);
    }
    assertThat(kept()).hasSize(2);
  }

  /** The logs of what runs are the last thing to take away, whatever has become of the records. */
  @ParameterizedTest
  @ValueSource(strings = {"lost", "damaged", "cdi", "state"})
  void whatIsNotKnownToBeGoneStays(String what) throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    Files.writeString(of("c", "u1").resolve("log"), "x");
    Path copy = node.stateDir.resolve("claim-copies/u1.json");
    switch (what) {
      case "lost" -> {
        Files.delete(node.record("u1"));
        Files.delete(copy);
      }
      case "damaged" -> {
        Files.writeString(node.record("u1"), "garbage");
        Files.writeString(copy, "garbage");
        Files.delete(node.cdiFile("u1"));
      }
      case "cdi" -> Files.delete(node.cdiFile("u1"));
      default -> {
        Files.delete(node.record("u1"));
        Files.delete(copy);
        Files.delete(node.cdiFile("u1"));
        Files.delete(node.stateDir.resolve("logs/u1"));
      }
    }
    node.api = Optional.empty();
    ClaimManager next = node.open();
    next.sweep();
    next.sweep();
    assertThat(of("c", "u1").resolve("log")).exists();
    assertThat(unprepare(next, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(names(logs)).isEmpty();
  }

  @Test
  void whatOthersPutThereStays() throws Exception {
    Files.createDirectory(logs.resolve("ns_other.u9"));
    Files.createDirectory(logs.resolve("lost+found"));
    Files.writeString(logs.resolve("x.u1"), "a file");
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    unprepare(manager, claim);
    manager.sweep();
    assertThat(names(logs)).containsExactly("lost+found", "ns_other.u9", "x.u1");
  }

  @Test
  void aDirectoryThatSomebodyRemovesComesBackBeforeAContainerNeedsIt() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    Files.delete(of("c", "u1"));
    manager.sweep();
    assertThat(of("c", "u1")).isEmptyDirectory();
    // the agent ended between making it and opening it for all
    Files.setPosixFilePermissions(of("c", "u1"), PosixFilePermissions.fromString("rwx------"));
    manager.sweep();
    assertThat((Integer) Files.getAttribute(of("c", "u1"), "unix:mode") & 07777).isEqualTo(01777);
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing", "file", "blocked", "open to all"})
  void whatCannotBeUsedCostsTheLogsOnly(String how) throws Exception {
    spoil(how);
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    List<PreparedDevice> answer = prepared(manager, claim);
    assertThat(mounts("u1")).isEmpty();
    assertThat(manager.logs().trouble())
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains(logs.toString(), "--some-log-dir", "logs of claims are lost"));
    manager.sweep();
    assertThat(mounts("u1")).isEmpty();
    assertThat(manager.logs().trouble()).isPresent();

    mend(how);
    manager.sweep();
    assertThat(manager.logs().trouble()).isEmpty();
    assertThat(mounts("u1"))
        .as("for a container that starts now")
        .containsExactly("u1-request-r " + of("c", "u1"));
    assertThat(prepared(manager, claim)).isEqualTo(answer);

    spoil(how);
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(node.filesOfClaims()).isEmpty();
    mend(how);
    manager.sweep();
    assertThat(names(logs)).isEmpty();
    assertThat(manager.logs().trouble()).isEmpty();
    assertThat(node.stateDir.resolve("logs")).isEmptyDirectory();
  }

  /** There is room for the directory, and not for what is written to it. */
  @Test
  void aFullDiskIsSaid() throws Exception {
    Files.createDirectory(logs.resolve(".probe"));
    Path full = Files.createFile(logs.resolve(".probe/full"));
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    assertThat(mounts("u1")).hasSize(1);
    assertThat(manager.logs().trouble()).isPresent();
    manager.sweep();
    assertThat(manager.logs().trouble()).isPresent();
    Files.delete(full);
    manager.sweep();
    manager.sweep();
    assertThat(manager.logs().trouble()).isEmpty();
    unprepare(manager, claim);
    assertThat(names(logs)).isEmpty();
  }

  private void spoil(String how) throws IOException {
    Path aside = dir.resolve("aside");
    Path block = logs.resolve(".removed");
    switch (how) {
      case "missing" -> Files.move(logs, aside);
      case "file" -> {
        Files.move(logs, aside);
        Files.createFile(logs);
      }
      case "blocked" -> {
        Files.deleteIfExists(block);
        Files.createFile(block);
        for (String own : names(logs)) { // so that it has to go there
          Files.writeString(logs.resolve(own).resolve("log"), "x");
        }
      }
      default -> Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  private void mend(String how) throws IOException {
    switch (how) {
      case "missing" -> Files.move(dir.resolve("aside"), logs);
      case "file" -> {
        Files.delete(logs);
        Files.move(dir.resolve("aside"), logs);
      }
      case "blocked" -> Files.delete(logs.resolve(".removed"));
      default -> Files.setPosixFilePermissions(logs, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aMountWhoseDirectoryCannotComeBackIsTakenOutSoThatContainersStart() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    spoil("missing");
    manager.sweep();
    assertThat(mounts("u1")).isEmpty();
    mend("missing");
    manager.sweep();
    assertThat(mounts("u1")).hasSize(1);
  }

  @Test
  void theSettingMayChangeWhileAClaimIsPrepared() throws Exception {
    List<LogPlace> on = node.logPlaces;
    node.logPlaces = List.of();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    List<PreparedDevice> answer = prepared(node.open(), claim);

    node.logPlaces = on;
    node.open().sweep();
    assertThat(mounts("u1")).hasSize(1);
    Files.writeString(of("c", "u1").resolve("log"), "x");
    node.logPlaces = List.of();
    ClaimManager off = node.open();
    off.sweep();
    assertThat(mounts("u1")).isEmpty();
    assertThat(prepared(off, claim)).isEqualTo(answer);
    unprepare(off, claim);
    assertThat(of("c", "u1")).as("nobody knows the place now").exists();
    node.logPlaces = on;
    node.open().sweep();
    assertThat(names(logs)).isEmpty();
  }

  /** Pods that share a claim, and requests of one claim. */
  @Test
  void requestsOfAClaimShareItsDirectory() throws Exception {
    ClaimManager manager = node.open();
    prepared(
        manager,
        node.cluster.allocate(
            "c",
            "u1",
            List.of(FakeCluster.result("a", "gpu-0"), FakeCluster.result("b", "gpu-1")),
            List.of()));
    assertThat(mounts("u1"))
        .containsExactlyInAnyOrder(
            "u1-request-a " + of("c", "u1"), "u1-request-b " + of("c", "u1"));
    assertThat(names(logs)).hasSize(1);
  }

  @Test
  void aFailedPrepareLeavesNothing() throws Exception {
    Files.createDirectories(node.cdiFile("u1").resolve("in its place"));
    ClaimManager manager = node.open();
    Node.refused(manager, node.cluster.allocate("c", "u1", "gpu-0"));
    assertThat(names(logs)).isEmpty();
  }

  @Test
  void whatAContainerLeavesBehindHurtsNobody() throws Exception {
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "x");
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    Files.createSymbolicLink(of("c", "u1").resolve("out"), outside);
    Path many = Files.createDirectory(of("c", "u1").resolve("many"));
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(many.resolve("file" + i));
    }
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(names(logs)).isEmpty();
    manager.sweep();
    assertThat(logs.resolve(".removed")).isEmptyDirectory();
    assertThat(outside.resolve("precious")).exists();
  }

  @Test
  void longAndOddNamesFit() throws Exception {
    String longest = "n" + ".x".repeat(126);
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate(longest, "u1", "gpu-0");
    prepared(manager, claim);
    String name = requireNonNull(of("x", "u1").getParent()).relativize(one()).toString();
    assertThat(name).startsWith("ns_n.x.x").endsWith(".u1").hasSizeLessThan(150);
    keep(1, WEEK);
    Files.writeString(one().resolve("log"), "x");
    unprepare(node.open(), claim);
    assertThat(kept()).hasSize(1);
  }

  private Path one() throws IOException {
    return logs.resolve(names(logs).getFirst());
  }
}
