package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepare;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.record.Tombstones;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of a prepare and an unprepare was first, whatever the wall clock does. */
class TombstonesTest {
  @TempDir Path dir;
  private Node node;
  private Path mark;

  @BeforeEach
  void node() throws Exception {
    node = new Node(dir);
    Files.createDirectories(node.stateDir.resolve("tombstones"));
    mark = node.stateDir.resolve("tombstones").resolve("u1");
  }

  /** As if the unprepare was an hour, or half a minute, later than the prepare that follows it. */
  @ParameterizedTest
  @ValueSource(longs = {30, 3600})
  void aClockThatWasSetBackKeepsNoClaimFromBeingPrepared(long seconds) throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    prepared(manager, claim);
    unprepare(manager, claim);
    Instant ahead = Instant.now().plusSeconds(seconds);
    if (seconds < 60) {
      Files.writeString(mark, ahead.toString()); // as an older agent leaves it
    }
    Files.setLastModifiedTime(mark, FileTime.from(ahead));

    assertThat(prepared(manager, claim)).hasSize(1);
  }

  @Test
  void aPrepareIsStaleAlthoughTheUnprepareSeemsEarlier() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef claim = node.cluster.allocate("c", "u1", "gpu-0");
    node.cluster.beforeGet =
        () -> {
          try {
            Files.writeString(mark, Instant.now().minusSeconds(3600).toString());
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        };
    assertThat(prepare(manager, claim))
        .isInstanceOfSatisfying(
            PrepareOutcome.Failed.class, f -> assertThat(f.message()).contains("unprepared"));
    assertThat(node.filesOfClaims()).isEmpty();
  }

  @Test
  void aMarkIsKeptAsLongAsAPrepareMayBeOlder() throws Exception {
    AtomicLong nanos = new AtomicLong(1);
    Tombstones tombstones = new Tombstones(node.stateDir, nanos::get);
    Duration oldest = Duration.ofMinutes(5);
    Optional<String> begun = tombstones.mark("u1");
    tombstones.set("u1");
    Files.setLastModifiedTime(mark, FileTime.from(Instant.EPOCH)); // the clock was set
    tombstones.sweep(oldest);
    tombstones.sweep(oldest);
    assertThat(tombstones.setSince("u1", begun)).isTrue();

    nanos.addAndGet(oldest.toNanos());
    tombstones.set("u1"); // another one
    tombstones.sweep(oldest);
    assertThat(tombstones.setSince("u1", begun)).isTrue();

    nanos.addAndGet(oldest.toNanos() + 1);
    Files.setLastModifiedTime(mark, FileTime.from(Instant.now().plusSeconds(86_400)));
    tombstones.sweep(oldest);
    assertThat(mark).doesNotExist();
    assertThat(tombstones.setSince("u1", begun)).isFalse();
  }
}
