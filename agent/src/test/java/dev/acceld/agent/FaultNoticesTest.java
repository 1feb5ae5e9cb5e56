package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everybody who has to know hears of a fault, and of its end. */
class FaultNoticesTest {
  private static final Map<Setting, String> H100X8 = Map.of(Setting.MACHINE, "h100x8");

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

  /** A pod that runs with a prepared claim; the name of its GPU. */
  private String running(String pod) {
    ClaimId claim = stage.claim(pod);
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(answer -> assertThat(answer.error()).isEmpty());
    return stage
        .api
        .find(ApiKind.CLAIMS, "default", claim.name())
        .orElseThrow()
        .at("/status/allocation/devices/results/0/device")
        .asText();
  }

  /** Kind of object and reason, with how often. */
  private Map<String, Integer> events() {
    Map<String, Integer> found = new TreeMap<>();
    for (JsonNode event : stage.api.all(ApiKind.EVENTS)) {
      found.merge(
          event.at("/regarding/kind").asText() + " " + event.path("reason").asText(),
          Math.max(1, event.at("/series/count").asInt()),
          Integer::sum);
    }
    return found;
  }

  private JsonNode event(String kind, String reason) {
    return stage.api.all(ApiKind.EVENTS).stream()
        .filter(e -> e.at("/regarding/kind").asText().equals(kind))
        .filter(e -> e.path("reason").asText().equals(reason))
        .findFirst()
        .orElseThrow();
  }

  private static double metric(Agent agent, String begin) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(line -> line.startsWith(begin))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  void aFaultAndItsEndReachNodeClaimAndPodAndAreTimed() throws Exception {
    Agent agent = stage.ready("a0", H100X8);
    String gpu = running("train");
    assertThat(metric(agent, "acceld_device_faults_total{device=\"" + gpu)).isZero();
    String uuid = uuid(agent, gpu);
    machine().xid(uuid, 79);
    await().atMost(PATIENCE).until(() -> events().size() == 3);
    assertThat(events())
        .containsOnlyKeys(
            "Node AcceleratorUnhealthy",
            "Pod AcceleratorUnhealthy",
            "ResourceClaim AcceleratorUnhealthy");
    JsonNode pod = event("Pod", "AcceleratorUnhealthy");
    assertThat(pod.path("note").asText()).contains(gpu, "XID 79", "(");
    assertThat(pod.at("/metadata/namespace").asText()).isEqualTo("default");
    assertThat(pod.at("/regarding/uid").asText())
        .isEqualTo(
            stage
                .api
                .find(ApiKind.PODS, "default", "train")
                .orElseThrow()
                .at("/metadata/uid")
                .asText());
    assertThat(pod.at("/related/uid").asText())
        .isEqualTo(
            stage
                .api
                .find(ApiKind.NODES, "", AgentStage.NODE)
                .orElseThrow()
                .at("/metadata/uid")
                .asText());
    assertThat(stage.kubelet.health().values())
        .anyMatch(h -> h.toString().contains("XID 79") && h.toString().contains("("));
    await().atMost(PATIENCE).until(() -> !stage.taints().isEmpty()); // it may wait behind a write

    machine().restore(uuid);
    await().atMost(PATIENCE).until(() -> events().size() == 6);
    assertThat(event("Pod", "AcceleratorRecovered").path("type").asText()).isEqualTo("Normal");

    String xid = "{reason=\"xid\"}";
    assertThat(metric(agent, "acceld_fault_detection_seconds_count" + xid)).isEqualTo(1);
    assertThat(metric(agent, "acceld_fault_detection_seconds_sum" + xid)).isBetween(0., 20.);
    assertThat(metric(agent, "acceld_fault_taint_seconds_count" + xid)).isEqualTo(1);
    assertThat(metric(agent, "acceld_fault_taint_seconds_sum" + xid)).isBetween(0.05, 20.);
    assertThat(metric(agent, "acceld_fault_kubelet_seconds_count" + xid)).isEqualTo(1);
    assertThat(metric(agent, "acceld_fault_duration_seconds_count" + xid)).isEqualTo(1);
    assertThat(metric(agent, "acceld_fault_duration_seconds_sum" + xid)).isBetween(0.5, 60.);
    assertThat(metric(agent, "acceld_device_faults_total{device=\"" + gpu)).isPositive();
    assertThat(metric(agent, "acceld_events_total{outcome=\"ok\"}")).isEqualTo(6);
  }

  private static String uuid(Agent agent, String gpu) {
    return agent.inventory().devices().stream()
        .filter(d -> d.name().value().equals(gpu))
        .map(d -> ((dev.acceld.device.Gpu) d).uuid())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theNextAgentRepeatsNothing() throws Exception {
    Agent first = stage.ready("a0", H100X8);
    machine().xid("gpu-3", 79);
    await().atMost(PATIENCE).until(() -> events().size() == 1);
    await()
        .atMost(PATIENCE)
        .until(() -> java.nio.file.Files.exists(stage.stateDir().resolve("events.json")));
    first.close();
    stage.api.requests().clear();
    Agent second = stage.ready("a1", H100X8);
    await()
        .during(Duration.ofSeconds(4))
        .atMost(PATIENCE)
        .until(() -> stage.api.requests().count("create", "events") == 0);
    assertThat(events()).isEqualTo(Map.of("Node AcceleratorUnhealthy", 1));
    assertThat(metric(second, "acceld_fault_detection_seconds_count")).isZero();
  }

  @Test
  void aWholeNodeIsOneEventAndOneWriteOfTheSlice() throws Exception {
    stage.ready("a0", H100X8);
    running("train");
    stage.api.requests().clear();
    machine().unloadDriver();
    await().atMost(PATIENCE).until(() -> stage.taints().size() == 8);
    await().atMost(PATIENCE).until(() -> events().size() == 3);
    assertThat(stage.api.requests().count("update", "resourceslices")).isLessThanOrEqualTo(2);
    assertThat(stage.api.requests().count("create", "events")).isEqualTo(3);
    assertThat(event("Node", "AcceleratorUnhealthy").path("note").asText())
        .startsWith("8 devices (gpu-");
  }

  @Test
  void aServerThatRefusesEventsCostsNoPrepare() throws Exception {
    stage.api.faults().forbid("create", "events");
    Agent agent = stage.ready("a0", H100X8);
    machine().xid("gpu-7", 79);
    await()
        .atMost(PATIENCE)
        .until(() -> metric(agent, "acceld_events_total{outcome=\"forbidden\"}") == 1);
    running("train");
    assertThat(agent.conditions())
        .anyMatch(c -> c.name().equals("api") && c.sentence().contains("create events"));
  }

  /** Where the API server drops taints. */
  @Test
  void withoutTaintsADeviceIsWithdrawnOnceNobodyHoldsIt() throws Exception {
    stage.api.faults().taintsOff(true);
    Agent agent = stage.ready("a0", H100X8);
    ClaimId claim = stage.claim("train");
    stage.kubelet.prepare(List.of(claim));
    String gpu =
        stage
            .api
            .find(ApiKind.CLAIMS, "default", claim.name())
            .orElseThrow()
            .at("/status/allocation/devices/results/0/device")
            .asText();
    machine().xid(uuid(agent, gpu), 79);
    String free =
        agent.inventory().devices().stream()
            .map(d -> d.name().value())
            .filter(name -> !name.equals(gpu))
            .findFirst()
            .orElseThrow();
    machine().xid(uuid(agent, free), 79);
    await().atMost(PATIENCE).until(() -> stage.published() == 7);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(taintsCondition(agent))
                .contains("DRADeviceTaints", "Withdrawn: " + free + ".")
                .endsWith("because a claim holds it: " + gpu));
    assertThat(metric(agent, "acceld_slice_taints_kept")).isZero();

    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
    await().atMost(PATIENCE).until(() -> stage.published() == 6);
    await()
        .atMost(PATIENCE)
        .until(() ->
            taintsCondition(agent).contains(gpu)
                && !taintsCondition(agent).contains("Still published"));
    machine().restore(uuid(agent, free));
    await().atMost(PATIENCE).until(() -> stage.published() == 7);
  }

  private static String taintsCondition(Agent agent) {
    return agent.conditions().stream()
        .filter(c -> c.name().equals("taints"))
        .map(c -> c.sentence())
        .findFirst()
        .orElse("");
  }

  @Test
  void whereEventsAreOffNoneIsWritten() throws Exception {
    stage.ready("a0", Map.of(Setting.MACHINE, "h100x8", Setting.EVENTS, "false"));
    machine().xid("gpu-3", 79);
    await().atMost(PATIENCE).until(() -> !stage.taints().isEmpty());
    await()
        .during(Duration.ofSeconds(3))
        .atMost(PATIENCE)
        .until(() -> stage.api.all(ApiKind.EVENTS).isEmpty());
    assertThat(stage.api.requests().count("patch", "nodes/status")).isZero();
  }

  @Test
  void theNodesConditionFollowsTheDevices() throws Exception {
    Map<Setting, String> settings =
        Map.of(Setting.MACHINE, "h100x8", Setting.NODE_CONDITION, "true");
    Agent first = stage.ready("a0", settings);
    awaitCondition("True", "AcceleratorsHealthy", "8 of 8 accelerators can be used");
    machine().xid("gpu-3", 79);
    awaitCondition("False", "AcceleratorsUnhealthy", "7 of 8 accelerators can be used; gpu-");
    assertThat(condition().orElseThrow().path("message").asText()).contains("XID 79");
    String since = condition().orElseThrow().path("lastTransitionTime").asText();
    first.close();
    stage.api.requests().clear();
    stage.ready("a1", settings);
    await()
        .during(Duration.ofSeconds(4))
        .atMost(PATIENCE)
        .until(() -> stage.api.requests().count("patch", "nodes/status") == 0);
    assertThat(condition().orElseThrow().path("lastTransitionTime").asText()).isEqualTo(since);
  }

  private void awaitCondition(String status, String reason, String message) {
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(() ->
            condition()
                .filter(c -> c.path("status").asText().equals(status))
                .filter(c -> c.path("reason").asText().equals(reason))
                .filter(c -> c.path("message").asText().startsWith(message))
                .isPresent());
  }

  private Optional<JsonNode> condition() {
    return stage
        .api
        .find(ApiKind.NODES, "", AgentStage.NODE)
        .orElseThrow()
        .at("/status/conditions")
        .valueStream()
        .filter(c -> c.path("type").asText().equals("AcceleratorsHealthy"))
        .findFirst();
  }
}
