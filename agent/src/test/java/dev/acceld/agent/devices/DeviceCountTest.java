package dev.acceld.agent.devices;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.machine.Simulation;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A whole agent's readiness counts the devices that new pods can get, n of m. */
class DeviceCountTest {
  @Test
  void aBrokenDeviceIsMissingFromTheCountAndOneThatIsDegradedIsNamed() throws Exception {
    try (AgentStage stage = new AgentStage()) {
      Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
      await().atMost(PATIENCE).until(() -> devices(agent).ok());
      assertThat(devices(agent).sentence())
          .isEqualTo("8 of 8 devices can be allocated to new pods");

      Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
      machine.set("gpu-2", "remap-pending", "1");
      await().atMost(PATIENCE).until(() -> !devices(agent).ok());
      assertThat(devices(agent).sentence())
          .startsWith("8 of 8 devices can be allocated to new pods: gpu-")
          .contains("replaced at the next reset");

      machine.xid("gpu-5", 79);
      await().atMost(PATIENCE).until(() -> devices(agent).sentence().startsWith("7 of 8 devices"));
      assertThat(devices(agent).sentence()).contains("XID 79", "recommended action: ");
      assertThat(devices(agent).blocks()).isFalse();
      // The probe itself answers well.
      assertThat(condition(agent, "probe-nvidia").ok()).isTrue();
    }
  }

  private static Condition devices(Agent agent) {
    return condition(agent, "devices");
  }

  private static Condition condition(Agent agent, String name) {
    return agent.conditions().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
