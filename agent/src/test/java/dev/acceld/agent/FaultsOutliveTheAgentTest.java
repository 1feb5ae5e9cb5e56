package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.cli.Main;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A broken GPU is not given away because the agent was restarted, updated or killed. */
class FaultsOutliveTheAgentTest {
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

  /** Device and reason of every taint that the scheduler sees. */
  private List<String> taints() {
    List<String> taints = new ArrayList<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        for (JsonNode taint : device.at("/taints")) {
          taints.add(taint.path("key").asText() + " " + taint.path("value").asText());
        }
      }
    }
    return taints;
  }

  private void awaitTaints(String... wanted) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(taints()).containsExactlyInAnyOrder(wanted));
  }

  private static String reasons(Agent agent) throws IOException, InterruptedException {
    return AgentStage.metrics(agent).stream()
        .filter(line -> line.startsWith("acceld_device_health_reason"))
        .collect(Collectors.joining("\n"));
  }

  /** Driver 470 has no recovery action; with 580 it is 0 for those two. */
  @ParameterizedTest
  @CsvSource({"v100x4, 79", "v100x4, 48", "v100x4, 74", "h100x8, 54", "b200x8, 121"})
  void afterARestartTheGpuIsStillTaintedAndAfterARebootItIsNot(String machine, int xid)
      throws Exception {
    Map<Setting, String> settings = Map.of(Setting.MACHINE, machine);
    Agent first = stage.ready("a0", settings);
    machine().xid("gpu-1", xid);
    awaitTaints("acceld.dev/xid " + xid);
    first.close();

    Agent second = stage.ready("a1", settings);
    assertThat(reasons(second)).contains("reason=\"xid\"").contains("\"" + xid + "\"");
    awaitTaints("acceld.dev/xid " + xid);
    second.close();

    machine().reboot();
    Agent third = stage.ready("a2", settings);
    assertThat(reasons(third)).doesNotContain("reason=\"xid\"");
    awaitTaints();
  }

  @Test
  void anAgentThatIsKilledLeavesItToTheNextAndAResetEndsIt() throws Exception {
    Map<Setting, String> settings =
        Map.of(Setting.MACHINE, "v100x4", Setting.REDISCOVER_INTERVAL, "1s");
    Process process = process("a0", settings);
    try {
      await().atMost(PATIENCE.multipliedBy(2)).until(() -> stage.published() == 4);
      machine().xid("gpu-1", 79);
      awaitTaints("acceld.dev/xid 79");
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL: no orderly close
    }
    Agent second = stage.ready("a1", settings);
    assertThat(reasons(second)).contains("reason=\"xid\"");
    awaitTaints("acceld.dev/xid 79");
    machine().unloadDriver();
    await()
        .atMost(PATIENCE)
        .until(() ->
            second.conditions().stream()
                .anyMatch(c -> c.name().equals("probe-nvidia") && c.sentence().contains("no lib")));
    machine().loadDriver();
    awaitTaints();
    second.close();
    assertThat(reasons(stage.ready("a2", settings))).doesNotContain("reason=\"xid\"");
  }

  private Process process(String instance, Map<Setting, String> more) throws IOException {
    Path kubeconfig = stage.api.writeKubeconfig(stage.dir.resolve("kubeconfig"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--kubeconfig=" + kubeconfig,
            "--node-name=" + AgentStage.NODE,
            "--kubelet-dir=" + stage.kubeletDir(),
            "--cdi-dir=" + stage.cdiDir(),
            "--state-dir=" + stage.stateDir(),
            "--http-address=127.0.0.1:0",
            "--machine=" + more.get(Setting.MACHINE),
            "--instance=" + instance);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(stage.dir.resolve("agent.log").toFile())
        .start();
  }
}
