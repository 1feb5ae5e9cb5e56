package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.device.DeviceName;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A GPU whose infoROM is corrupted is found out before its first use, if that is wanted. */
class SelfTestTest {
  private static final String CALL = "nvmlDeviceValidateInforom";
  private static final int CORRUPTED = 14;
  private static final Map<Setting, String> TESTING =
      Map.of(Setting.MACHINE, "h100x8", Setting.SELF_TEST, "true");

  private static final String PHASE =
      "acceld_prepare_duration_seconds_count{outcome=\"%s\",phase=\"self_test\"} %d";

  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private static String gpu(Agent agent, int n) {
    return agent.inventory().devices().get(n).name().value();
  }

  private String errorOf(ClaimId claim) throws Exception {
    return requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .error();
  }

  private ClaimId claim(String name, String device) {
    return AllocatedClaim.of(stage, name, "pod-" + name, Map.of("r", List.of(device)));
  }

  private static List<String> phases(Agent agent) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(line -> line.startsWith("acceld_prepare_duration_seconds_count"))
        .filter(line -> line.contains("phase=\"self_test\""))
        .toList();
  }

  private List<String> notes(String device) {
    return stage.api.all(ApiKind.EVENTS).stream()
        .map(event -> event.path("note").asText())
        .filter(note -> note.contains(device))
        .toList();
  }

  @Test
  void aCorruptedInforomRefusesTheClaimUntilTheGpuIsRepaired() throws Exception {
    Agent agent = stage.ready("a0", TESTING);
    String bad = gpu(agent, 3);
    machine().fail(CALL, "gpu-3", CORRUPTED);
    assertThat(errorOf(claim("other", gpu(agent, 2)))).isEmpty();
    assertThat(stage.taints()).isEmpty();
    assertThat(phases(agent)).containsExactly(PHASE.formatted("ok", 1));

    ClaimId claim = claim("train", bad);
    assertThat(errorOf(claim))
        .contains(
            "device " + bad + " of request r is faulty",
            "self-test failed: the infoROM of the GPU is corrupted",
            "recommended action: have the hardware serviced",
            "acceld.dev/self-test-failed");
    assertThat(phases(agent))
        .containsExactlyInAnyOrder(PHASE.formatted("ok", 1), PHASE.formatted("failed", 1));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints()).isEqualTo(Map.of(bad, "self-test-failed NoSchedule")));
    await()
        .atMost(PATIENCE)
        .until(() -> notes(bad).stream().anyMatch(note -> note.contains("infoROM")));
    await()
        .atMost(PATIENCE)
        .until(() ->
            stage.kubelet.health().values().stream()
                .anyMatch(h -> h.toString().contains("infoROM")));
    await()
        .atMost(PATIENCE)
        .until(() -> stage.acceld("faults").contains("self-test-failed-inforom"));
    assertThat(
            AgentStage.metrics(agent).stream()
                .filter(line -> line.startsWith("acceld_device_health_reason{"))
                .filter(line -> line.contains("reason=\"self-test-failed\"")))
        .singleElement()
        .asString()
        .contains(bad);
    assertThat(
            AgentStage.metrics(agent).stream().filter(line -> line.startsWith("acceld_device_xid")))
        .as("it is no XID")
        .noneMatch(line -> line.contains("inforom"));

    agent.close();
    agent = stage.ready("a1", TESTING);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).containsOnlyKeys(bad));
    assertThat(errorOf(claim)).contains("self-test failed");
    assertThat(phases(agent)).as("it is known").isEmpty();

    stage.acceld("release", bad);
    assertThat(stage.acceld("release", "--back", bad, "--repaired"))
        .contains("ended: self-test failed: the infoROM of the GPU is corrupted");
    await().atMost(PATIENCE).until(() -> isHealthy(bad));
    assertThat(errorOf(claim)).as("and tested again").contains("self-test failed");

    machine().fail(CALL, "gpu-3", 0);
    stage.acceld("health", "clear", bad, "self-test-failed-inforom", "--note", "flashed");
    assertThat(errorOf(claim)).isEmpty();
    await().atMost(PATIENCE).until(() -> stage.taints().isEmpty());
    agent.close();
  }

  private boolean isHealthy(String device) {
    return stage.acceld("devices", device).contains("health       healthy");
  }

  @Test
  void theOperatorDecidesWhatAFailedTestMeans() throws Exception {
    Path rules = stage.dir.resolve("rules.yaml");
    Files.writeString(rules, "rules:\n  self-test-failed-inforom: {state: degraded}\n");
    Agent agent =
        stage.ready(
            "a0",
            Map.of(
                Setting.MACHINE,
                "h100x1",
                Setting.SELF_TEST,
                "true",
                Setting.HEALTH_RULES,
                rules.toString()));
    machine().fail(CALL, "gpu-0", CORRUPTED);
    String gpu = gpu(agent, 0);
    assertThat(errorOf(claim("train", gpu))).isEmpty();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints()).isEqualTo(Map.of(gpu, "self-test-failed None")));
    agent.close();
  }

  /** What was tested once is tested again after a fault that a reset ended. */
  @Test
  void aGpuThatWasResetIsTestedAgain() throws Exception {
    Agent agent = stage.ready("a0", TESTING);
    String gpu = gpu(agent, 1);
    ClaimId first = claim("first", gpu);
    assertThat(errorOf(first)).isEmpty();
    assertThat(stage.kubelet.unprepare(List.of(first)).values()).containsOnly("");
    ClaimId second = claim("second", gpu);
    assertThat(errorOf(second)).isEmpty();
    assertThat(stage.kubelet.unprepare(List.of(second)).values()).containsOnly("");
    assertThat(phases(agent)).containsExactly(PHASE.formatted("ok", 1));

    machine().xid("gpu-1", 79);
    await().atMost(PATIENCE).until(() -> !stage.taints().isEmpty());
    machine().fail(CALL, "gpu-1", CORRUPTED);
    machine().restore("gpu-1");
    await().atMost(PATIENCE).until(() -> stage.taints().isEmpty());
    assertThat(errorOf(claim("third", gpu))).contains("self-test failed");
    assertThat(agent.inventory().find(new DeviceName(gpu))).isPresent();
    agent.close();
  }

  @Test
  void aTestThatTheDriverDoesNotSupportOrThatHangsRefusesNothing() throws Exception {
    Agent agent = stage.ready("a0", TESTING);
    machine().fail(CALL, "gpu-0", 3);
    machine().hang(CALL, "gpu-1");
    try {
      assertThat(errorOf(claim("a", gpu(agent, 0)))).isEmpty();
      assertThat(errorOf(claim("b", gpu(agent, 1)))).isEmpty();
      assertThat(errorOf(claim("c", gpu(agent, 2)))).isEmpty();
      assertThat(stage.taints()).isEmpty();
    } finally {
      machine().unhang(CALL);
    }
    agent.close();
  }

  /** A GPU that would fail, and one whose test would hang, are given away as they are. */
  @Test
  void nothingIsTestedUnlessTheOperatorWantsIt() throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
    machine().fail(CALL, CORRUPTED);
    assertThat(errorOf(claim("a", gpu(agent, 0)))).isEmpty();
    assertThat(phases(agent)).isEmpty();
    assertThat(stage.taints()).isEmpty();
    agent.close();
  }
}
