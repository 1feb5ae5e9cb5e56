package dev.acceld.agent;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A claim holds a block of chips, one of them is gone, and the agent starts anew. */
class TpuLostChipTest {
  private static final Map<Setting, String> TPU = Map.of(Setting.MACHINE, "tpu-v5ex8");
  private static final String SHAPE = "tpu-2x2-0000-00-04";

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
  void theOtherChipsOfTheBlockStayTaken() throws Exception {
    Agent first = stage.ready("one", TPU);
    ClaimId holder = AllocatedClaim.of(stage, "c", "pod", Map.of("r", List.of(SHAPE)));
    assertThat(error(holder)).isEmpty();
    first.close();
    Simulation.open(stage.stateDir().resolve("machine")).lose("tpu-0");
    stage.ready("two", TPU);
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(published())
                .containsExactlyInAnyOrder(
                    SHAPE, "tpu-0000-00-0a", "tpu-0000-00-0b", "tpu-0000-00-0c", "tpu-0000-00-0d"));
    // Chosen by a scheduler that had not seen that yet.
    ClaimId neighbor =
        AllocatedClaim.of(stage, "d", "pod-2", Map.of("r", List.of("tpu-0000-00-07")));
    assertThat(error(neighbor))
        .contains("device " + SHAPE + " is still prepared for claim default/c");
    ClaimId apart = AllocatedClaim.of(stage, "e", "pod-3", Map.of("r", List.of("tpu-0000-00-0a")));
    assertThat(error(apart)).isEmpty();
    stage.kubelet.unprepare(AgentStage.DRIVER, List.of(holder));
    await()
        .atMost(AgentStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(published()).hasSize(7).contains("tpu-0000-00-07").doesNotContain(SHAPE));
    assertThat(error(neighbor)).isEmpty();
  }

  private TreeSet<String> published() {
    TreeSet<String> names = new TreeSet<>();
    for (JsonNode slice : stage.api.all(ApiKind.SLICES)) {
      slice.at("/spec/devices").forEach(device -> names.add(device.path("name").asText()));
    }
    return names;
  }

  private String error(ClaimId claim) {
    return requireNonNull(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).get(claim.uid()))
        .error();
  }
}
