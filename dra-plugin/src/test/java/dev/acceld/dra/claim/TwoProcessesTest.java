package dev.acceld.dra.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.cluster.ClaimRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes on the same directories, as in a rolling update; one of them is killed. */
@Timeout(120)
class TwoProcessesTest {
  @TempDir Path dir;
  private @Nullable Process child;

  @AfterEach
  void end() throws InterruptedException {
    Process started = child;
    if (started != null) {
      started.destroyForcibly().waitFor();
    }
  }

  private Process startChild() throws IOException {
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                dir.toString(),
                "child")
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("child.log").toFile())
            .start();
    child = started;
    await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(mark("begun-child")));
    return started;
  }

  private Path mark(String name) {
    return dir.resolve("marks").resolve(name);
  }

  /** Until it was given what it wanted that often, beside what the other takes. */
  private static BooleanSupplier until(OtherProcess process, int successes) {
    int enough = process.successes() + successes;
    return () -> process.successes() < enough;
  }

  private void assertNothingIsLeft(OtherProcess here) throws Exception {
    here.manager().poll();
    here.manager().sweep();
    assertThat(here.manager().held()).isEmpty();
    assertThat(here.node().filesOfClaims()).isEmpty();
    try (Stream<Path> marks = Files.list(dir.resolve("marks"))) {
      assertThat(marks.map(Path::getFileName).map(Path::toString).toList())
          .as("neither a device given twice nor a claim kept")
          .filteredOn(name -> !name.startsWith("often-"))
          .containsExactlyInAnyOrder("begun-child", "begun-here");
    }
  }

  @Test
  void noDeviceIsGivenTwice() throws Exception {
    OtherProcess here = new OtherProcess(dir, "here");
    Process other = startChild();
    here.live(until(here, 100));
    here.live(() -> !Files.exists(mark("often-child")));
    Files.createFile(dir.resolve("stop"));
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertNothingIsLeft(here);
  }

  /** Its locks go with it; what it held is held until somebody gives it back. */
  @Test
  void oneIsKilledAndTheOtherGoesOn() throws Exception {
    OtherProcess here = new OtherProcess(dir, "here");
    Process other = startChild();
    here.live(until(here, 20));
    other.destroyForcibly().waitFor();
    here.manager().poll();
    for (String device : List.of("gpu-0", "gpu-1")) {
      Files.deleteIfExists(mark(device + ".held"));
    }
    for (ClaimRef left :
        here.manager().known().stream()
            .map(k -> k.record().claim())
            .toList()) { // as the kubelet does with its pods
      assertThat(Node.unprepare(here.manager(), left)).isEqualTo(new UnprepareOutcome.Done());
    }
    here.live(until(here, 100));
    assertNothingIsLeft(here);
  }
}
