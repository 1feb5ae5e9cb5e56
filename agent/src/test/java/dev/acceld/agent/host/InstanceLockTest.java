package dev.acceld.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    assertThat(first.others()).isTrue();
    assertThat(first.alone()).isFalse();
    first.close();
    assertThat(second.alone()).isTrue();
    second.close();
  }

  @Test
  void withoutAnotherProcessNobodyWaits() throws Exception {
    try (InstanceLock only = InstanceLock.hold(dir)) {
      only.registered(true);
      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> assertThat(only.awaitSuccessor(Duration.ofMinutes(5))).isFalse());
    }
  }

  @Test
  void aSuccessorIsWaitedForUntilItIsRegistered() throws Exception {
    InstanceLock old = InstanceLock.hold(dir);
    old.registered(true);
    InstanceLock young = InstanceLock.hold(dir);
    CompletableFuture<Boolean> leaving = awaiting(old, Duration.ofMinutes(5));
    Thread.sleep(200);
    assertThat(leaving).isNotDone();

    young.registered(true);

    assertThat(leaving.get(10, TimeUnit.SECONDS)).isTrue();
    young.close();
    old.close();
  }

  @Test
  void aSuccessorThatDiesIsNotWaitedForAnyLonger() throws Exception {
    InstanceLock old = InstanceLock.hold(dir);
    InstanceLock young = InstanceLock.hold(dir);
    CompletableFuture<Boolean> leaving = awaiting(old, Duration.ofMinutes(5));
    Thread.sleep(100);
    young.close();
    assertThat(leaving.get(10, TimeUnit.SECONDS)).isFalse();
    old.close();
  }

  @Test
  void aSuccessorThatIsNeverRegisteredIsWaitedForOnlySoLong() throws Exception {
    try (InstanceLock old = InstanceLock.hold(dir);
        InstanceLock young = InstanceLock.hold(dir)) {
      young.registered(true);
      young.registered(false); // refused
      assertThat(old.awaitSuccessor(Duration.ofMillis(200))).isFalse();
    }
  }

  @Test
  void anotherProcessIsSeenAndItsDeathToo() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                InstanceLockTest.class.getName(),
                dir.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = other.inputReader()) {
      assertThat(said.readLine()).isEqualTo("holding");
      try (InstanceLock own = InstanceLock.hold(dir)) {
        assertThat(own.alone()).isFalse();
        assertThat(own.awaitSuccessor(Duration.ofMinutes(5))).isTrue();
        other.destroyForcibly().waitFor();
        assertThat(own.awaitSuccessor(Duration.ofMinutes(5))).isFalse();
        assertThat(own.alone()).isTrue();
      }
    } finally {
      other.destroyForcibly();
    }
  }

  /** The other process: is there, registered, until it is killed. */
  public static void main(String[] args) throws Exception {
    InstanceLock lock = InstanceLock.hold(Path.of(args[0]));
    lock.registered(true);
    System.out.println("holding");
    Thread.sleep(Duration.ofMinutes(2));
    lock.close();
  }

  private static CompletableFuture<Boolean> awaiting(InstanceLock lock, Duration most) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return lock.awaitSuccessor(most);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        THREADS);
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
