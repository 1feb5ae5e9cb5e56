package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.MigDevice;
import dev.acceld.host.BootId;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Signal;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The simulated library keeps a GPU's device file open as the real library does: /proc shows who
 * has it.
 */
class NvidiaReleaseTest {
  @TempDir Path dir;

  private Machine machine;
  private Releases releases;
  private NvidiaProbe probe;
  private Discovery before;

  @BeforeEach
  void aNodeWithEightGpus() throws Exception {
    machine = new Machine(dir.resolve("m"), "h100x8");
    releases = Releases.in(dir.resolve("released"), () -> BootId.read(machine.host()));
    probe = machine.probe(releases);
    before = probe.discover();
    assertThat(open()).as("an open library has them all").hasSize(8);
  }

  @AfterEach
  void close() {
    probe.close();
    assertThat(open()).isEmpty();
  }

  /** The simulated device files that this process has open. */
  private List<String> open() {
    List<String> files = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        Path file;
        try {
          file = Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
          continue; // the listing's own
        }
        if (file.startsWith(machine.root().resolve("dev"))) {
          files.add(String.valueOf(file.getFileName()));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return files;
  }

  private Device gpu(int n) {
    return before.devices().get(n);
  }

  private void release(int n) throws IOException {
    releases.release(gpu(n).name(), gpu(n).common().pci());
  }

  @Test
  void oneGpuIsLetGoOfAndTheOthersGoOn() throws Exception {
    release(3);
    assertThat(probe.discover().devices()).as("it keeps its place").isEqualTo(before.devices());
    assertThat(open()).hasSize(7).doesNotContain("nvidia3");
    assertThat(probe.read(before.devices()).values()).hasSize(7).doesNotContainKey(gpu(3).name());
    assertThat(probe.signals())
        .singleElement()
        .isInstanceOfSatisfying(
            Signal.Released.class,
            s -> {
              assertThat(s.device()).isEqualTo(gpu(3).name());
              assertThat(s.released()).isTrue();
            });
    probe.discover();
    assertThat(probe.signals()).as("said once").isEmpty();
    assertThat(open()).hasSize(7);
  }

  @Test
  void partitionsAreMadeOfTheOthersOnly() throws Exception {
    probe.close(); // a process has one
    try (NvidiaProbe cutting =
        new NvidiaProbe(machine.root(), machine.host(), releases, MigSelector.parse("3,4"))) {
      List<Device> offered = cutting.discover().devices();
      DeviceControl control = cutting.control(false);
      release(3);
      assertThat(cutting.discover().devices()).as("and all keep their places").isEqualTo(offered);
      String partitionId = control.partitionId(smallest(offered, 4)).orElseThrow();
      control.make(smallest(offered, 4), Set.of(partitionId));
      assertThat(control.isMade(partitionId)).isEqualTo(DeviceControl.Made.YES);
      assertThat(open()).as("before and after").doesNotContain("nvidia3");
      assertThatThrownBy(() -> control.make(smallest(offered, 3), Set.of()))
          .isInstanceOf(ControlFailedException.class)
          .hasMessageContaining("released");
      String released = control.partitionId(smallest(offered, 3)).orElseThrow();
      assertThat(control.isMade(released)).isEqualTo(DeviceControl.Made.UNKNOWN);
      assertThat(control.unmake(released)).as("a pod must not hang").isFalse();
      releases.releaseAll();
      assertThatThrownBy(() -> control.make(smallest(offered, 4), Set.of(partitionId)))
          .isInstanceOf(ControlFailedException.class)
          .hasMessageContaining("released");
    }
  }

  private MigDevice smallest(List<Device> offered, int n) {
    return offered.stream()
        .filter(MigDevice.class::isInstance)
        .map(MigDevice.class::cast)
        .filter(part -> part.parent().equals(gpu(n).name()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itIsTakenBack() throws Exception {
    release(3);
    probe.discover();
    probe.signals();
    assertThat(releases.takeBack(gpu(3).name())).isTrue();
    assertThat(probe.discover()).isEqualTo(before);
    assertThat(open()).hasSize(8);
    assertThat(probe.signals())
        .singleElement()
        .isInstanceOfSatisfying(Signal.Released.class, s -> assertThat(s.released()).isFalse());
    assertThat(releases.takeBack(gpu(3).name())).isFalse();
  }

  @Test
  void aReleasedGpuMayGoAndComeBackWithoutAnAlarm() throws Exception {
    release(3);
    probe.discover();
    probe.signals();
    machine.gpu(3, "removed", 1).gpu(3, "lost", 1);
    assertThat(probe.discover().devices()).hasSize(8);
    assertThat(probe.signals()).isEmpty();
    machine.remove("gpu.3.removed").remove("gpu.3.lost");
    releases.takeBack(gpu(3).name());
    assertThat(probe.discover()).isEqualTo(before);
    assertThat(probe.signals()).hasSize(1);
  }

  @Test
  void theDriverCanGoWhenAllAreReleasedAndItsReturnEndsThat() throws Exception {
    releases.releaseAll();
    assertThat(probe.discover().devices()).isEqualTo(before.devices());
    assertThat(open()).isEmpty();
    assertThat(Files.readString(Path.of("/proc/self/maps")))
        .as("the library itself is gone")
        .doesNotContain(machine.root().toString());
    assertThat(probe.read(before.devices()).values()).isEmpty();
    assertThat(probe.signals()).hasSize(8);
    machine.put("driver.loaded", 0).move("proc/driver/nvidia", "proc/driver/away");
    assertThat(probe.discover().devices()).hasSize(8);
    machine.move("proc/driver/away", "proc/driver/nvidia").reloadDriver().put("driver.loaded", 1);
    assertThat(probe.discover()).isEqualTo(before);
    assertThat(releases.now().isEmpty()).isTrue();
    assertThat(open()).hasSize(8);
    assertThat(probe.signals())
        .as("a driver that was loaded anew has reset them all")
        .filteredOn(Signal.Reset.class::isInstance)
        .extracting(Signal::device)
        .containsExactlyInAnyOrderElementsOf(before.devices().stream().map(Device::name).toList());
    probe.discover();
    assertThat(probe.signals()).noneMatch(Signal.Reset.class::isInstance);
  }

  @Test
  void aSuccessorKeepsItsHandsOffToo() throws Exception {
    release(3);
    probe.close();
    probe = machine.probe(releases);
    Discovery found = probe.discover();
    assertThat(found.devices()).hasSize(7).doesNotContain(gpu(3));
    assertThat(found.problems())
        .singleElement()
        .asString()
        .contains(gpu(3).name().value(), "acceld release --back");
    assertThat(open()).doesNotContain("nvidia3");
  }

  @Test
  void aRebootEndsIt() throws Exception {
    release(3);
    Path boot = machine.root().resolve("proc/sys/kernel/random/boot_id");
    Files.writeString(boot, "another-boot\n");
    assertThat(releases.now().isEmpty()).isTrue();
  }

  @Test
  void whatIsNoReleaseIsPassedOver() throws Exception {
    Files.createDirectories(dir.resolve("released"));
    Files.writeString(dir.resolve("released/gpu-1"), "");
    Files.writeString(dir.resolve("released/gpu-2.new"), "half");
    assertThat(releases.now().isEmpty()).isTrue();
    releases.release(new DeviceName("gpu-1"), Optional.empty());
    assertThat(releases.now().holds(new DeviceName("gpu-1"))).isTrue();
    releases.takeBackAll();
    assertThat(releases.now().isEmpty()).isTrue();
  }
}
