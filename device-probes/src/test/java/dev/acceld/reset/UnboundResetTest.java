package dev.acceld.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnboundResetTest {
  private static final PciAddress AT = PciAddress.parse("0000:05:00.0").orElseThrow();
  private static final String DIR = "/sys/bus/pci/devices/" + AT + "/";
  private static final String DRIVER = "/sys/bus/pci/drivers/xe/";
  private static final String PROBE = "/sys/bus/pci/drivers_probe";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(100);

  @TempDir Path root;
  private HostTree tree;
  private UnboundReset reset;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    tree.pci(AT.toString(), "pci0000:00", "0x8086", "0xe211", "0x030000");
    tree.driver(AT.toString(), "xe").file(DIR + "reset", "");
    tree.file(DRIVER + "unbind", "").file(DRIVER + "bind", "").file(PROBE, "");
    reset = new UnboundReset(tree.host(), Set.of("xe", "i915"), SHORT);
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private String text(String path) throws IOException {
    return Files.readString(at(path));
  }

  /** A pipe: whoever writes to it waits until somebody reads. */
  private void hang(String path) throws Exception {
    tree.remove(path);
    assertThat(new ProcessBuilder("mkfifo", at(path).toString()).start().waitFor()).isZero();
  }

  private void answer(String path) throws IOException {
    try (InputStream pipe = Files.newInputStream(at(path))) {
      assertThat(new String(pipe.readAllBytes(), StandardCharsets.US_ASCII))
          .isEqualTo(AT.toString());
    }
  }

  private void awaitBound() throws Exception {
    long end = System.nanoTime() + LONG.toNanos();
    while (!text(DRIVER + "bind").equals(AT.toString())) {
      assertThat(System.nanoTime()).as("it was never bound again").isLessThan(end);
      Thread.sleep(10);
    }
  }

  @Test
  void anUnbindingThatComesBackLateIsFollowedByABinding() throws Exception {
    hang(DRIVER + "unbind");
    assertThatThrownBy(() -> reset.reset(AT, SHORT))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("/unbind does not return");
    assertThatThrownBy(() -> reset.reset(AT, SHORT))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("an earlier reset of it has not ended");
    assertThat(text(DRIVER + "bind")).isEmpty();
    answer(DRIVER + "unbind");
    awaitBound();
    assertThat(text(DIR + "reset")).as("too late for it").isEmpty();
  }

  @Test
  void whoIsInterruptedLeavesNoGpuWithoutADriver() throws Exception {
    hang(DRIVER + "unbind");
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread repair =
        Thread.ofPlatform()
            .start(() -> {
              try {
                reset.reset(AT, LONG);
              } catch (ResetFailedException | InterruptedException e) {
                thrown.set(e);
              }
            });
    repair.interrupt();
    assertThat(repair.join(LONG)).isTrue();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
    answer(DRIVER + "unbind");
    awaitBound();
    assertThat(text(DIR + "reset")).isEmpty();
  }

  /** The time of the reset is over, that of the binding is not. */
  @Test
  void theBindingHasTimeOfItsOwn() throws Exception {
    reset = new UnboundReset(tree.host(), Set.of("xe"), LONG);
    hang(DRIVER + "bind");
    Thread kernel =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                Thread.sleep(Duration.ofMillis(1500));
                answer(DRIVER + "bind");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(reset.reset(AT, Duration.ofSeconds(1))).hasSize(3);
    kernel.join();
  }

  @Test
  void theFirstFailureIsToldAndTheNextIsSuppressed() {
    tree.remove(DIR + "driver").remove(DIR + "reset").remove(PROBE);
    ResetFailedException failed =
        catchThrowableOfType(ResetFailedException.class, () -> reset.reset(AT, LONG));
    assertThat(failed).hasMessageContaining("/reset failed");
    assertThat(failed.getSuppressed())
        .singleElement()
        .satisfies(next -> assertThat(next).hasMessageContaining("drivers_probe failed"));
  }

  @Test
  void aDriverThatNeverLetGoNeedNotBeBound() {
    tree.remove(DRIVER + "unbind").remove(DRIVER + "bind");
    ResetFailedException failed =
        catchThrowableOfType(ResetFailedException.class, () -> reset.reset(AT, LONG));
    assertThat(failed).hasMessageContaining("/unbind failed").hasNoSuppressedExceptions();
  }

  @Test
  void whatStandsInTheWayIsLookedForAgain() throws Exception {
    assertThat(reset.refusal(AT)).isEmpty();
    tree.file(DIR + "sriov_numvfs", "3\n");
    assertThat(reset.refusal(AT).orElseThrow()).contains("virtual functions (3)", "sriov_numvfs");
    ResetFailedException failed =
        catchThrowableOfType(ResetFailedException.class, () -> reset.reset(AT, LONG));
    assertThat(failed.why()).isEqualTo(ResetFailedException.Cause.UNSUPPORTED);
    tree.file(DIR + "sriov_numvfs", "0\n");
    assertThat(reset.refusal(AT)).isEmpty();
    tree.remove(DIR + "driver").file(DIR + "driver_override", "vfio-pci\n");
    assertThat(reset.refusal(AT).orElseThrow()).contains("set aside for vfio-pci");
    assertThatThrownBy(() -> reset.reset(AT, LONG)).hasMessageContaining("vfio-pci");
    tree.file(DIR + "driver_override", "(null)\n");
    assertThat(reset.refusal(AT)).isEmpty();
    assertThat(text(DRIVER + "unbind") + text(PROBE)).isEmpty();
    tree.remove(PROBE);
    assertThat(reset.refusal(AT).orElseThrow()).contains("may not write to " + PROBE);
  }
}
