package dev.acceld.faultstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultStoreTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path dir;

  @Test
  void whatCannotBeReadIsAProblemWithoutABreak() throws IOException {
    Path inTheWay = Files.writeString(dir.resolve("faults"), "");
    AtomicReference<FaultStore> self = new AtomicReference<>(FaultStore.NONE);
    List<Boolean> problems = new CopyOnWriteArrayList<>();
    // The boot is asked for each time before the directory is looked at.
    try (FaultStore store =
        FaultStore.in(
            inTheWay,
            () -> {
              problems.add(java.util.Objects.requireNonNull(self.get()).problem().isPresent());
              return Optional.of("boot-1");
            })) {
      self.set(store);
      store.follow((faults, unwritten) -> {});
      await().atMost(LIMIT).until(() -> problems.size() > 4);
      assertThat(problems.subList(1, 5)).containsOnly(true);
    }
  }

  @Test
  void aDirectoryChangedInTheFutureIsReadOnce() throws IOException {
    Files.setLastModifiedTime(dir, FileTime.from(Instant.now().plusSeconds(3600)));
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    try (FaultStore store =
        FaultStore.in(
            dir,
            () -> {
              looks.incrementAndGet();
              return Optional.of("boot-1");
            })) {
      store.follow((faults, unwritten) -> told.incrementAndGet());
      await().atMost(LIMIT).until(() -> looks.get() > 3);
      assertThat(told).hasValue(1);
    }
  }

  @Test
  void whatIsPutWhileTheFilesAreReadIsNotWrittenYet() {
    KeptFault fault = fault();
    List<Set<String>> unwritten = new CopyOnWriteArrayList<>();
    try (FaultStore store = FaultStore.in(dir, () -> Optional.of("boot-1"))) {
      store.follow((faults, pending) -> {
        if (faults.stream().anyMatch(KeptFault::active)) {
          store.put(fault.over(Instant.now(), "it was reset"));
          unwritten.add(pending.get());
        }
      });
      store.put(fault);
      await().atMost(LIMIT).until(() -> !unwritten.isEmpty());
    }
    assertThat(unwritten).first().isEqualTo(Set.of(fault.key()));
  }

  private static KeptFault fault() {
    return new KeptFault(
        Optional.of("GPU-4c1a0f1e-0000-4000-8000-000000000001"),
        Optional.empty(),
        "xid-79",
        "",
        new Onset(Instant.now(), "boot-1"),
        ResetMarks.NONE,
        Optional.empty(),
        "",
        1);
  }
}
