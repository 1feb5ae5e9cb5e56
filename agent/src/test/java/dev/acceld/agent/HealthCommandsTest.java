package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.local.LocalClient;
import dev.acceld.machine.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code acceld health}: what is wrong, and what people say of it. */
class HealthCommandsTest {
  private static final String USER = System.getProperty("user.name");
  private static final ObjectMapper JSON = new ObjectMapper();

  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", Map.of());
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private Said health(String... words) {
    List<String> all = new ArrayList<>(List.of("health"));
    all.addAll(List.of(words));
    all.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(all.toArray(String[]::new));
  }

  private String works(String... words) {
    Said said = health(words);
    assertThat(said.status()).as(said.text()).isZero();
    return said.text();
  }

  private String fails(String... words) {
    Said said = health(words);
    assertThat(said.status()).as(said.text()).isEqualTo(1);
    return said.text();
  }

  private JsonNode json(String command) throws Exception {
    return new LocalClient(stage.stateDir()).ask(command, JSON.createObjectNode());
  }

  private void awaitTaint(String wanted) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(String.join(";", stage.taints().values())).isEqualTo(wanted));
  }

  private JsonNode onlyFault() throws Exception {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(json("faults").path("faults")).hasSize(1));
    return json("faults").path("faults").path(0);
  }

  @Test
  void aMarkTaintsTheDeviceUntilItIsTakenBackAlsoAfterRestartAndReboot() throws Exception {
    assertThat(works("set", "gpu-0", "bad-riser", "--note", "ticket 4711"))
        .contains(
            "gpu-0 (", "is unhealthy: manual-bad-riser", "acceld health clear gpu-0 bad-riser");
    awaitTaint("manual NoSchedule");
    assertThat(works())
        .contains("manual-bad-riser", "NoSchedule", "acceld health clear", "takes it back");
    assertThat(onlyFault().path("fault").path("message").asText())
        .isEqualTo("marked as bad-riser by " + USER + ": ticket 4711");

    machine().reboot();
    agent.close();
    agent = stage.ready("a1", Map.of());
    awaitTaint("manual NoSchedule");
    JsonNode mark = json("health").path("marks").path(0);
    assertThat(mark.path("by").asText()).isEqualTo(USER);
    assertThat(mark.path("note").asText()).isEqualTo("ticket 4711");

    assertThat(works("clear", "gpu-0", "bad-riser", "--note", "riser replaced"))
        .contains("is healthy");
    awaitTaint("");
    assertThat(json("health").path("marks")).isEmpty();
    JsonNode action = json("health").path("actions").path(0);
    assertThat(action.path("by").asText()).isEqualTo(USER);
    assertThat(action.path("action").asText()).isEqualTo("clear");
    assertThat(action.path("reason").asText()).isEqualTo("manual-bad-riser");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(onlyFault().at("/course/end/evidence").asText())
                .isEqualTo("cleared by " + USER + ": riser replaced"));
  }

  @Test
  void aMarkMayInformOnly() {
    works("set", "gpu-0", "noisy-fan", "--effect", "None");
    awaitTaint("manual None");
    assertThat(works()).contains("degraded");
  }

  @Test
  void aFaultIsClearedOnlyByItsNameAndOnlyThatOne() throws Exception {
    machine().xid("gpu-0", 79);
    machine().xid("gpu-0", 95);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(works()).contains("xid-79", "xid-95"));
    assertThat(fails("clear", "gpu-0", "xid")).contains("means several reasons", "xid-79, xid-95");
    assertThat(fails("clear", "gpu-0", "xid-80")).contains("has no reason 'xid-80'", "xid-79");
    works("clear", "gpu-0", "xid-79", "--note", "checked");
    assertThat(works()).contains("xid-95").doesNotContain("xid-79");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(json("faults").toString()).contains("cleared by " + USER + ": checked"));

    agent.close(); // the end is kept, too
    agent = stage.ready("a1", Map.of());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(works()).contains("xid-95"));
    assertThat(works()).doesNotContain("xid-79");
  }

  @Test
  void whatTheHardwareSaysNowIsNotCleared() {
    machine().lose("gpu-0");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(works()).contains("device-lost"));
    assertThat(fails("clear", "gpu-0", "device-lost"))
        .contains("device-lost is what the hardware or its driver says", "It ends when");
    assertThat(works()).contains("device-lost");
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    assertThat(fails("set", "gpu-9", "bad")).contains("there is no device 'gpu-9'", "gpu-0");
    assertThat(fails("set", "gpu-0", "Bad Riser")).contains("'Bad Riser' is not a valid reason");
    assertThat(fails("set", "gpu-0", "bad", "--effect", "NoExecute"))
        .contains("the effect 'NoExecute' must be NoSchedule or None");
    assertThat(fails("set", "gpu-0", "bad", "--note", "x".repeat(501))).contains("longer than 500");
    assertThat(fails("clear", "gpu-0", "xid-79")).contains("nothing is wrong with it");
    assertThat(health("set", "gpu-0").status()).isEqualTo(2);
  }
}
