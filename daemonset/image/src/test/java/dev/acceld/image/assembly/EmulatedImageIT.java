package dev.acceld.image.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.image.tree.Command;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The arm64 image as it was built, run under emulation: layers unpacked one upon the other, the
 * program that the image starts, what it prints. Part of the Maven profile {@code arm64} only.
 */
class EmulatedImageIT {
  /** Emulated, a start takes half a minute of a free core. */
  private static final Duration PATIENCE = Duration.ofMinutes(8);

  @TempDir static Path unpacked;
  private static Path root = Path.of("");
  private static String program = "";

  private final List<Process> processes = new ArrayList<>();
  private Path scratch = Path.of("");

  @BeforeAll
  static void unpack() throws IOException {
    Emulator.program();
    Emulator.assumeTreesRun();
    Path layout = Path.of(System.getProperty("acceld.image.layout", ""));
    assertThat(layout.resolve("index.json")).as("the image was built").exists();
    JsonNode index = json(layout.resolve("index.json"));
    JsonNode manifest = json(blob(layout, index.at("/manifests/0")));
    JsonNode config = json(blob(layout, manifest.path("config")));
    assertThat(config.path("architecture").asText()).isEqualTo("arm64");
    program = config.at("/config/Entrypoint/0").asText();
    root = Files.createDirectory(unpacked.resolve("root"));
    for (JsonNode layer : manifest.path("layers")) {
      Command.run(
          List.of("tar", "-xzf", blob(layout, layer).toString(), "-C", root.toString()),
          Map.of(),
          "layers are archives");
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(file));
  }

  private static Path blob(Path layout, JsonNode descriptor) {
    return layout.resolve("blobs").resolve(descriptor.path("digest").asText().replace(':', '/'));
  }

  /** Short: the path of a local socket has 107 bytes. */
  @BeforeEach
  void scratch() throws IOException {
    scratch = Files.createTempDirectory("arm64");
  }

  @AfterEach
  void clean() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    var unused = Run.of(List.of("rm", "-rf", scratch.toString())).tryOutput();
  }

  private String run(String... arguments) {
    return Command.run(
        Emulator.command(root, scratch, arguments), Map.of(), String.join(" ", arguments));
  }

  @Test
  void tellsItsVersion() {
    assertThat(run(program, "--version").strip())
        .isEqualTo("acceld " + System.getProperty("acceld.version"));
  }

  @Test
  void servesAMachineWithoutDevices() throws Exception {
    Process agent = agent("empty");
    assertThat(run(program, "devices", "--state-dir=/tmp/s")).contains("No devices on this node");
    agent.destroy();
    assertThat(agent.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(scratch.resolve("log"))).contains("node arm", "stopped");
  }

  @Test
  void findsTpuChips() throws Exception {
    Process agent = agent("tpu-v5ex8");
    assertThat(run(program, "devices", "--state-dir=/tmp/s").lines().filter(l -> l.contains("TPU")))
        .hasSize(8);
    assertThat(agent.isAlive()).isTrue();
  }

  /** The image's own relay, from its file, in its tree. */
  @Test
  void theRelayNamesADirectoryThatIsNotThere() throws Exception {
    Process relay =
        new ProcessBuilder(Emulator.command(root, scratch, "/usr/bin/acceld-relay", "/no/such"))
            .redirectErrorStream(true)
            .start();
    processes.add(relay);
    String said = new String(relay.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("/no/such");
    assertThat(relay.waitFor()).isNotZero();
  }

  private Process agent(String machine) throws Exception {
    Process agent =
        new ProcessBuilder(
                Emulator.command(
                    root,
                    scratch,
                    program,
                    "run",
                    "--machine=" + machine,
                    "--node-name=arm",
                    "--http-address=127.0.0.1:0",
                    "--state-dir=/tmp/s",
                    "--kubelet-dir=/tmp/kubelet",
                    "--cdi-dir=/tmp/cdi"))
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("log").toFile())
            .start();
    processes.add(agent);
    Instant until = Instant.now().plus(PATIENCE);
    Path log = scratch.resolve("log");
    while (!Files.exists(scratch.resolve("s/run/acceld.sock"))) {
      assertThat(agent.isAlive()).as(Files.readString(log)).isTrue();
      assertThat(Instant.now()).as(Files.readString(log)).isBefore(until);
      TimeUnit.MILLISECONDS.sleep(200);
    }
    return agent;
  }
}
