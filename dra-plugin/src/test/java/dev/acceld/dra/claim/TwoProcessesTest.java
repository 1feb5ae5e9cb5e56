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
@Timeout(60)
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

  private static BooleanSupplier during(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    return () -> System.nanoTime() < end;
  }

  private void assertNothingIsLeft(OtherProcess here) throws Exception {
    here.manager().poll();
    here.manager().sweep();
    assertThat(here.manager().held()).isEmpty();
    assertThat(here.node().filesOfClaims()).isEmpty();
    try (Stream<Path> marks = Files.list(dir.resolve("marks"))) {
      assertThat(marks.map(Path::getFileName).map(Path::toString).toList())
          .as("neither a device given twice nor a claim kept")
          .containsExactlyInAnyOrder("begun-child", "begun-here");
    }
  }

  @Test
  void noDeviceIsGivenTwice() throws Exception {
    OtherProcess here = new OtherProcess(dir, "here");
    Process other = startChild();
    int successes = here.live(during(Duration.ofSeconds(3)));
    Files.createFile(dir.resolve("stop"));
    assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();
    int others = Integer.parseInt(Files.readString(dir.resolve("done-child")));
    assertThat(List.of(successes, others)).allSatisfy(n -> assertThat(n).isGreaterThan(10));
    assertNothingIsLeft(here);
  }

  /** Its locks go with it; what it held is held until somebody gives it back. */
  @Test
  void oneIsKilledAndTheOtherGoesOn() throws Exception {
    OtherProcess here = new OtherProcess(dir, "here");
    Process other = startChild();
    here.live(during(Duration.ofSeconds(1)));
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
    assertThat(here.live(during(Duration.ofSeconds(3)))).isGreaterThan(10);
    assertNothingIsLeft(here);
  }
}
