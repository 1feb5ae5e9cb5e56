package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.device.Gpu;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** GPU Operational Events, from a simulated driver to whoever has to know. */
class OperationalEventsOnAnAgentTest {
  private static final String EVENTS = "acceld_device_operational_events_total";
  private static final Setting SETTING = Setting.named("nvidia-operational-events");

  private final AgentStage stage;

  OperationalEventsOnAnAgentTest() throws IOException {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** The machine h100x8 with another driver, as a description of one's own. */
  private Path description(String driver) throws IOException {
    try (InputStream in = Agent.class.getResourceAsStream("/machines/h100x8.yaml")) {
      assertThat(in).isNotNull();
      String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Files.writeString(
          stage.dir.resolve("driver-" + driver + ".yaml"),
          yaml.replaceFirst("version: \"[0-9.]+\"", "version: \"" + driver + "\""));
    }
  }

  private Map<Setting, String> settings(String driver, boolean wanted) throws IOException {
    return Map.of(
        Setting.MACHINE,
        description(driver).toString(),
        Setting.KERNEL_LOG,
        "/dev/kmsg",
        SETTING,
        Boolean.toString(wanted));
  }

  private Agent start(String driver, boolean wanted) throws Exception {
    return stage.ready("a0", settings(driver, wanted));
  }

  private static String name(Agent agent, int gpu) {
    return agent.inventory().devices().stream()
        .filter(d -> d instanceof Gpu found && found.index().orElse(-1) == gpu)
        .findFirst()
        .orElseThrow()
        .name()
        .value();
  }

  private JsonNode device(String name) throws Exception {
    String said = stage.acceld("devices", name, "-o", "json");
    int json = said.startsWith("[") ? 0 : said.indexOf("\n[") + 1;
    return new ObjectMapper().readTree(said.substring(json)).get(0);
  }

  private void awaitHealth(String gpu, String health) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(device(gpu).path("health").asText()).isEqualTo(health));
  }

  private static List<String> series(Agent agent, String name) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(l -> l.startsWith(name + "{") && !l.endsWith(" 0.0"))
        .toList();
  }

  private void awaitTaints(Map<String, String> taints) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEqualTo(taints));
  }

  @Test
  void aFatalEventTakesItsGpuAwayOverARestartUntilItsDriverIsContent() throws Exception {
    Agent agent = start("620.30.01", true);
    String gpu = name(agent, 3);
    stage.acceld("simulate", "operational-event", "gpu-3", "GPU-RAS", "0x17", "--category", "2");
    awaitTaints(Map.of(gpu, "operational-event NoSchedule"));
    assertThat(device("gpu-3").at("/reasons/0/value").asText()).isEqualTo("GPU-RAS-0x0017");
    assertThat(stage.acceld("devices", "gpu-3"))
        .contains("GPU operational event GPU-RAS-0x0017: a fatal error: memory integrity")
        .contains("recommended action: reset the device")
        .contains("look the event up in NVIDIA's GPU Operational Event Catalog");
    assertThat(series(agent, EVENTS))
        .singleElement()
        .asString()
        .contains("device=\"" + gpu + "\"", "event=\"GPU-RAS-0x0017\"")
        .endsWith(" 1.0");
    await()
        .atMost(PATIENCE)
        .until(() ->
            series(agent, "acceld_device_faults_total").stream()
                .anyMatch(l -> l.contains("operational-event") && l.endsWith(" 1.0")));
    assertThat(series(agent, "acceld_device_xids_total")).isEmpty();

    agent.close();
    stage.ready("a1", settings("620.30.01", true));
    awaitTaints(Map.of(gpu, "operational-event NoSchedule"));
    stage.acceld("simulate", "set", "gpu-3", "recovery-action=0");
    awaitTaints(Map.of());
    awaitHealth("gpu-3", "healthy");
  }

  @Test
  void severitiesAndGroupsAreToldApart() throws Exception {
    Agent agent = start("620.30.01", true);
    event("gpu-1", "--severity", "recoverable", "--category", "3");
    event("gpu-2", "--severity", "corrected", "--attribute", "overflow");
    event("gpu-4", "--attribute", "simulated");
    event("gpu-5", "--attribute", "previous");
    event("gpu-6", "--attribute", "recovered");
    awaitHealth("gpu-1", "degraded");
    awaitTaints(Map.of(name(agent, 1), "operational-event None"));
    Map<String, String> wanted =
        Map.of(
            name(agent, 1), "GPU-RAS-0x0017",
            name(agent, 2), "GPU-RAS-0x0017,OVERFLOW",
            name(agent, 5), "GPU-RAS-0x0017",
            name(agent, 6), "GPU-RAS-0x0017");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(countedEvents(agent)).isEqualTo(wanted));
  }

  private static Map<String, String> countedEvents(Agent agent) throws Exception {
    Map<String, String> counted = new HashMap<>();
    for (String line : series(agent, EVENTS)) {
      String event = line.replaceFirst(".*event=\"([^\"]*)\".*", "$1");
      counted.merge(
          line.replaceFirst(".*device=\"([^\"]*)\".*", "$1"), event, (a, b) -> a + "," + b);
    }
    return counted;
  }

  private void event(String gpu, String... options) {
    stage.acceld(
        Stream.concat(
                Stream.of("simulate", "operational-event", gpu, "GPU-RAS", "23"),
                Arrays.stream(options))
            .toArray(String[]::new));
  }

  @Test
  void anXidThatComesThreeWaysIsOneFault() throws Exception {
    Agent agent = start("620.30.01", true);
    String gpu = name(agent, 1);
    stage.acceld("simulate", "xid", "gpu-1", "79"); // its event, its operational event, its line
    awaitTaints(Map.of(gpu, "xid NoSchedule"));
    await().atMost(PATIENCE).until(() -> device("gpu-1").path("kernelLog").size() == 2);
    stage.acceld("simulate", "operational-event", "gpu-2", "GPU-NVLINK", "5", "--xid", "145");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(series(agent, "acceld_device_xid_errors_total"))
                .hasSize(2)
                .allMatch(l -> l.endsWith(" 1.0"))
                .anyMatch(l -> l.contains("xid=\"79\""))
                .anyMatch(l -> l.contains("xid=\"145\"")));
    Thread.sleep(2000); // all that belongs to the first has come by now
    assertThat(series(agent, "acceld_device_xids_total")).allMatch(l -> l.endsWith(" 1.0"));
    assertThat(series(agent, EVENTS)).isEmpty();
    assertThat(device("gpu-1").path("reasons")).hasSize(1);
    awaitTaints(Map.of(gpu, "xid NoSchedule", name(agent, 2), "xid NoSchedule"));
  }

  @Test
  void withoutTheSettingThereAreNone() throws Exception {
    Agent agent = start("620.30.01", false);
    stage.acceld("simulate", "operational-event", "gpu-3", "GPU-RAS", "0x17");
    stage.acceld("simulate", "set", "gpu-3", "recovery-action=0");
    stage.acceld("simulate", "xid", "gpu-4", "79");
    awaitTaints(Map.of(name(agent, 4), "xid NoSchedule"));
    assertThat(series(agent, EVENTS)).isEmpty();
    assertThat(AgentStage.metrics(agent)).noneMatch(l -> l.contains("operational"));
  }

  @Test
  void aDriverWithoutThemIsAStatementInReadinessAndDoctor() throws Exception {
    Agent agent = start("610.43.02", true);
    assertThat(agent.conditions())
        .filteredOn(c -> c.name().equals("probe-nvidia"))
        .singleElement()
        .satisfies(c -> {
          assertThat(c.blocks()).isFalse();
          assertThat(c.sentence())
              .contains(
                  "GPU operational events (--nvidia-operational-events) are not available",
                  "driver 615 and newer",
                  "XIDs are reported all the same");
        });
    assertThat(agent.conditions()).noneMatch(Condition::blocks);
    assertThat(refused("gpu-4", "GPU-RAS", "1"))
        .contains("driver 610.43.02 has no GPU Operational");
    assertThat(refused("gpu-4", "GPU-RAS", "x")).contains("'x' is not a number");
    assertThat(refused("gpu-4", "GPU-RAS", "1", "--severity", "grave"))
        .contains("recoverable or fatal");
    assertThat(refused("gpu-4", "GPU-RAS", "1", "--attribute", "odd")).contains("use overflow");
    stage.acceld("simulate", "xid", "gpu-4", "79");
    awaitTaints(Map.of(name(agent, 4), "xid NoSchedule"));
  }

  private String refused(String... words) {
    Stream<String> command = Stream.of("simulate", "operational-event");
    Stream<String> place = Stream.of("--state-dir", stage.stateDir().toString());
    Said said =
        Said.by(
            Stream.of(command, Arrays.stream(words), place)
                .flatMap(each -> each)
                .toArray(String[]::new));
    assertThat(said.status()).isNotZero();
    return said.text();
  }
}
