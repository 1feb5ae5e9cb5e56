package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** GPUs of which only a part of the machine knows: counted, and given away only if they work. */
class BrokenGpuTest {
  private AgentStage stage;
  private Path machine;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    machine = stage.dir.resolve("machine");
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation plant(String name) {
    MachineTree.create(machine, MachineCatalog.load(name));
    return Simulation.open(machine);
  }

  private Agent start(Path hostRoot, Map<Setting, String> more) throws Exception {
    Map<Setting, String> settings = new HashMap<>(more);
    settings.put(Setting.MACHINE, "");
    settings.put(Setting.HOST_ROOT, hostRoot.toString());
    settings.put(Setting.named("nvidia-driver-root"), machine.toString());
    return stage.ready("a0", settings);
  }

  private static Condition nvidia(Agent agent) {
    return agent.conditions().stream()
        .filter(c -> c.name().equals("probe-nvidia"))
        .findFirst()
        .orElseThrow();
  }

  private static String metrics(Agent agent) throws Exception {
    return String.join("\n", AgentStage.metrics(agent));
  }

  @Test
  void aGpuThatNvmlCannotOpenIsCountedAndNotGivenAway() throws Exception {
    plant("h100x8").fail("nvmlDeviceGetHandleByIndex_v2", "gpu-1", 15);
    Agent agent = start(machine, Map.of());
    await().atMost(PATIENCE).until(() -> stage.published() == 7);
    Condition condition = nvidia(agent);
    assertThat(condition.ok()).isFalse();
    assertThat(condition.required()).isFalse();
    assertThat(condition.sentence()).contains("7 of 8 devices", "NVML does not list it");
    assertThat(metrics(agent).lines())
        .filteredOn(line -> line.startsWith("acceld_device_present{"))
        .hasSize(8)
        .filteredOn(line -> line.endsWith(" 0") || line.endsWith(" 0.0"))
        .hasSize(1);
    assertThat(metrics(agent)).contains("reason=\"device-lost\"");
  }

  @Test
  void whileXidsAreNotHeardThereIsAWarningAndNoXidSeries() throws Exception {
    Simulation gpus = plant("h100x8");
    gpus.fail("nvmlEventSetCreate", 999);
    Agent agent = start(machine, Map.of(Setting.REDISCOVER_INTERVAL, "1s"));
    await().atMost(PATIENCE).until(() -> metrics(agent).contains("acceld_device_xid_heard{"));
    assertThat(nvidia(agent).ok()).isFalse();
    assertThat(nvidia(agent).sentence())
        .contains("XID events are not available", "nvmlEventSetCreate");
    assertThat(metrics(agent))
        .doesNotContain("acceld_device_xid_errors_total{", "DCGM_FI_DEV_XID_ERRORS{");

    gpus.fail("nvmlEventSetCreate", 0);
    await().atMost(PATIENCE).until(() -> nvidia(agent).ok());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(metrics(agent))
                .contains("acceld_device_xid_errors_total{", "DCGM_FI_DEV_XID_ERRORS{"));
  }

  /** WSL2, Jetson, some hypervisors, a driver root used by itself. */
  @Test
  void gpusThatSysfsNeverShowedAreOffered() throws Exception {
    plant("h100x8");
    Path host = stage.dir.resolve("host");
    Files.createDirectories(host.resolve("sys/bus/pci/devices/0000:00:1f.0"));
    Agent agent = start(host, Map.of());
    await().atMost(PATIENCE).until(() -> stage.published() == 8);
    assertThat(nvidia(agent).ok()).isTrue();
    assertThat(nvidia(agent).sentence()).isEqualTo("8 devices");
    assertThat(metrics(agent)).doesNotContain("reason=\"device-lost\"} 1");
  }
}
