package dev.acceld.dra.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.probe.ControlFailed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A call of a driver that does not come back costs the claims of its device, and no others. */
class HungDriverTest {
  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void othersAreServedHoweverFewCpusThereAre(int cpus) throws Exception {
    Path outcome = dir.resolve("outcome");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:ActiveProcessorCount=" + cpus,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HungDriver.class.getName(),
                dir.resolve("node").toString(),
                outcome.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("it does not hang itself").isTrue();
      assertThat(outcome).as(Files.readString(dir.resolve("log"))).exists();
      assertThat(Files.readString(outcome))
          .contains("other Done", "again Prepared", "plain Done", "\nhung Failed")
          .containsPattern("hung Failed.*gpu-0 does not answer: unmaking gpu-0-half-0")
          .containsPattern("hung again Failed.*gpu-0 does not answer");
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void aPartThatComesBackIsUsedAgain() throws Exception {
    PartThreads threads = new PartThreads(Duration.ofMillis(50));
    CountDownLatch back = new CountDownLatch(1);
    assertThat(
            refusal(
                threads,
                () -> {
                  back.await();
                  return "late";
                }))
        .contains("gpu-0 does not answer: making it");
    assertThat(refusal(threads, () -> "never begun")).contains("gpu-0 does not answer: making it");
    assertThat(threads.<String>call("gpu-1", "making it", () -> "other")).isEqualTo("other");
    back.countDown();
    await()
        .untilAsserted(() ->
            assertThat(threads.<String>call("gpu-0", "making it", () -> "well")).isEqualTo("well"));
  }

  private interface Call {
    String run() throws Exception;
  }

  private static String refusal(PartThreads threads, Call call) {
    try {
      return threads.call(
          "gpu-0",
          "making it",
          () -> {
            try {
              return call.run();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    } catch (ControlFailed e) {
      return String.valueOf(e.getMessage());
    }
  }
}
