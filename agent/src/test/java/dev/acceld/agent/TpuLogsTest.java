package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** libtpu's logs of a claim on the host, through a whole agent. */
@Timeout(120)
class TpuLogsTest {
  private AgentStage stage;
  private Path logs;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    logs = Files.createDirectory(stage.dir.resolve("logs"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Agent agent(String instance, String machine, String keep) throws Exception {
    Map<Setting, String> settings = new HashMap<>();
    settings.put(Setting.MACHINE, machine);
    settings.put(Setting.byKey("tpuLogDir").orElseThrow(), logs.toString());
    settings.put(Setting.byKey("tpuLogKeep").orElseThrow(), keep);
    return stage.ready(instance, settings);
  }

  private ClaimId prepared(String pod) {
    ClaimId claim = stage.claim(pod);
    Map<String, PrepareAnswer> answers = stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim));
    assertThat(answers.get(claim.uid())).extracting(PrepareAnswer::error).isEqualTo("");
    return claim;
  }

  private void unprepared(ClaimId claim) {
    assertThat(stage.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .isEqualTo("");
  }

  private Path of(ClaimId claim) {
    return logs.resolve(claim.namespace() + "_" + claim.name() + "." + claim.uid());
  }

  /** What containers with the claim see at {@code /tmp/tpu_logs}, and their environment. */
  private List<String> mounts(ClaimId claim) throws IOException {
    Path file = stage.cdiDir().resolve(AgentStage.DRIVER + "-claim_" + claim.uid() + ".json");
    JsonNode cdi = new ObjectMapper().readTree(file.toFile());
    assertThat(cdi.toString()).doesNotContain("TPU_LOG_DIR");
    List<String> found = new ArrayList<>();
    for (JsonNode device : cdi.path("devices")) {
      for (JsonNode mount : device.at("/containerEdits/mounts")) {
        if (mount.path("containerPath").asText().equals("/tmp/tpu_logs")) {
          assertThat(mount.path("options").toString()).contains("\"rw\"", "\"nosuid\"");
          found.add(mount.path("hostPath").asText());
        }
      }
    }
    return found;
  }

  private static Condition condition(Agent agent) {
    return agent.conditions().stream()
        .filter(c -> c.name().equals("claim-logs"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachClaimHasADirectoryOfItsOwnThatStaysWhereConfigured() throws Exception {
    Agent first = agent("a0", "tpu-v5ex8", "1");
    ClaimId one = prepared("one");
    ClaimId two = prepared("two");
    assertThat(mounts(one)).containsExactly(of(one).toString());
    assertThat(mounts(two)).containsExactly(of(two).toString());
    Files.writeString(of(one).resolve("tpu_driver.INFO"), "crashed");
    Files.writeString(of(two).resolve("tpu_driver.INFO"), "crashed later");

    first.close();
    Agent second = agent("a1", "tpu-v5ex8", "1");
    assertThat(of(one).resolve("tpu_driver.INFO")).hasContent("crashed");
    unprepared(one);
    unprepared(two);
    assertThat(of(one)).doesNotExist();
    assertThat(of(two)).doesNotExist();
    try (Stream<Path> kept = Files.list(logs.resolve("kept"))) {
      assertThat(kept)
          .singleElement()
          .satisfies(dir -> {
            assertThat(dir.toString()).endsWith("_" + logs.relativize(of(two)));
            assertThat(dir.resolve("tpu_driver.INFO")).hasContent("crashed later");
          });
    }
    assertThat(condition(second)).isEqualTo(Condition.advisory("claim-logs", true, "in order"));
  }

  @Test
  void aDirectoryThatCannotBeUsedIsInReadinessAndCostsTheLogsOnly() throws Exception {
    Files.delete(logs);
    Agent agent = agent("a0", "tpu-v5ex8", "0");
    ClaimId claim = prepared("one");
    assertThat(mounts(claim)).isEmpty();
    assertThat(condition(agent).ok()).isFalse();
    assertThat(condition(agent).blocks()).isFalse();
    assertThat(condition(agent).sentence()).contains(logs.toString(), "--tpu-log-dir");

    Files.createDirectory(logs);
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .extracting(PrepareAnswer::error)
        .isEqualTo("");
    assertThat(mounts(claim)).containsExactly(of(claim).toString());
    assertThat(condition(agent).ok()).isTrue();
    unprepared(claim);
    assertThat(of(claim)).doesNotExist();
  }

  /** Without a call of the kubelet, as when containers are restarted after the agent. */
  @Test
  void aRestartPutsBackWhatIsMissing() throws Exception {
    Agent first = agent("a0", "tpu-v5ex8", "0");
    ClaimId claim = prepared("one");
    first.close();
    Files.delete(of(claim));
    agent("a1", "tpu-v5ex8", "0");
    await().atMost(AgentStage.PATIENCE).until(() -> Files.isDirectory(of(claim)));
  }

  @Test
  void gpusHaveNone() throws Exception {
    agent("a0", "h100x1", "0");
    ClaimId claim = prepared("one");
    assertThat(mounts(claim)).isEmpty();
    assertThat(of(claim)).doesNotExist();
  }
}
