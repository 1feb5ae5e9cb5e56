package dev.acceld.agent.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.health.Mark;
import dev.acceld.recorder.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marks on disk. */
class MarkKeeperTest {
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final DeviceName GPU = new DeviceName("gpu-0a1b2c3d");

  @TempDir Path state;
  private Path dir;
  private final FullDisk disk = new FullDisk();
  private List<Mark> told = List.of();
  private MarkKeeper keeper;

  @BeforeEach
  void open() {
    dir = state.resolve("marks");
    keeper = keeper();
    keeper.look();
  }

  private MarkKeeper keeper() {
    return new MarkKeeper(new MarkFiles(dir, disk), all -> told = all);
  }

  private static Mark mark(String reason) {
    return new Mark(GPU, reason, Effect.NONE, "note\nof two lines", "root", AT);
  }

  @Test
  void anotherProcessLearnsOfAMarkAndOfItsEnd() throws IOException {
    MarkKeeper other = keeper();
    keeper.set(mark("bad"));
    assertThat(told).containsExactly(mark("bad"));
    other.look();
    assertThat(other.marks()).containsExactly(mark("bad"));
    keeper.set(mark("worse"));
    keeper.clear(mark("bad"));
    other.look();
    assertThat(other.marks()).containsExactly(mark("worse"));
  }

  @Test
  void whatIsNotOnDiskIsNotInForce() {
    disk.full = true;
    assertThatThrownBy(() -> keeper.set(mark("bad"))).hasMessageContaining("No space left");
    assertThat(keeper.marks()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void aDamagedMarkCountsByItsName() throws IOException {
    keeper.set(mark("bad"));
    Files.writeString(dir.resolve("gpu-0a1b2c3d.bad.json"), "{\"device\":");
    Files.writeString(dir.resolve("gpu-0a1b2c3d.empty.json"), "");
    Files.writeString(
        dir.resolve("gpu-0a1b2c3d.other.json"),
        Files.readString(
            Files.writeString(dir.resolve("x"), "{\"device\":\"gpu-1\",\"reason\":\"other\"}")));
    Files.writeString(dir.resolve("Not a mark.json"), "{}");
    keeper.look();
    assertThat(keeper.marks())
        .hasSize(3)
        .allSatisfy(mark -> {
          assertThat(mark.device()).isEqualTo(GPU);
          assertThat(mark.effect()).isEqualTo(Effect.NO_SCHEDULE);
        })
        .extracting(Mark::reason)
        .containsExactly("bad", "empty", "other");
    keeper.clear(keeper.marks().getFirst());
    assertThat(keeper.marks()).hasSize(2);
  }

  @Test
  void aDirectoryThatIsGoneTakesNoMarkBack() throws IOException {
    keeper.set(mark("bad"));
    Files.move(dir, state.resolve("away"));
    keeper.look();
    assertThat(keeper.marks()).containsExactly(mark("bad"));
    assertThat(keeper.problem().orElseThrow()).contains("is gone");
    Files.writeString(dir, "a file");
    keeper.look();
    assertThat(keeper.marks()).containsExactly(mark("bad"));
    assertThat(keeper.problem().orElseThrow()).contains("cannot be read");
    Files.delete(dir);
    Files.move(state.resolve("away"), dir);
    Files.delete(dir.resolve("gpu-0a1b2c3d.bad.json"));
    keeper.look();
    assertThat(keeper.marks()).isEmpty();
    assertThat(keeper.problem()).isEmpty();
  }
}
