package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process that uses a simulated GPU, from the driver's list to metrics and commands. */
class ProcessMetricsTest {
  private AgentStage stage;
  private Process trainer;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
    trainer = new ProcessBuilder("sleep", "600").start();
  }

  @AfterEach
  void close() throws Exception {
    trainer.destroyForcibly().waitFor();
    stage.close();
  }

  private List<String> processes(Agent agent) throws Exception {
    return AgentStage.metrics(agent).stream().filter(l -> l.startsWith("acceld_process_")).toList();
  }

  /** The control groups of this machine are its own, so the process is given a pod's. */
  private Path procWith(String podUid) throws Exception {
    Path proc = Files.createDirectories(stage.dir.resolve("proc"));
    String pid = Long.toString(trainer.pid());
    Path own = Files.createDirectories(proc.resolve(pid));
    for (String file : List.of("stat", "comm")) {
      Files.write(own.resolve(file), Files.readAllBytes(Path.of("/proc", pid, file)));
    }
    Files.writeString(
        own.resolve("cgroup"), "0::/kubepods/burstable/pod" + podUid + "/" + "ab".repeat(32));
    return proc;
  }

  @Test
  void aProcessOfAPodIsShownWithItsClaimUntilItEnds() throws Exception {
    Path proc = stage.dir.resolve("proc");
    Agent agent =
        stage.ready(
            "a0", Map.of(Setting.PROCESS_METRICS, "true", Setting.PROC_DIR, proc.toString()));
    ClaimId claim = stage.claim("train");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    JsonNode pod = stage.api.find(ApiKind.PODS, "default", "train").orElseThrow();
    String uid = pod.at("/metadata/uid").asText();
    procWith(uid);
    String pid = Long.toString(trainer.pid());
    assertThat(
            stage.acceld(
                "simulate", "run", "gpu-0", "--pid", pid, "--memory", "3GiB", "--sm", "40"))
        .contains("gpu-0", "process " + pid + " uses it");
    await()
        .atMost(PATIENCE)
        .until(() ->
            processes(agent).stream()
                .anyMatch(l -> l.contains("_utilization_ratio{") && l.endsWith(" 0.4")));
    assertThat(processes(agent))
        .allSatisfy(line ->
            assertThat(line)
                .contains(
                    "comm=\"sleep\"",
                    "pid=\"" + pid + "\"",
                    "pod=\"train\"",
                    "pod_uid=\"" + uid + "\"",
                    "claim=\"train-gpu\"",
                    "namespace=\"default\"",
                    "owner=\"claim\""))
        .anyMatch(
            l -> l.startsWith("acceld_process_memory_bytes{") && l.endsWith(" 3.221225472E9"));
    assertThat(AgentStage.metrics(agent))
        .anyMatch(
            l -> l.startsWith("acceld_device_memory_used_bytes{") && l.endsWith(" 3.221225472E9"));
    JsonNode shown =
        new ObjectMapper()
            .readTree(stage.acceld("devices", "gpu-0", "-o", "json"))
            .at("/0/processes/0");
    assertThat(shown.path("pid").asText()).isEqualTo(pid);
    assertThat(shown.path("memoryBytes").asLong()).isEqualTo(3L << 30);
    assertThat(shown.path("utilization").asDouble()).isEqualTo(0.4);
    assertThat(shown.path("pod").asText()).isEqualTo("default/train");
    assertThat(stage.acceld("devices", "gpu-0"))
        .containsPattern(
            pid + " +sleep +compute +3 GiB +40% +claim +default/train +default/train-gpu");

    trainer.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> processes(agent).isEmpty());
    assertThat(stage.acceld("devices", "gpu-0")).doesNotContain("sleep");
  }

  @Test
  void withoutTheSettingThereAreNoSeriesAndTheCommandShowsThem() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    String pid = Long.toString(trainer.pid());
    stage.acceld("simulate", "run", "gpu-0", "--pid", pid, "--memory", "1GiB");
    await().atMost(PATIENCE).until(() -> stage.acceld("devices", "gpu-0").contains(pid));
    assertThat(stage.acceld("devices", "gpu-0")).containsPattern(pid + " +sleep +compute +1 GiB");
    assertThat(processes(agent)).isEmpty();
    assertThat(agent.conditions()).extracting(Condition::name).doesNotContain("processes");
    assertThat(stage.acceld("simulate", "stop", "gpu-0", "--pid", pid))
        .contains("no longer uses it");
    await().atMost(PATIENCE).until(() -> !stage.acceld("devices", "gpu-0").contains(pid));
  }

  @Test
  void whereTheHostsProcessesAreNotSeenReadinessSaysSo() throws Exception {
    Path none = Files.createDirectories(stage.dir.resolve("none"));
    Agent agent =
        stage.ready(
            "a0",
            Map.of(
                Setting.PROCESS_METRICS,
                "true",
                Setting.PROC_DIR,
                none.toString(),
                Setting.MACHINE,
                ""));
    assertThat(agent.conditions())
        .filteredOn(c -> c.name().equals("processes"))
        .singleElement()
        .satisfies(c -> assertThat(c.ok()).isFalse())
        .satisfies(c -> assertThat(c.required()).isFalse())
        .satisfies(c -> assertThat(c.sentence()).contains("--proc-dir"));
  }
}
