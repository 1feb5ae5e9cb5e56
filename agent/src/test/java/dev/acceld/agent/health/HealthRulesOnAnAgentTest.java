package dev.acceld.agent.health;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An operator's file decides what the scheduler sees, also after a change, and for what lasts. */
class HealthRulesOnAnAgentTest {
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** Value and effect of the taints of XIDs, and when they were added. */
  private Map<String, String> taints() {
    Map<String, String> taints = new TreeMap<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      for (JsonNode device : slice.at("/spec/devices")) {
        for (JsonNode taint : device.at("/taints")) {
          if (taint.path("key").asText().equals("acceld.dev/xid")) {
            taints.put(
                taint.path("value").asText() + " " + taint.path("effect").asText(),
                taint.path("timeAdded").asText());
          }
        }
      }
    }
    return taints;
  }

  private void awaitTaints(String... wanted) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(taints()).containsOnlyKeys(wanted));
  }

  private static void awaitCondition(Agent agent, boolean ok, String words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.conditions())
                .filteredOn(c -> c.name().equals("health-rules"))
                .singleElement()
                .satisfies(c -> {
                  assertThat(c.ok()).isEqualTo(ok);
                  assertThat(c.blocks()).isFalse();
                  assertThat(c.sentence()).contains(words);
                }));
  }

  @Test
  void evictsByRequestAndKeepsTheTimeOfTheTaint() throws IOException, Exception {
    Path file = stage.dir.resolve("rules.yaml");
    Files.writeString(
        file, "rules:\n  xid-31: {effect: NoExecute}\n  nvlink-dwn: {state: counted}\n");
    Agent agent =
        stage.ready("a0", Map.of(Setting.MACHINE, "v100x4", Setting.HEALTH_RULES, file.toString()));
    awaitCondition(agent, false, "'nvlink-dwn' is not a signal; did you mean 'nvlink-down'?");

    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.xid("gpu-1", 31);
    awaitTaints("31 NoExecute");
    String added = taints().get("31 NoExecute");
    assertThat(added).isNotBlank();

    Thread.sleep(1100); // the API server counts whole seconds
    machine.xid("gpu-1", 79);
    awaitTaints("31 NoExecute", "79 NoSchedule");
    assertThat(taints()).containsEntry("31 NoExecute", added);
    assertThat(taints().get("79 NoSchedule")).isNotEqualTo(added);

    Files.writeString(file, "rules:\n  xid-31: {state: degraded}\n");
    awaitCondition(agent, true, "1 health rule is overridden");
    awaitTaints("31 None", "79 NoSchedule");

    Files.writeString(file, "rules: {xid-31");
    awaitCondition(agent, false, "the rules read before stay in force");
    assertThat(taints()).containsOnlyKeys("31 None", "79 NoSchedule");

    Files.writeString(file, "");
    awaitCondition(agent, true, "0 health rules are overridden");
    awaitTaints("79 NoSchedule");
    agent.close();
  }

  /** By default heat is told and taints nothing. */
  @Test
  void heatIsAReasonWithTheOperatorsThreshold() throws Exception {
    Path file = stage.dir.resolve("rules.yaml");
    Files.writeString(file, "rules:\n  temperature: {celsius: 80, samples: 2}\n");
    Agent agent =
        stage.ready(
            "a0",
            Map.of(
                Setting.MACHINE,
                "v100x4",
                Setting.HEALTH_RULES,
                file.toString(),
                Setting.SAMPLE_INTERVAL,
                "100ms"));
    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.set("gpu-2", "temperature", "81");
    machine.set("gpu-2", "clock-reasons", "0x40"); // hardware thermal slowdown
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.acceld("devices", "gpu-2"))
                .contains(
                    "health       degraded",
                    "the device is too hot: 81 C, limit 80 C",
                    "the hardware slows the clocks because of temperature",
                    "taint: none",
                    "ends when it is 5 degrees below the limit for as many samples in a row"));
    assertThat(stage.taints()).isEmpty();

    Files.writeString(
        file, "rules:\n  temperature: {celsius: 80, samples: 2, effect: NoSchedule}\n");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(stage.taints().toString()).contains("temperature"));
    machine.set("gpu-2", "temperature", "60");
    machine.set("gpu-2", "clock-reasons", "0");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(stage.taints()).isEmpty();
          assertThat(stage.acceld("devices", "gpu-2")).contains("health       healthy");
        });
    agent.close();
  }
}
