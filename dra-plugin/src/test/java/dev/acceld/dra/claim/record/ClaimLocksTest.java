package dev.acceld.dra.claim.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The locks on the disk. */
class ClaimLocksTest {
  @TempDir Path dir;

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  /** Two of them in one process see one another's file locks as those of another process. */
  @Test
  void aLockFileThatSomebodyRemovedDoesNotPartTheProcesses() throws Exception {
    try (ClaimLocks a = new ClaimLocks(dir)) {
      for (Path file : List.of(dir.resolve("locks/claims-and-devices"), dir.resolve("locks"))) {
        Files.delete(file);
      }
      try (ClaimLocks b = new ClaimLocks(dir)) { // makes a new file; a must come along
        keepOneAnotherOut(a, b);
      }
    }
  }

  private static void keepOneAnotherOut(ClaimLocks a, ClaimLocks b) throws Exception {
    try (ClaimLocks.Held held = a.acquire("u1", Set.of("gpu-0"), in(Duration.ofSeconds(1)))) {
      assertThat(held).isNotNull();
      assertThat(b.acquire("u2", Set.of("gpu-0"), in(Duration.ofMillis(50)))).isNull();
      try (ClaimLocks.Held other = b.acquire("u2", Set.of("gpu-1"), in(Duration.ofMillis(50)))) {
        assertThat(other).isNotNull();
      }
    }
    try (ClaimLocks.Held free = b.acquire("u2", Set.of("gpu-0"), in(Duration.ofSeconds(1)))) {
      assertThat(free).isNotNull();
    }
  }
}
