package dev.acceld.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.Main;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.fake.ClaimId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent with the options that it is shipped with, and far more claims than a node has. */
class ManyClaimsTest {
  private static final int CLAIMS = 5000;

  /** Half of what the CDI file of a claim has with a full installation of NVIDIA's driver. */
  private static final int CDI_BYTES = 20_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path OPTIONS = Path.of("src", "main", "dist", "jvm.options");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void startsWithTheHeapThatItIsShippedWith() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    ClaimId template = stage.claim("pod-1");
    assertThat(stage.kubelet.prepare(List.of(template)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    first.close();
    multiply(template);

    AgentConfig config = stage.config("many", Map.of());
    Path log = stage.dir.resolve("log");
    Process agent = run(config, log);
    try {
      LocalClient local = new LocalClient(config.stateDir());
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .until(() -> !agent.isAlive() || claims(local) == CLAIMS);
      assertThat(agent.isAlive()).as(() -> tail(agent, log)).isTrue();
      await()
          .atMost(PATIENCE)
          .until(() -> !agent.isAlive() || !stage.kubelet.registrations().isEmpty());
      assertThat(stage.kubelet.unprepare(List.of(template))).containsEntry(template.uid(), "");
      assertThat(stage.kubelet.prepare(List.of(template)).values())
          .allSatisfy(a -> assertThat(a.error()).isEmpty());
      await().atMost(PATIENCE).until(() -> !agent.isAlive() || claims(local) == CLAIMS);
      assertThat(agent.isAlive()).as(() -> tail(agent, log)).isTrue();
    } finally {
      agent.destroyForcibly().waitFor();
    }
  }

  private static int claims(LocalClient local) {
    try {
      JsonNode answer = local.ask("claims", JsonNodeFactory.instance.objectNode());
      return answer.size();
    } catch (IOException e) {
      return 0; // not up yet
    }
  }

  private static String tail(Process agent, Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return agent
          + "\n"
          + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Process run(AgentConfig config, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("@" + OPTIONS.toAbsolutePath());
    command.addAll(
        List.of(
            "-Djna.nounpack=false", // as the launcher names an unpacked library
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--node-name=" + config.nodeName(),
            "--kubeconfig=" + config.kubeconfig().orElseThrow(),
            "--kubelet-dir=" + config.kubeletDir(),
            "--cdi-dir=" + config.cdiDir(),
            "--state-dir=" + config.stateDir(),
            "--machine=" + config.machine().orElseThrow(),
            "--instance=" + config.instance(),
            "--http-address=127.0.0.1:0"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Makes claims of one, of an earlier boot: records as an agent writes them. */
  private void multiply(ClaimId template) throws IOException {
    Path claims = stage.stateDir().resolve("claims");
    ObjectNode record =
        (ObjectNode) JSON.readTree(claims.resolve(template.uid() + ".json").toFile());
    String cdi = record.get("cdi").textValue();
    cdi += " ".repeat(CDI_BYTES - cdi.length());
    record.remove("checksum");
    record
        .get("devices")
        .forEach(d -> ((ObjectNode) d).put("adminAccess", true)); // for all at once
    String all = record.put("bootId", "an earlier boot").put("cdi", cdi).toString();
    for (int i = 1; i < CLAIMS; i++) {
      String uid = template.uid().substring(0, template.uid().length() - 5) + "%05d".formatted(i);
      Files.write(claims.resolve(uid + ".json"), sealed(all.replace(template.uid(), uid)));
    }
  }

  /** With the record's checksum, which is the CRC-32C of all that stands before it. */
  private static byte[] sealed(String record) {
    String body = record.substring(0, record.length() - 1);
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(UTF_8));
    return (body + ",\"checksum\":\"crc32c:%08x\"}\n".formatted(crc.getValue())).getBytes(UTF_8);
  }
}
