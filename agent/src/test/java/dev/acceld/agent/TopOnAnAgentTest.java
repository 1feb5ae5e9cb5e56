package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent tells {@code acceld top}, and what that prints where there is no terminal. */
class TopOnAnAgentTest {
  private AgentStage stage;
  private Process trainer;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    trainer = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void close() throws Exception {
    trainer.destroyForcibly().waitFor();
    stage.close();
  }

  private JsonNode json(String... more) throws IOException {
    List<String> words = new java.util.ArrayList<>(List.of("top", "-o", "json"));
    words.addAll(List.of(more));
    return new ObjectMapper().readTree(stage.acceld(words.toArray(String[]::new)));
  }

  @Test
  void aClaimItsPodItsProcessAndTheLastMinutesAreInOneAnswer() throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
    ClaimId claim = stage.claim("train");
    String uid =
        stage.api.find(ApiKind.PODS, "default", "train").orElseThrow().at("/metadata/uid").asText();
    PodId pod = new PodId("default", "train", uid);
    stage.kubelet.containers(pod, List.of("main"));
    stage.kubelet.startPod(AgentStage.DRIVER, pod, List.of(claim));
    String device = agent.claims().getFirst().devices().getFirst().device();
    String pid = Long.toString(trainer.pid());
    stage.acceld("simulate", "run", device, "--pid", pid, "--memory", "3GiB", "--sm", "40");

    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() -> {
          JsonNode now = json();
          assertThat(now.path("node").asText()).isEqualTo(AgentStage.NODE);
          assertThat(now.path("devices")).hasSize(8);
          JsonNode history = now.path("history").path(device).path("memory_used");
          assertThat(history).hasSize(60);
          assertThat(history.get(59).isNumber() || history.get(58).isNumber()).isTrue();
          assertThat(history.get(0).isNull()).as("nothing was measured then").isTrue();
          assertThat(now.at("/pods/0/containers/0").asText()).isEqualTo("main");
          assertThat(now.at("/claims/0/name").asText()).isEqualTo("train-gpu");
          assertThat(now.path("probes"))
              .anySatisfy(p -> {
                assertThat(p.path("vendor").asText()).isEqualTo("nvidia");
                assertThat(p.path("ageSeconds").isNumber()).isTrue();
              });
        });
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.acceld("top", "--once", "--view", "processes"))
                .containsPattern(pid + " +sleep +gpu-\\d +3 +40%"));
    String all = stage.acceld("top");
    assertThat(all).contains("DEVICES", "CLAIMS", "PODS", "PROCESSES", "FAULTS", "default/train");
    assertThat(all).as("there is no terminal").doesNotContain("\u001b");
  }

  @Test
  void onlyTheChosenDeviceHasAllReadings() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    String name = agent.inventory().devices().getFirst().name().value();
    LocalClient client = new LocalClient(stage.stateDir());
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() -> {
          JsonNode few = client.ask("top", JsonNodeFactory.instance.objectNode());
          JsonNode all =
              client.ask("top", JsonNodeFactory.instance.objectNode().put("device", name));
          JsonNode readings = all.at("/devices/0/readings");
          assertThat(few.at("/devices/0/readings").size()).isLessThan(readings.size() / 2);
          assertThat(few.at("/devices/0/readings").has("power")).isTrue();
          assertThat(few.path("history")).isEmpty();
        });
  }

  @Test
  void aFaultIsInTheTablesWithWhatToDo() throws Exception {
    stage.ready("a0", Map.of());
    stage.acceld("simulate", "xid", "gpu-0", "79");
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() -> {
          String faults = stage.acceld("top", "--view", "faults");
          assertThat(faults).containsPattern("gpu-0 +xid 79 +unhealthy .* reboot the node");
          assertThat(stage.acceld("top", "--view", "devices")).contains("unhealthy xid 79");
        });
  }

  @Test
  void recordsOfFaultsThatCannotBeReadAreToldAsNotKnown() throws Exception {
    stage.ready("a0", Map.of());
    assertThat(stage.acceld("top", "--once", "--view", "faults"))
        .isEqualTo("Nothing is wrong with the devices of this node.\n");
    Path records = stage.stateDir().resolve("flight");
    Files.move(records, stage.stateDir().resolve("moved"));
    Files.writeString(records, "no directory");
    assertThat(stage.acceld("top", "--once", "--view", "faults"))
        .contains("recorded faults are not known: ", "cannot be read")
        .doesNotContain("Nothing is wrong");
  }

  @Test
  void whatIsWrongOnTheCommandLineIsNamed() throws Exception {
    stage.ready("a0", Map.of());
    String dir = "--state-dir=" + stage.stateDir();
    Said sort = Said.by("top", dir, "--once", "--sort", "colour");
    assertThat(sort.status()).isEqualTo(2);
    assertThat(sort.text()).contains("--sort", "'colour'", "UTIL");
    Said interval = Said.by("top", dir, "--interval", "5ms");
    assertThat(interval.status()).isEqualTo(2);
    assertThat(interval.text()).contains("--interval", "'5ms'", "200ms");
    Said view = Said.by("top", dir, "--view", "cpus");
    assertThat(view.status()).isEqualTo(2);
    assertThat(view.text()).contains("--view must be devices or claims");
    assertThat(Said.by("top", dir, "--view", "claims", "--sort", "energy").status()).isZero();
    assertThat(Said.by("top", "--state-dir=" + stage.dir, "--once").status()).isEqualTo(1);
  }
}
