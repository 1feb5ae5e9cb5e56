package dev.acceld.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.cli.Commands;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.doctor.Finding.State;
import dev.acceld.fake.apiserver.ApiKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole examination, with and without a running agent. */
class DoctorTest {
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private List<Finding> examine() {
    return Doctor.examine(
        stage.config("doctor", Map.of()), Map.of(), stage.dir.resolve("no-processes"));
  }

  private static Finding named(List<Finding> all, String name) {
    return all.stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aHealthyNodeHasNoFailure() throws Exception {
    stage.ready("a0", Map.of());
    List<Finding> all = examine();
    assertThat(all).noneMatch(f -> f.state() == State.FAIL);
    assertThat(named(all, "agent: kubelet").what()).isEqualTo("registered");
    assertThat(named(all, "driver").state()).isEqualTo(State.OK);
    assertThat(named(all, "state directory").what()).containsPattern("\\d GiB free$");
    assertThat(named(all, "device plugins").state()).isEqualTo(State.OK);
    assertThat(named(all, "rights").state()).isEqualTo(State.OK);
  }

  @Test
  void worksWithoutAnAgentAndLeavesNothing() throws Exception {
    Agent agent = stage.ready("a0", Map.of(Setting.TIDY, "true"));
    agent.close();
    List<Finding> all = examine();
    assertThat(named(all, "agent").state()).isEqualTo(State.WARN);
    assertThat(named(all, "kubelet directory").state()).isEqualTo(State.OK);
    assertThat(stage.stateDir()).doesNotExist();
  }

  @Test
  void whatIsWrongIsFound() throws Exception {
    stage.ready("a0", Map.of());
    stage.kubelet.devicePlugin("nvidia.com/gpu", List.of("GPU-1"));
    stage.api.faults().forbid("get", "resourceclaims");
    List<Finding> all = examine();
    assertThat(named(all, "device plugins").state()).isEqualTo(State.FAIL);
    assertThat(named(all, "rights").what()).contains("get resourceclaims");
    stage.kubelet.stop();
    assertThat(named(examine(), "kubelet directory").state()).isEqualTo(State.FAIL);
  }

  @Test
  void theCommandPrintsAndItsStatusTells() throws Exception {
    stage.ready("a0", Map.of());
    Path kubeconfig = stage.dir.resolve("kubeconfig");
    String[] settings = {
      "--kubeconfig", kubeconfig.toString(),
      "--node-name", AgentStage.NODE,
      "--kubelet-dir", stage.kubeletDir().toString(),
      "--cdi-dir", stage.cdiDir().toString(),
      "--state-dir", stage.stateDir().toString(),
      "--machine", "h100x1"
    };
    Said json = run("doctor", "-o", "json", settings);
    JsonNode findings = new ObjectMapper().readTree(json.text());
    assertThat(findings.isArray()).isTrue();
    assertThat(findings.findValuesAsText("name")).contains("agent: slices", "rights", "clock");

    stage.api.faults().forbid("create", "resourceslices");
    Said table = run("doctor", "-o", "table", settings);
    assertThat(table.status()).isEqualTo(1);
    assertThat(table.text())
        .startsWith("STATE")
        .contains(
            "FAIL", "the agent may not create resourceslices", "-> add to the agent's ClusterRole");
  }

  /** Run without any flag but the state directory, it looks where the agent looks. */
  @Test
  void takesTheSettingsOfTheAgentBesideIt() throws Exception {
    // Its own /proc, for a kubelet may run on the machine that this test runs on.
    Path host = Files.createDirectories(stage.dir.resolve("host"));
    stage.ready("a0", Map.of(Setting.HOST_ROOT, host.toString()));
    Said said =
        run("doctor", "-o", "json", new String[] {"--state-dir", stage.stateDir().toString()});
    List<Finding> all = List.of(new ObjectMapper().readValue(said.text(), Finding[].class));
    assertThat(named(all, "settings").what()).isEqualTo("those of the running agent");
    assertThat(named(all, "node").what()).contains(AgentStage.NODE);
    assertThat(named(all, "kubelet directory").state()).isEqualTo(State.OK);
    assertThat(named(all, "CDI directory").what()).contains(stage.cdiDir().toString());
    assertThat(named(all, "driver").what()).contains("1 NVIDIA GPU");
    Path kubelet = Files.createDirectories(host.resolve("proc/17"));
    Files.writeString(
        kubelet.resolve("cmdline"),
        "kubelet\0--root-dir="
            + stage.kubeletDir()
            + "\0--feature-gates=DynamicResourceAllocation=false\0");
    all =
        List.of(
            new ObjectMapper()
                .readValue(
                    run("doctor", "-o", "json", "--state-dir", stage.stateDir().toString()).text(),
                    Finding[].class));
    assertThat(named(all, "kubelet's gate").state()).isEqualTo(State.FAIL);

    said =
        run(
            "doctor",
            "-o",
            "json",
            "--state-dir",
            stage.stateDir().toString(),
            "--cdi-dir",
            stage.dir.resolve("other").toString());
    all = List.of(new ObjectMapper().readValue(said.text(), Finding[].class));
    assertThat(named(all, "settings").state()).isEqualTo(State.WARN);
    assertThat(named(all, "settings").what()).contains("--cdi-dir", stage.cdiDir().toString());
    assertThat(named(all, "CDI directory").what()).contains("other");
  }

  @Test
  void saysAThingOnce() throws Exception {
    Finding own = Finding.fail("device plugins", "nvidia.com/gpu", "");
    Finding agents = Finding.warn("agent: device-plugin", "nvidia.com/gpu", "");
    Finding known = Finding.ok("agent: kubelet", "registered");
    assertThat(DuplicateFindings.of(List.of(agents, known, own))).containsExactly(known, own);
    Finding skipped = Finding.skipped("device plugins", "the kubelet does not report");
    assertThat(DuplicateFindings.of(List.of(agents, skipped))).containsExactly(agents, skipped);

    stage.ready("a0", Map.of());
    assertThat(examine()).extracting(Finding::name).doesNotHaveDuplicates();
    assertThat(examine())
        .filteredOn(f -> f.what().contains(stage.cdiDir().toString()))
        .filteredOn(f -> f.what().contains("writable"))
        .isEmpty();
  }

  @Test
  void anotherDriversSliceForTheSameGpuIsFound() throws Exception {
    stage.ready("a0", Map.of());
    assertThat(named(examine(), "other DRA drivers").state()).isEqualTo(State.OK);
    ObjectNode slice = stage.api.all(ApiKind.SLICES).getFirst();
    slice.set("metadata", new ObjectMapper().createObjectNode().put("name", "other"));
    ((ObjectNode) slice.path("spec")).put("driver", "gpu.nvidia.com");
    stage.api.create(ApiKind.SLICES, "", slice);
    assertThat(named(examine(), "other DRA drivers").state()).isEqualTo(State.FAIL);
    assertThat(named(examine(), "other DRA drivers").what()).contains("gpu.nvidia.com");
  }

  private record Said(int status, String text) {}

  private static Said run(String command, String flag, String format, String... settings) {
    String[] all = new String[3 + settings.length];
    all[0] = command;
    all[1] = flag;
    all[2] = format;
    System.arraycopy(settings, 0, all, 3, settings.length);
    PrintStream before = System.out;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    System.setOut(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      return new Said(Commands.run(all), caught.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }
}
