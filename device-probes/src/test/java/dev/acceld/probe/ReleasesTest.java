package dev.acceld.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.DeviceName;
import dev.acceld.device.PciAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A state directory that cannot be read for a moment gives no released GPU back to the agent. */
class ReleasesTest {
  private static final DeviceName GPU = new DeviceName("gpu-0");

  @TempDir Path dir;
  private Path state;
  private Path away;
  private Optional<String> boot = Optional.of("boot-1");
  private Releases releases = Releases.NONE;

  @BeforeEach
  void oneIsReleased() throws Exception {
    state = Files.createDirectory(dir.resolve("state"));
    away = dir.resolve("away");
    releases = Releases.in(state.resolve("released"), () -> boot);
    assertThat(releases.now().isEmpty()).as("nothing was ever released").isTrue();
    releases.release(GPU, PciAddress.parse("0000:0f:00.0"));
    assertThat(releases.now().holds(GPU)).isTrue();
  }

  @Test
  void aStateDirectoryThatIsAwayKeepsTheLastAnswer() throws Exception {
    Files.move(state, away);
    assertThat(releases.now().devices()).containsOnlyKeys(GPU);
    Files.writeString(state, "a file in its place");
    assertThat(releases.now().devices()).containsOnlyKeys(GPU);
    Files.delete(state);
    Files.move(away, state);
    assertThat(releases.takeBack(GPU)).isTrue();
    assertThat(releases.now().isEmpty()).isTrue();
  }

  @Test
  void aReleaseThatCannotBeReadKeepsTheLastAnswer() throws Exception {
    Path file = state.resolve("released/gpu-0");
    Files.delete(file);
    Files.createDirectory(file); // reading it fails, as on a bad sector
    assertThat(releases.now().devices()).containsOnlyKeys(GPU);
  }

  @Test
  void handsOffAllWhileNothingCouldEverBeRead() throws Exception {
    Files.move(state, away);
    Releases successor = Releases.in(state.resolve("released"), () -> boot);
    assertThat(successor.now().holds(GPU)).isTrue();
    Files.move(away, state);
    assertThat(successor.now().all()).isFalse();
    assertThat(successor.now().holds(GPU)).isTrue();
  }

  @Test
  void anUnknownBootIsNoOtherBoot() {
    boot = Optional.empty();
    assertThat(releases.now().holds(GPU)).isTrue();
    boot = Optional.of("boot-2");
    assertThat(releases.now().holds(GPU)).isFalse();
  }
}
