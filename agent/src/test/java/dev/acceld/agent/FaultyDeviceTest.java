package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device that has become faulty since it was allocated is not handed out. */
class FaultyDeviceTest {
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private String errorOf(String name, String device) throws Exception {
    ClaimId claim = AllocatedClaim.of(stage, name, "pod-" + name, Map.of("r", List.of(device)));
    return requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .error();
  }

  @Test
  void theErrorNamesTheFaultAndTheRemedyAndADeviceThatIsWellIsPrepared() throws Exception {
    stage.ready("a0", Map.of(Setting.MACHINE, "v100x4"));
    await().atMost(PATIENCE).until(() -> stage.published() == 4);
    Simulation.open(stage.stateDir().resolve("machine")).xid("gpu-1", 79);
    await().atMost(PATIENCE).until(() -> !stage.taints().isEmpty());
    String faulty = stage.taints().keySet().iterator().next();
    String well =
        stage.api.all(ApiKind.SLICES).stream()
            .flatMap(slice -> slice.at("/spec/devices").valueStream())
            .map(device -> device.path("name").asText())
            .filter(name -> !name.equals(faulty))
            .findFirst()
            .orElseThrow();
    assertThat(errorOf("a", faulty))
        .contains(faulty, "XID 79", "recommended action: reboot the node", "acceld.dev/xid");
    assertThat(errorOf("b", well)).isEmpty();
  }
}
