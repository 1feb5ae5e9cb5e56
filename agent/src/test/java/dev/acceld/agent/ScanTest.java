package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One look without an agent. */
class ScanTest {
  @TempDir Path dir;
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Said scan(String machine, String... more) {
    List<String> words = new ArrayList<>(List.of("scan", "--machine", machine));
    words.addAll(List.of("--state-dir", dir.toString()));
    words.addAll(List.of(more));
    return Said.by(words.toArray(String[]::new));
  }

  /** A simulated machine that an agent has left. */
  private Simulation machine(String name) {
    Path root = AgentConfig.machineRoot(dir);
    MachineTree.create(root, MachineCatalog.load(name));
    return Simulation.open(root);
  }

  private Map<String, FileTime> state() throws IOException {
    Map<String, FileTime> all = new TreeMap<>();
    try (var files = Files.walk(dir)) {
      for (Path file : files.toList()) {
        all.put(file.toString(), Files.getLastModifiedTime(file));
      }
    }
    return all;
  }

  private static List<Path> scratches() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("acceld-scan-")).toList();
    }
  }

  @Test
  void whereEverythingWorksItIsFineAndNothingIsLeft() throws Exception {
    List<Path> before = scratches();
    Said said = scan("h100x8", "--expect", "8");
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(said.text()).contains("8 devices, and all of them work", "8 devices, as expected");
    assertThat(said.text().lines().filter(l -> l.contains("NVIDIA H100"))).hasSize(8);
    assertThat(scratches()).isEqualTo(before);
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void tpusAreScannedToo() {
    Said said = scan("tpu-v5ex8");
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(said.text()).contains("tpu-7");
  }

  @Test
  void withoutAnyAcceleratorThereIsNothingToAsk() {
    Said said = scan("empty");
    assertThat(said.status()).isEqualTo(2);
    assertThat(said.text()).contains("There is no accelerator on this machine");
  }

  @Test
  void aLostDeviceIsWrongAndTheAgentsStateStaysAsItIs() throws Exception {
    machine("h100x8").lose("gpu-3");
    Map<String, FileTime> before = state();
    Said said = scan("h100x8", "-o", "json");
    assertThat(said.status()).as(said.text()).isEqualTo(1);
    JsonNode report = new ObjectMapper().readTree(said.text());
    assertThat(report.path("verdict").asText()).isEqualTo("WRONG");
    assertThat(report.path("findings")).anyMatch(f -> f.path("state").asText().equals("FAIL"));
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void anotherNumberThanExpectedIsWrong() {
    Said said = scan("h100x1", "--expect", "8");
    assertThat(said.status()).isEqualTo(1);
    assertThat(said.text()).contains("1 of 8 expected devices are here");
  }

  @Test
  void aDriverThatHangsIsNamedWhenTheTimeIsOver() {
    Simulation simulation = machine("h100x1");
    simulation.hang("nvmlInit_v2");
    try {
      Said said = scan("h100x1", "--timeout", "1s");
      assertThat(said.status()).as(said.text()).isEqualTo(1);
      assertThat(said.text()).contains("probe nvidia has not answered within 1 s");
      assertThat(said.text()).as("the others have").contains("OK      probe-tpu");
    } finally {
      simulation.unhang("nvmlInit_v2");
    }
  }

  @Test
  void whatAnAgentHasRecordedStillCounts() throws Exception {
    try (Agent agent = stage.ready("a0", Map.of())) {
      assertThat(agent.inventory().devices()).hasSize(1);
      stage.acceld("release", "gpu-0");
    }
    Said said = Said.by("scan", "--machine", "h100x1", "--state-dir", stage.stateDir().toString());
    assertThat(said.status()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("released");
  }

  @Test
  void aFaultThatOnlyAnAgentHasSeenStillCounts() throws Exception {
    try (Agent agent = stage.ready("a0", Map.of())) {
      stage.acceld("simulate", "xid", "gpu-0", "79");
      await()
          .atMost(AgentStage.PATIENCE)
          .until(() -> stage.acceld("devices").contains("unhealthy (xid 79)"));
      assertThat(agent.claims()).isEmpty();
    }
    Said said = Said.by("scan", "--machine", "h100x1", "--state-dir", stage.stateDir().toString());
    assertThat(said.status()).as(said.text()).isEqualTo(1);
    assertThat(said.text()).contains("unhealthy (xid 79)", "reboot the node");
  }

  @Test
  void wrongUsageHasItsOwnStatus() {
    assertThat(scan("h100x1", "--timeout", "30").status()).isEqualTo(2);
    assertThat(scan("h100x1", "--expect", "many").status()).isEqualTo(2);
    assertThat(scan("h100x1", "--expect", "-1").status()).isEqualTo(2);
    assertThat(Said.by("scan", "--hlep").status()).isEqualTo(2);
  }
}
