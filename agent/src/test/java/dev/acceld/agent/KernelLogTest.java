package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The kernel's log of a simulated machine, from its lines to series, commands and verdicts. */
class KernelLogTest {
  private static final Map<Setting, String> ON = Map.of(Setting.KERNEL_LOG, "/dev/kmsg");

  /** Driver 470 has no recovery action, so that nothing but the XID speaks against a GPU. */
  private static final Map<Setting, String> OLD_DRIVER =
      Map.of(Setting.KERNEL_LOG, "/dev/kmsg", Setting.MACHINE, "v100x4");

  private final AgentStage stage;

  KernelLogTest() throws IOException {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Path root() {
    return stage.stateDir().resolve("machine");
  }

  private Simulation machine() {
    return Simulation.open(root());
  }

  private String slot(int gpu) {
    String pci = machine().devices().get(gpu).pci().getFirst();
    return pci.substring(0, pci.lastIndexOf('.'));
  }

  private void kernelSays(int gpu, String text) throws Exception {
    stage.acceld("simulate", "kernel-log", "NVRM: Xid (PCI:" + slot(gpu) + "): " + text);
  }

  private static List<String> series(Agent agent, String name) throws Exception {
    return AgentStage.metrics(agent).stream().filter(l -> l.startsWith(name + "{")).toList();
  }

  private static String xids(Agent agent, int xid) throws Exception {
    return series(agent, "acceld_device_xid_errors_total").stream()
        .filter(l -> l.contains("xid=\"" + xid + "\"") && !l.endsWith(" 0") && !l.endsWith(" 0.0"))
        .map(l -> l.substring(l.lastIndexOf(' ') + 1))
        .reduce("", (a, b) -> a + b + ";");
  }

  private JsonNode device(String name) throws Exception {
    String said = stage.acceld("devices", name, "-o", "json");
    int json =
        said.startsWith("[") ? 0 : said.indexOf("\n[") + 1; // the agent's log may come before
    return new ObjectMapper().readTree(said.substring(json)).get(0);
  }

  private void awaitHealth(String device, String health) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(device(device).path("health").asText()).isEqualTo(health));
  }

  @Test
  void anXidThatTheDriverReportsAndTheKernelTellsIsOne() throws Exception {
    Agent agent = stage.ready("a0", OLD_DRIVER);
    assertThat(series(agent, "acceld_kernel_log_records_total")).hasSize(7);
    for (int i = 0; i < 3; i++) {
      stage.acceld("simulate", "xid", "gpu-1", "79");
    }
    awaitHealth("gpu-1", "unhealthy");
    await().atMost(PATIENCE).until(() -> device("gpu-1").path("kernelLog").size() == 5);
    Thread.sleep(3000); // events and lines of the same XIDs have both come by now
    assertThat(xids(agent, 79)).isEqualTo("3.0;");
    assertThat(stage.acceld("devices", "gpu-1"))
        .contains("kernel log\n", "NVRM: Xid (PCI:" + slot(1) + "): 79, ");
    assertThat(device("gpu-0").has("kernelLog")).isFalse();
    assertThat(series(agent, "acceld_kernel_log_records_total"))
        .anyMatch(l -> l.contains("outcome=\"device\"") && l.endsWith(" 6.0"))
        .anyMatch(l -> l.contains("outcome=\"lost\"") && l.endsWith(" 0.0"));
    assertThat(AgentStage.metrics(agent)).contains("acceld_kernel_log_up 1.0");
  }

  @Test
  void anXidThatOnlyTheKernelTellsIsAFaultOnceAlsoOverARestart() throws Exception {
    Agent first = stage.ready("a0", OLD_DRIVER);
    kernelSays(0, "62, pid=7, name=train, PMU halted");
    awaitHealth("gpu-0", "unhealthy");
    assertThat(xids(first, 62)).isEqualTo("1.0;");
    Thread.sleep(1500); // how far the log was read is on disk
    first.close();
    kernelSays(2, "79, GPU has fallen off the bus.");
    Instant then = Instant.now();
    Thread.sleep(3000);

    Agent second = stage.ready("a1", OLD_DRIVER);
    awaitHealth("gpu-2", "unhealthy");
    assertThat(xids(second, 79)).isEqualTo("1.0;");
    assertThat(xids(second, 62)).isEmpty();
    awaitHealth("gpu-0", "unhealthy"); // kept on disk
    Instant since = Instant.parse(device("gpu-2").at("/reasons/0/since").asText());
    assertThat(Duration.between(then, since).abs()).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void whatAResetHasEndedIsNotRaisedAgain() throws Exception {
    Agent first = stage.ready("a0", OLD_DRIVER);
    kernelSays(0, "79, GPU has fallen off the bus.");
    awaitHealth("gpu-0", "unhealthy");
    String uuid = device("gpu-0").path("uuid").asText();
    stage.acceld("simulate", "unload-driver");
    await().atMost(PATIENCE).until(() -> !device(uuid).path("present").asBoolean());
    stage.acceld("simulate", "load-driver");
    awaitHealth("gpu-0", "healthy");
    first.close();
    Files.delete(stage.stateDir().resolve("kernel-log/position"));
    stage.ready("a1", OLD_DRIVER);
    await().atMost(PATIENCE).until(() -> device("gpu-0").has("kernelLog"));
    Thread.sleep(4000);
    assertThat(device("gpu-0").path("health").asText()).isEqualTo("healthy");
  }

  @Test
  void aSubCodeComesFromTheKernelsLine() throws Exception {
    stage.ready("a0", Map.of(Setting.KERNEL_LOG, "/dev/kmsg", Setting.MACHINE, "b200x8"));
    kernelSays(
        4,
        "149, NETIR_LINK_EVT Fatal XC0 i0 Link 08 (0x004505c6 0x00000000 0x00000000 0x00000000)");
    await().atMost(PATIENCE).until(() -> device("gpu-4").has("kernelLog"));
    assertThat(device("gpu-4").at("/kernelLog/0/rule").asText()).isEqualTo("xid");
  }

  @Test
  void pcieErrorsOfATpuChipAreItsLines() throws Exception {
    stage.ready("a0", Map.of(Setting.KERNEL_LOG, "/dev/kmsg", Setting.MACHINE, "tpu-v5ex8"));
    stage.acceld("simulate", "aer", "tpu-1", "nonfatal", "2");
    await().atMost(PATIENCE).until(() -> device("tpu-1").path("kernelLog").size() == 4);
    assertThat(device("tpu-1").path("kernelLog"))
        .allSatisfy(line -> assertThat(line.path("rule").asText()).isEqualTo("aer"));
    assertThat(device("tpu-0").has("kernelLog")).isFalse();
  }

  @Test
  void aLogThatCannotBeReadIsAWarningThatEnds() throws Exception {
    Agent agent = stage.ready("a0", ON);
    assertThat(agent.conditions()).extracting(Condition::name).doesNotContain("kernel-log");
    Path log = root().resolve("dev/kmsg");
    byte[] content = Files.readAllBytes(log);
    Files.delete(log);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.conditions())
                .filteredOn(c -> c.name().equals("kernel-log"))
                .singleElement()
                .satisfies(c -> {
                  assertThat(c.ok()).isFalse();
                  assertThat(c.required()).isFalse();
                  assertThat(c.sentence()).contains("kmsg", "no such file", "--kernel-log");
                }));
    assertThat(AgentStage.metrics(agent)).contains("acceld_kernel_log_up 0.0");
    Files.write(log, content);
    await()
        .atMost(PATIENCE)
        .until(() -> agent.conditions().stream().noneMatch(c -> c.name().equals("kernel-log")));
  }

  @Test
  void withoutTheSettingNothingIsRead() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    stage.acceld("simulate", "xid", "gpu-0", "31");
    await().atMost(PATIENCE).until(() -> xids(agent, 31).equals("1.0;"));
    assertThat(device("gpu-0").has("kernelLog")).isFalse();
    assertThat(AgentStage.metrics(agent)).noneMatch(l -> l.contains("kernel_log"));
    assertThat(stage.stateDir().resolve("kernel-log")).doesNotExist();
  }
}
