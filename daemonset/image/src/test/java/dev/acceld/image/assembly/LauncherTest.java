package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiled program, with a script in the place of java that prints what it is given. */
class LauncherTest {
  @TempDir Path scratch;
  private Path home = Path.of("");
  private Path program = Path.of("");

  @BeforeEach
  void compile() throws IOException {
    home = scratch.resolve("home");
    program =
        CompiledForTests.program(
            "image/src/main/c/launcher.c", scratch, "-DACCELD_HOME=\"" + home + "\"");
  }

  @Test
  void becomesJavaInItsOwnPlaceWithTheArgumentsAsTheyAre() throws Exception {
    java("rwxr-xr-x");

    Ended ended = run("", "devices", "two words", "");

    assertThat(ended.status()).isEqualTo(7);
    assertThat(ended.process()).isEqualTo(ended.startedAs());
    assertThat(ended.describe())
        .startsWith("@" + home + "/jvm.options", "-Djna.boot.library.path=" + home + "/native")
        .endsWith(
            "-cp", home + "/lib/agent.jar", "dev.acceld.agent.cli.Main", "devices", "two words", "")
        .noneMatch(word -> word.startsWith("-XX:SharedArchiveFile"));
  }

  @Test
  void takesTheClassArchiveWhereThereIsOneAndOptionsAfterIt() throws Exception {
    java("rwxr-xr-x");
    Files.createFile(home.resolve("acceld.jsa"));

    Ended ended = run("  -Xmx64m\t-Dkey=value ", "run");

    assertThat(ended.describe())
        .containsSubsequence(
            "-XX:SharedArchiveFile=" + home + "/acceld.jsa",
            "-Xmx64m",
            "-Dkey=value",
            "-cp",
            "run");
  }

  @Test
  void saysNothingOfATerminalThatIsNone() throws Exception {
    java("rwxr-xr-x");

    assertThat(run("", "top").describe()).noneMatch(word -> word.startsWith("-Dacceld.terminal"));
  }

  @Test
  void tellsTopTheSizeOfItsTerminal() throws Exception {
    java("rwxr-xr-x");

    assertThat(onTerminal("top")).contains("-Dacceld.terminal=43x132");
    assertThat(onTerminal("topology")).doesNotContain("-Dacceld.terminal");
    assertThat(onTerminal("top < /dev/null")).doesNotContain("-Dacceld.terminal");
  }

  /** What java is given by the program on a terminal of 43 rows and 132 columns. */
  private String onTerminal(String argument) throws Exception {
    Process process =
        new ProcessBuilder(
                "script",
                "-qc",
                "stty rows 43 columns 132; " + program + " " + argument,
                "/dev/null")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void saysWhatIsWrongWithTheImage() throws Exception {
    assertThat(run("", "run").text())
        .contains("cannot start " + home + "/jre/bin/java", "no such file", "pull it again");

    java("rw-r--r--");
    Ended ended = run("", "run");
    assertThat(ended.status()).isEqualTo(127);
    assertThat(ended.text()).contains("permission denied");
  }

  private void java(String mode) throws IOException {
    Path java = home.resolve("jre/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\necho $$\nprintf '%s\\n' \"$@\"\nexit 7\n");
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString(mode));
  }

  private Ended run(String options, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ACCELD_JAVA_OPTS", options);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.pid(), process.waitFor(), text);
  }

  private record Ended(long startedAs, int status, String text) {
    long process() {
      return Long.parseLong(text.lines().findFirst().orElse("0"));
    }

    /** One a line, an empty one at the end included. */
    List<String> describe() {
      return List.of(text.substring(text.indexOf('\n') + 1).split("\n", -1)).reversed().stream()
          .skip(1)
          .toList()
          .reversed();
    }
  }
}
