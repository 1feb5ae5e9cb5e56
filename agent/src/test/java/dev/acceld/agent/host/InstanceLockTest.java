package dev.acceld.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceLockTest {
  private static final Executor THREADS = work -> Thread.ofPlatform().daemon().start(work);
  @TempDir Path dir;

  @Test
  void onlyTheLastIsAlone() throws Exception {
    InstanceLock first = InstanceLock.hold(dir);
    InstanceLock second = InstanceLock.hold(dir);
    assertThat(first.alone()).isFalse();
    assertThat(second.alone()).isTrue();
    second.close();
    first.close();
  }

  @Test
  void whoComesWhileOneClearsUpWaitsAndStartsAfresh() throws Exception {
    InstanceLock last = InstanceLock.hold(dir);
    assertThat(last.alone()).isTrue();
    CompletableFuture<InstanceLock> next =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return InstanceLock.hold(dir);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            THREADS);
    Thread.sleep(200);
    assertThat(next).isNotDone();

    Files.delete(last.path());
    Files.delete(last.path().getParent());
    last.close();

    try (InstanceLock fresh = next.get(10, TimeUnit.SECONDS)) {
      assertThat(fresh.path()).exists();
      assertThat(fresh.alone()).isTrue();
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() {
    assertThatThrownBy(() -> InstanceLock.hold(Path.of("/proc/acceld")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("/proc/acceld");
  }
}
