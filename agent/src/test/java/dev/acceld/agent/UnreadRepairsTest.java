package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent that cannot read at its start which repairs have failed. */
class UnreadRepairsTest {
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
  void itOffersNoDeviceAndSaysWhy() throws Exception {
    Files.createDirectories(stage.stateDir());
    Path records = Files.writeString(stage.stateDir().resolve("repairs"), "no directory");
    Agent agent = stage.ready("a0", Map.of(Setting.MACHINE, "h100x8"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints())
                .hasSize(8)
                .allSatisfy(
                    (device, taint) -> assertThat(taint).isEqualTo("repair-failed NoSchedule")));
    assertThat(agent.conditions())
        .filteredOn(condition -> condition.name().equals("repairs"))
        .singleElement()
        .satisfies(condition -> {
          assertThat(condition.ok()).isFalse();
          assertThat(condition.sentence()).contains(records.toString());
        });
    Files.delete(records);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEmpty());
    assertThat(agent.conditions()).noneMatch(condition -> condition.name().equals("repairs"));
  }
}
