package dev.acceld.dra.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.hardware.BoundedControl;
import dev.acceld.dra.claim.hardware.DeviceThreads;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.DeviceUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call of a driver that does not come back costs the claims of its device, and no others. */
class HungDriverTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void othersAreServedHoweverFewCpusThereAre(int cpus) throws Exception {
    Path outcome = dir.resolve("outcome");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:ActiveProcessorCount=" + cpus,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HungDriver.class.getName(),
                dir.resolve("node").toString(),
                outcome.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it does not hang itself").isTrue();
      assertThat(outcome).as(Files.readString(dir.resolve("log"))).exists();
      assertThat(Files.readString(outcome))
          .contains("other Done", "again Prepared", "plain Done", "\nhung Failed")
          .containsPattern("hung Failed.*gpu-0 does not respond: deleting gpu-0-half-0")
          .containsPattern("hung again Failed.*gpu-0 does not respond");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPartThatComesBackIsUsedAgain() throws Exception {
    DeviceThreads threads = new DeviceThreads(Duration.ofMillis(50));
    CountDownLatch back = new CountDownLatch(1);
    assertThat(
            refusal(
                threads,
                () -> {
                  back.await();
                  return "late";
                }))
        .contains("gpu-0 does not respond: creating it");
    assertThat(refusal(threads, () -> "never begun"))
        .contains("gpu-0 does not respond: creating it");
    assertThat(threads.<String>call("gpu-1", "creating it", () -> "other")).isEqualTo("other");
    back.countDown();
    await()
        .untilAsserted(() ->
            assertThat(threads.<String>call("gpu-0", "creating it", () -> "well"))
                .isEqualTo("well"));
  }

  /** The kubelet waits 45 s for a claim, however many parts it has. */
  @Test
  void aPreparedClaimIsAnsweredByItsRecordOnceOnePartDoesNotAnswer() throws Exception {
    Node node = new Node(dir);
    node.settings =
        node.settings.withBudgets(
            Duration.ofMillis(400), Duration.ofMillis(300), Duration.ofMillis(4_500));
    node.inventory = FakeParts.inventory();
    FakeParts parts = new FakeParts();
    ClaimRef claim =
        node.cluster.allocate("c", "u1", "gpu-0-half-0", "gpu-0-half-1", "gpu-1-half-0");
    Node.prepared(open(node, parts), claim);
    CountDownLatch end = new CountDownLatch(1);
    Set<String> asked = ConcurrentHashMap.newKeySet();
    ClaimManager successor =
        open(
            node,
            new DeviceControl() {
              @Override
              public Optional<String> partitionId(Device device) {
                return parts.partitionId(device);
              }

              @Override
              public Device make(Device device, AccessOptions options, Set<String> held)
                  throws ControlFailedException {
                return parts.make(device, options, held);
              }

              @Override
              public boolean unmake(String partitionId) throws ControlFailedException {
                return parts.unmake(partitionId);
              }

              @Override
              public List<String> tidy(Device device, Set<String> held) {
                return parts.tidy(device, held);
              }

              @Override
              public boolean understands(String partitionId) {
                return true;
              }

              @Override
              public Made isMade(String partitionId) {
                asked.add(partitionId);
                try {
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return Made.YES;
              }
            });
    assertThat(Node.prepared(successor, claim)).hasSize(3);
    end.countDown();
    assertThat(asked).hasSize(1);
  }

  private static ClaimManager open(Node node, DeviceControl control) throws IOException {
    return ClaimManager.open(
        new ClaimManager.Dependencies(
            node.settings,
            node.api,
            () -> node.inventory,
            Node::access,
            device -> Optional.empty(),
            () -> node.bootId,
            Clock.systemUTC(),
            node.observer,
            control));
  }

  /** A look at all processes of the host may take long, and touches no part. */
  @Test
  void aSlowLookForProcessesIsNoCallOfThePart() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch back = new CountDownLatch(1);
    Device gpu = Node.gpu("gpu-0");
    DeviceControl slow =
        new DeviceControl.UsedAsTheyAre() {
          @Override
          public boolean tellsUsers(Device device) {
            return true;
          }

          @Override
          public Map<DeviceName, List<DeviceUser>> users(List<Device> devices) {
            begun.countDown();
            try {
              back.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            return Map.of(gpu.name(), List.of(new DeviceUser(1, "late", Optional.empty())));
          }
        };
    BoundedControl control = new BoundedControl(slow, new DeviceThreads(Duration.ofMillis(100)));
    try {
      assertThat(control.users(List.of(gpu))).isEmpty();
      begun.await();
      assertThat(control.make(gpu, Set.of())).isEqualTo(gpu);
      assertThat(control.tidy(gpu, Set.of())).isEmpty();
      assertThat(control.users(List.of(gpu))).as("one look at a time").isEmpty();
    } finally {
      back.countDown();
    }
    await().untilAsserted(() -> assertThat(control.users(List.of(gpu))).containsKey(gpu.name()));
  }

  private interface Call {
    String run() throws Exception;
  }

  private static String refusal(DeviceThreads threads, Call call) {
    try {
      return threads.call(
          "gpu-0",
          "creating it",
          () -> {
            try {
              return call.run();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (ControlFailedException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
