package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong is named in readiness, with what to do. */
class WhatIsWrongTest {
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private static Condition condition(Agent agent, String name) {
    return agent.conditions().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  private static void awaitWords(Agent agent, String name, String... words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(agent.conditions())
                .filteredOn(c -> c.name().equals(name) && !c.ok())
                .singleElement()
                .satisfies(c -> assertThat(c.sentence()).contains(words)));
  }

  @Test
  void aClusterWithoutTheApi() throws Exception {
    stage.api.faults().withoutDra(true);
    Agent agent = stage.start("a0", Map.of());
    awaitWords(agent, "slices", "resource.k8s.io/v1", "1.34 or newer");
    assertThat(condition(agent, "slices").blocks()).isTrue();
    assertThat(AgentStage.metrics(agent))
        .contains(
            "acceld_condition{condition=\"slices\"} 0.0",
            "acceld_condition{condition=\"sockets\"} 1.0");

    stage.api.faults().withoutDra(false); // the control plane was upgraded
    await().atMost(PATIENCE).until(() -> condition(agent, "slices").ok());
    assertThat(AgentStage.metrics(agent)).contains("acceld_condition{condition=\"slices\"} 1.0");
  }

  @Test
  void aRootDirectoryThatIsNoKubelets() throws Exception {
    Path elsewhere = Files.createDirectory(stage.dir.resolve("other"));
    Agent agent = stage.start("a0", Map.of(Setting.KUBELET_DIR, elsewhere.toString()));
    awaitWords(agent, "kubelet", elsewhere.toString(), "--root-dir", "--kubelet-dir");
    agent.close();
  }

  @Test
  void aKubeletWithTheGateOff() throws Exception {
    Path dir = Files.createDirectory(stage.dir.resolve("off"));
    try (FakeKubelet off =
        new FakeKubelet(dir, KubeletOptions.quick().gateOff(), KubeletHooks.NONE)) {
      off.start();
      Agent agent = stage.start("a0", Map.of(Setting.KUBELET_DIR, dir.toString()));
      awaitWords(agent, "kubelet", "no handler registered", "DynamicResourceAllocation is off");
      assertThat(condition(agent, "kubelet").blocks()).isTrue();
      agent.close();
    }
  }

  @Test
  void aCdiDirectoryThatCannotBeMade() throws Exception {
    Path inTheWay = Files.writeString(stage.dir.resolve("file"), "");
    Agent agent = stage.ready("a0", Map.of(Setting.CDI_DIR, inTheWay.resolve("cdi").toString()));
    awaitWords(agent, "cdi", inTheWay.toString(), "--cdi-dir");
    assertThat(condition(agent, "cdi").required()).isFalse();
  }

  @Test
  void gpusWithoutADriver() throws Exception {
    // Another machine's PCI bus, and no driver's libraries.
    Agent first = stage.ready("a0", Map.of());
    assertThat(condition(first, "probe-nvidia").ok()).isTrue();
    first.close();
    Path machine = stage.stateDir().resolve("machine");
    Path nowhere = Files.createDirectory(stage.dir.resolve("nowhere"));
    Agent agent =
        stage.start(
            "a1",
            Map.of(
                Setting.MACHINE,
                "",
                Setting.HOST_ROOT,
                machine.toString(),
                Setting.named("nvidia-driver-root"),
                nowhere.toString()));
    awaitWords(agent, "probe-nvidia", "1 NVIDIA GPU is on the PCI bus", "libnvidia-ml.so.1");
    assertThat(condition(agent, "probe-nvidia").blocks()).isFalse();
  }

  /** The token of a process lasts an hour; RBAC has nothing to do with it. */
  @Test
  void aTokenThatHasRunOut() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    stage.api.faults().unauthorized(true);
    stage.api.cutWatches();
    awaitWords(agent, "api", "401", "token", "tokenFile");
    awaitWords(agent, "slices", "401", "renew it");
    assertThat(agent.conditions())
        .filteredOn(c -> !c.ok())
        .allSatisfy(c -> assertThat(c.sentence()).doesNotContain("ClusterRole", "RBAC"));
    await().atMost(Duration.ofMinutes(1)).until(() -> condition(agent, "api").blocks());

    stage.api.faults().unauthorized(false);
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> agent.conditions().stream().allMatch(Condition::ok));
  }

  /** A claim that may not be read is refused by name, and readiness has it before the next one. */
  @Test
  void aRightThatIsMissing() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    stage.api.faults().forbid("get", "resourceclaims");
    stage.kubelet.prepare(java.util.List.of(stage.claim("p")));
    awaitWords(agent, "api", "403", "get resourceclaims");
    assertThat(condition(agent, "api").required()).isFalse();
  }

  /**
   * NVIDIA's own driver beside ours: eight digits of PCI domain, or the UUID under another name.
   */
  @ParameterizedTest
  @CsvSource({"uuid,uuid", "pcieBusID,resource.kubernetes.io/pciBusID"})
  void anotherDriverForTheSameGpu(String theirs, String ours) throws Exception {
    Agent first = stage.ready("a0", Map.of());
    JsonNode own = stage.api.all(ApiKind.SLICES).getFirst().at("/spec/devices/0/attributes");
    String value = own.path(ours).path("string").asText();
    assertThat(value).isNotEmpty();
    first.close();
    ObjectNode slice = new ObjectMapper().createObjectNode();
    slice.withObject("metadata").put("name", "00000-gpu.nvidia.com-node-1");
    ObjectNode spec = slice.withObject("spec");
    spec.put("driver", "gpu.nvidia.com").put("nodeName", AgentStage.NODE);
    spec.withObject("pool")
        .put("name", AgentStage.NODE)
        .put("generation", 1)
        .put("resourceSliceCount", 1);
    ObjectNode device = spec.withArray("devices").addObject().put("name", "gpu-7");
    device
        .withObject("attributes")
        .withObject(theirs)
        .put("string", theirs.equals("uuid") ? value : "0000" + value.toUpperCase(Locale.ROOT));
    stage.api.create(ApiKind.SLICES, "", slice);

    Agent agent = stage.ready("a1", Map.of());
    awaitWords(agent, "other-driver", "gpu.nvidia.com", "gpu-7", "only one driver");
    assertThat(condition(agent, "other-driver").required()).isFalse();
    assertThat(stage.api.all(ApiKind.SLICES)).as("theirs stays").hasSize(2);
  }

  @Test
  void aServerThatDropsTaints() throws Exception {
    stage.api.faults().taintsOff(true);
    Agent agent = stage.ready("a0", Map.of());
    dev.acceld.machine.Simulation.open(stage.stateDir().resolve("machine")).xid("gpu-0", 79);
    awaitWords(agent, "taints", "DRADeviceTaints");
    assertThat(condition(agent, "taints").required()).isFalse();
  }
}
