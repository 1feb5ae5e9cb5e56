package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.cdi.CdiWatch.Answer;
import dev.acceld.dra.cdi.CdiWatch.Changes;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.probe.DeviceControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which CDI files are put back, and which never. */
class CdiRestorerTest {
  private static final Answer NOTHING = new Answer(false, Set.of());
  private static final Answer MENDED = new Answer(true, Set.of());

  @TempDir Path dir;
  private Node node;
  private final FakeParts hardware = new FakeParts();

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.inventory = FakeParts.inventory();
  }

  private ClaimManager open(DeviceControl control) throws IOException {
    ClaimManager.Dependencies parts =
        new ClaimManager.Dependencies(
            node.settings,
            node.api,
            () -> node.inventory,
            (devices, options) -> node.access.plan(devices, options),
            device -> Optional.empty(),
            () -> node.bootId,
            Clock.systemUTC(),
            node.observer,
            control);
    return ClaimManager.open(parts);
  }

  private ClaimManager open() throws IOException {
    return open(hardware);
  }

  private String name(String uid) {
    return String.valueOf(node.cdiFile(uid).getFileName());
  }

  private Changes only(String... uids) {
    return new Changes.Files(Set.copyOf(List.of(uids).stream().map(this::name).toList()));
  }

  private static final Changes EVERYTHING = new Changes.Everything();

  @Test
  void onlyTheFilesThatAreNamedAreLookedAt() throws Exception {
    ClaimManager manager = open();
    for (String part : List.of("gpu-0-half-0", "gpu-0-half-1", "gpu-1-half-0", "gpu-1-half-1")) {
      prepared(manager, node.cluster.allocate(part, "u-" + part, part));
    }
    Files.delete(node.cdiFile("u-gpu-0-half-0"));
    Files.delete(node.cdiFile("u-gpu-1-half-1"));
    assertThat(manager.restoreFiles(only("u-gpu-0-half-1"))).isEqualTo(NOTHING);
    assertThat(manager.restoreFiles(only("of-no-claim"))).isEqualTo(NOTHING);
    assertThat(node.cdiFile("u-gpu-0-half-0")).doesNotExist();
    assertThat(manager.restoreFiles(only("u-gpu-1-half-1"))).isEqualTo(MENDED);
    assertThat(node.cdiFile("u-gpu-1-half-1")).exists();
    assertThat(node.cdiFile("u-gpu-0-half-0")).doesNotExist();
    assertThat(manager.restoreFiles(EVERYTHING)).isEqualTo(MENDED);
    assertThat(node.cdiFile("u-gpu-0-half-0")).exists();
  }

  /** By the process that tried it, or by the other one of a rolling update. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void notThatOfAClaimWhoseUnprepareHasFailed(boolean byTheSameProcess) throws Exception {
    ClaimManager manager = open();
    ClaimManager keeping = byTheSameProcess ? manager : open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    keeping.poll();
    hardware.inUse.add("gpu-0-half-1");
    assertThat(unprepare(manager, claim)).isInstanceOf(UnprepareOutcome.Failed.class);
    assertThat(keeping.restoreFiles(only("u1"))).isEqualTo(NOTHING);
    assertThat(keeping.restoreFiles(EVERYTHING)).isEqualTo(NOTHING);
    keeping.sweep();
    keeping.renew();
    assertThat(node.cdiFile("u1")).doesNotExist();

    assertThat(prepared(manager, claim)).as("by another pod").hasSize(1);
    assertThat(node.cdiFile("u1")).exists();
    Files.delete(node.cdiFile("u1"));
    assertThat(keeping.restoreFiles(only("u1"))).isEqualTo(MENDED);

    hardware.inUse.clear();
    assertThat(unprepare(manager, claim)).isEqualTo(new UnprepareOutcome.Done());
    assertThat(keeping.restoreFiles(EVERYTHING)).isEqualTo(NOTHING);
    keeping.sweep();
    assertThat(node.filesOfClaims()).isEmpty();
    assertThat(node.stateDir.resolve("unpreparing")).isEmptyDirectory();
  }

  @Test
  void notThatOfAClaimThatIsBeingUnprepared() throws Exception {
    CountDownLatch removed = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    DeviceControl slow =
        new DeviceControl() {
          @Override
          public Optional<String> partitionId(Device device) {
            return hardware.partitionId(device);
          }

          @Override
          public void check(Device device, Set<String> held)
              throws dev.acceld.probe.ControlFailedException {
            hardware.check(device, held);
          }

          @Override
          public Device make(Device device, AccessOptions options, Set<String> held)
              throws dev.acceld.probe.ControlFailedException {
            return hardware.make(device, options, held);
          }

          @Override
          public boolean understands(String partitionId) {
            return true;
          }

          @Override
          public Made isMade(String partitionId) {
            return hardware.isMade(partitionId);
          }

          @Override
          public boolean unmake(String partitionId) throws dev.acceld.probe.ControlFailedException {
            removed.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return hardware.unmake(partitionId);
          }

          @Override
          public List<String> tidy(Device device, Set<String> held) {
            return hardware.tidy(device, held);
          }
        };
    node.settings =
        node.settings.withBudgets(
            java.time.Duration.ofSeconds(20),
            java.time.Duration.ofSeconds(20),
            java.time.Duration.ofSeconds(20));
    ClaimManager manager = open(slow);
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0-half-1");
    prepared(manager, claim);
    Thread unpreparing = Thread.ofPlatform().start(() -> unprepare(manager, claim));
    assertThat(removed.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(manager.restoreFiles(only("u1"))).isEqualTo(new Answer(false, Set.of(name("u1"))));
    assertThat(node.cdiFile("u1")).doesNotExist();
    goOn.countDown();
    unpreparing.join();
    assertThat(manager.restoreFiles(only("u1"))).isEqualTo(NOTHING);
    assertThat(node.filesOfClaims()).isEmpty();
  }
}
