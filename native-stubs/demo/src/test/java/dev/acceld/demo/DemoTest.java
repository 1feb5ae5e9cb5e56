package dev.acceld.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the demo tells, and what it leaves. */
class DemoTest {
  private static final int SCREEN = 24;
  private static final Pattern TIMES = Pattern.compile("repared in ([\\d.]+) ms: (.*)\\.");
  private static final Pattern PART = Pattern.compile(" ([\\d.]+)(?:, |$)");

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"h100x8", "mi300x8", "tpu-v6ex8", "mixed"})
  void eachStepFitsOnAScreenAndItsNumbersAddUp(String machine) throws Exception {
    String told = play(machine);

    List<String> steps = List.of(told.split("(?m)^== "));
    assertThat(steps).hasSize(8);
    assertThat(steps).allSatisfy(step -> assertThat(step.lines()).hasSizeLessThan(SCREEN));
    assertThat(told).contains(".json\n", "device files").doesNotContain("\"containerEdits\"");
    assertThat(told).doesNotContain("MiB", "Mi ", "Unexpected");
    assertThat(told).contains("The demo now repairs the simulated hardware");
    assertThat(told).contains("no CDI file of a claim, no prepared claims").endsWith("Done.\n");

    Matcher times = TIMES.matcher(told);
    int operations = 0;
    while (times.find()) {
      operations++;
      double sum = 0;
      int parts = 0;
      for (Matcher part = PART.matcher(times.group(2)); part.find(); parts++) {
        sum += Double.parseDouble(part.group(1));
      }
      // each number is rounded to a tenth
      assertThat(sum)
          .isCloseTo(Double.parseDouble(times.group(1)), within(0.05 * (parts + 1) + 1e-6));
    }
    assertThat(operations).as("prepare and unprepare").isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"== 1.", "== 2.", "== 6."})
  void ctrlCLeavesNothing(String when) throws Exception {
    Path said = dir.resolve("said");
    // short, for the paths of sockets in it
    Path temporary =
        Files.createDirectory(Path.of("/tmp/d" + ProcessHandle.current().pid() + when.charAt(3)));
    Process demo =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.acceld.agent.cli.Main",
                "demo")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !demo.isAlive() || Files.readString(said).contains(when));
    assertThat(left(temporary)).as(Files.readString(said)).hasSize(1);

    signal(demo, "INT");

    assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(demo.exitValue()).as("ended by SIGINT").isEqualTo(130);
    assertThat(left(temporary)).isEmpty();
    Files.delete(temporary);
    assertThat(Files.readString(said)).doesNotContain("Done.", "Exception", "\tat ");
  }

  @Test
  void memoryIsToldInGibibytes() {
    assertThat(Memory.describe("81559Mi")).isEqualTo("79.6 GiB");
    assertThat(Memory.describe("32Gi")).isEqualTo("32 GiB");
    assertThat(Memory.describe("8")).isEqualTo("8");
  }

  private static String play(String machine) throws Exception {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    new DemoRun(new PrintStream(told, true, StandardCharsets.UTF_8)).play(machine, false);
    return told.toString(StandardCharsets.UTF_8);
  }

  private static List<Path> left(Path temporary) throws Exception {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.filter(f -> f.getFileName().toString().startsWith("acceld-demo-")).toList();
    }
  }

  private static void signal(Process process, String name) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
