package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.cli.Main;
import dev.acceld.agent.config.Setting;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands as processes: exit status, streams, signals, variables. */
class CommandProcessTest {
  @TempDir Path dir;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private ProcessBuilder command(String shell, String... arguments) {
    List<String> java =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    java.addAll(Arrays.asList(arguments));
    List<String> line = new ArrayList<>(List.of("bash", "-c", shell, "acceld"));
    line.addAll(java);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().keySet().removeIf(k -> k.startsWith("ACCELD_") || k.equals("KUBECONFIG"));
    return builder;
  }

  private record Ended(int status, String out, String err) {}

  private Ended run(ProcessBuilder builder) throws Exception {
    Path err = Files.createTempFile(dir, "err", "");
    Process process = builder.redirectError(err.toFile()).start();
    processes.add(process);
    try (InputStream in = process.getInputStream()) {
      String out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), out, Files.readString(err));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --version               | 0 | acceld |
          simulate xid --version  | 0 | acceld |
          help                    | 0 | Exit status: |
          devices --help          | 0 | Usage: acceld devices |
          divices                 | 2 | | did you mean 'devices'?
          devices --state-dir=/no | 1 | | no agent runs with the state directory /no
          """)
  void answersGoToOutputAndMistakesToErrorWithTheirStatus(
      String line, int status, String out, String err) throws Exception {
    Ended ended = run(command("exec \"$@\"", line.split(" ")));
    assertThat(ended.status()).isEqualTo(status);
    for (String[] stream : new String[][] {{ended.out(), out}, {ended.err(), err}}) {
      if (stream[1] == null) {
        assertThat(stream[0]).isEmpty();
      } else {
        assertThat(stream[0]).contains(stream[1]).doesNotContain("\u001b[");
      }
    }
  }

  @Test
  void aWrongVariableIsNamed() throws Exception {
    ProcessBuilder unknown = command("exec \"$@\"", "devices");
    unknown.environment().put("ACCELD_STATEDIR", "/x");
    Ended ended = run(unknown);
    assertThat(ended.err()).contains("ACCELD_STATEDIR", "did you mean ACCELD_STATE_DIR?");
    assertThat(ended.status()).isEqualTo(1);
    ProcessBuilder wrong = command("exec \"$@\"", "run");
    wrong.environment().put("ACCELD_LOG_LEVEL", "loud");
    ended = run(wrong);
    assertThat(ended.err()).contains("--log-level (set by ACCELD_LOG_LEVEL): 'loud'");
    PlainWords.check(ended.err());
    ProcessBuilder another = command("exec \"$@\"", "devices", "--state-dir=/no");
    another.environment().put("ACCELD_SAMPLE_INTERVAL", "often");
    assertThat(run(another).err()).as("is not this command's").contains("no agent runs with");
    ProcessBuilder named = command("exec \"$@\"", "claims");
    named.environment().put("ACCELD_DRIVER_NAME", "other.example");
    assertThat(run(named).err()).contains("/var/lib/acceld/drivers/other.example");
    ProcessBuilder file = command("exec \"$@\"", "devices");
    Path config = Files.writeString(dir.resolve("c.yaml"), "stateDir: /of/the/file\n");
    file.environment().put("ACCELD_CONFIG", config.toString());
    assertThat(run(file).err()).contains("/of/the/file");
  }

  @Test
  void whoStopsReadingGetsNoStackTrace() throws Exception {
    try (AgentStage stage = new AgentStage()) {
      stage.ready("one", Map.of(Setting.MACHINE, "h100x8"));
      Ended ended =
          run(
              command(
                  "\"$@\" | head -n 1; echo ${PIPESTATUS[0]}",
                  "devices",
                  "-o",
                  "json",
                  "--state-dir=" + stage.stateDir()));
      assertThat(ended.out()).startsWith("[ {");
      assertThat(ended.err()).isEmpty();
      Ended shut = run(command("\"$@\" >&-", "devices", "--state-dir=" + stage.stateDir()));
      PlainWords.check(shut.err());
    }
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalEndsTheAgentInOrder(String signal, int status) throws Exception {
    Path log = dir.resolve("log");
    Process agent =
        command(
                // a build in the background of a shell ignores SIGINT, and so would its children
                "exec env --default-signal=INT,TERM \"$@\"",
                "run",
                "--machine=tpu-v4x4",
                "--http-address=127.0.0.1:0",
                "--state-dir=" + dir.resolve("s"),
                "--kubelet-dir=" + dir.resolve("k"),
                "--cdi-dir=" + dir.resolve("c"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    processes.add(agent);
    Awaitility.await()
        .atMost(AgentStage.PATIENCE.multipliedBy(4))
        .until(() -> Files.exists(dir.resolve("s/run/acceld.sock")) || !agent.isAlive());
    new ProcessBuilder("kill", "-" + signal, Long.toString(agent.pid())).start().waitFor();
    assertThat(agent.waitFor(2, TimeUnit.MINUTES)).isTrue();
    List<String> lines = Files.readAllLines(log);
    assertThat(lines.getLast()).contains("Agent: stopped");
    PlainWords.check(String.join("\n", lines));
    assertThat(agent.exitValue()).isEqualTo(status);
  }
}
