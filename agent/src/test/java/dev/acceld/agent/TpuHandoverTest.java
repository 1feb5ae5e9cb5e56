package dev.acceld.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.Device;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A chip that a process of an earlier pod has not let go of yet. */
@Timeout(120)
class TpuHandoverTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SHAPE = "tpu-2x2-0000-00-04";

  private AgentStage stage;
  private Path proc;
  private String group;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "tpu-v5ex8"));
    proc = stage.stateDir().resolve("machine/proc");
    Device chip =
        agent.inventory().devices().stream()
            .filter(d -> d.name().value().equals("tpu-0000-00-07"))
            .findFirst()
            .orElseThrow();
    group = chip.common().files().getFirst().path();
    write("2/comm", "kthreadd\n");
    link("1/fd/0", "/dev/null");
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void write(String path, String text) throws IOException {
    Path file = proc.resolve(path);
    Files.createDirectories(requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  private void link(String path, String target) throws IOException {
    Path file = proc.resolve(path);
    Files.createDirectories(requireNonNull(file.getParent()));
    Files.createSymbolicLink(file, Path.of(target));
  }

  private ClaimId claim(String name, String device) {
    ObjectNode claim = JSON.createObjectNode();
    claim.putObject("metadata").put("name", name).put("namespace", "default");
    ObjectNode status = claim.putObject("status");
    status
        .putObject("allocation")
        .putObject("devices")
        .putArray("results")
        .addObject()
        .put("request", "r")
        .put("driver", AgentStage.DRIVER)
        .put("pool", AgentStage.NODE)
        .put("device", device);
    status
        .putArray("reservedFor")
        .addObject()
        .put("resource", "pods")
        .put("name", "pod-" + name)
        .put("uid", "uid-of-" + name);
    JsonNode stored = stage.api.create(ApiKind.CLAIMS, "default", claim);
    return new ClaimId("default", name, stored.at("/metadata/uid").asText());
  }

  private PrepareAnswer prepare(ClaimId claim) {
    return requireNonNull(
        stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()));
  }

  @Test
  void aShapeWaitsForAProcessThatHasOneOfItsChipsOpen() throws Exception {
    write("4711/comm", "python3\n");
    write("4711/cgroup", "0::/kubepods/pod0a1b2c3d-0000-1111-2222-333344445555/c\n");
    link("4711/fd/9", group);
    assertThat(prepare(claim("other", "tpu-0000-00-0a")).error()).isEmpty();

    ClaimId four = claim("four", SHAPE);
    CompletableFuture<PrepareAnswer> answer = CompletableFuture.supplyAsync(() -> prepare(four));
    await().pollDelay(1, TimeUnit.SECONDS).until(() -> !answer.isDone());
    Files.delete(proc.resolve("4711/fd/9"));
    assertThat(answer.get(10, TimeUnit.SECONDS).error()).isEmpty();

    link("4711/fd/9", group); // the pod that has it now
    assertThat(prepare(four).error()).isEmpty();
  }

  /** As long as the kubelet waits, and no longer. */
  @Test
  void theErrorNamesProcessAndPod() throws Exception {
    write("4711/comm", "python3\n");
    write("4711/cgroup", "0::/kubepods/pod0a1b2c3d-0000-1111-2222-333344445555/c\n");
    link("4711/fd/9", group);
    assertThat(prepare(claim("four", SHAPE)).error())
        .contains(
            "device "
                + SHAPE
                + " is still open in process 4711 (python3) of the pod with UID"
                + " 0a1b2c3d-0000-1111-2222-333344445555");
  }
}
