package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code --repair auto}: devices that ask for a reset and that nobody holds. */
class AutoRepairTest {
  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void anAgentThatRepairs() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8", Setting.REPAIR, "auto"));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private String name(int gpu) {
    return agent.inventory().devices().get(gpu).name().value();
  }

  private double repaired() throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(l -> l.startsWith("acceld_repairs_total{outcome=\"repaired\"}"))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void oneThatAClaimHoldsWaitsUntilItIsGivenBack() throws Exception {
    ClaimId claim =
        stage.claim("user", AgentStage.DRIVER, d -> d.path("name").asText().equals(name(3)));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
    machine().xid("gpu-3", 95);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).containsKey(name(3)));
    // Longer than the fault has to last before the rule looks at it.
    await()
        .during(Duration.ofSeconds(14))
        .atMost(Duration.ofSeconds(20))
        .until(() -> repaired() == 0 && stage.taints().containsKey(name(3)));
    assertThat(stage.kubelet.unprepare(AgentStage.DRIVER, List.of(claim)).values())
        .containsExactly("");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> {
          assertThat(stage.taints()).isEmpty();
          assertThat(repaired()).isEqualTo(1);
        });
  }

  @Test
  void oneThatAProcessHasOpenHoldsUpNoOther() throws Exception {
    Path file = stage.stateDir().resolve("machine/dev/nvidia3").toRealPath();
    try (var open = Files.newInputStream(file)) {
      assertThat(open.available()).isNotNegative();
      machine().xid("gpu-3", 95);
      await().atMost(PATIENCE).until(() -> stage.taints().containsKey(name(3)));
      machine().xid("gpu-5", 95);
      await().atMost(PATIENCE).until(() -> stage.taints().containsKey(name(5)));
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> {
            assertThat(stage.taints()).containsOnlyKeys(name(3));
            assertThat(repaired()).isEqualTo(1);
          });
      assertThat(AgentStage.metrics(agent))
          .contains("acceld_repairs_total{outcome=\"refused\"} 1.0");
    }
  }

  @Test
  void oneThatWasResetTwiceTodayIsToBeReplaced() throws Exception {
    Path repairs = Files.createDirectories(stage.stateDir().resolve("repairs"));
    Files.write(
        repairs.resolve(name(3) + ".tries"),
        List.of(Instant.now().minusSeconds(60).toString(), Instant.now().toString()));
    machine().xid("gpu-3", 95);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(name(3))).contains("repair-failed NoSchedule"));
    assertThat(stage.acceld("devices", "gpu-3"))
        .contains("asks for a reset again, after 2 resets within 24 hours", "replace the device");
    assertThat(repaired()).isZero();
  }

  @Test
  void aFaultThatWantsServiceIsNotReset() throws Exception {
    machine().xid("gpu-3", 64); // a row that cannot be remapped
    await()
        .during(Duration.ofSeconds(14))
        .atMost(Duration.ofSeconds(25))
        .until(() -> repaired() == 0 && !stage.taints().toString().contains("repair"));
  }
}
