package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.agent.config.Setting;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Readings;
import dev.acceld.fake.ClaimId;
import dev.acceld.machine.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code acceld repair}, from the command line to the simulated GPU and back to the slice. */
class RepairTest {
  private static final Map<Setting, String> H100 = Map.of(Setting.MACHINE, "h100x8");

  private AgentStage stage;
  private Agent agent;

  @BeforeEach
  void anAgentWithEightGpus() throws Exception {
    stage = new AgentStage();
    agent = stage.ready("a0", H100);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private Simulation machine() {
    return Simulation.open(stage.stateDir().resolve("machine"));
  }

  private Said acceld(String... arguments) {
    List<String> line = new ArrayList<>(List.of(arguments));
    line.addAll(List.of("--state-dir", stage.stateDir().toString()));
    return Said.by(line.toArray(String[]::new));
  }

  private String name(int gpu) {
    return agent.inventory().devices().get(gpu).name().value();
  }

  private void awaitTaints(Map<String, String> wanted) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(stage.taints()).isEqualTo(wanted));
  }

  private List<String> files() throws Exception {
    try (var files = Files.list(stage.stateDir().resolve("repairs"))) {
      return files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".json")).toList();
    }
  }

  @Test
  void aFaultThatAResetEndsIsGoneAfterIt() throws Exception {
    machine().xid("gpu-3", 95);
    machine().set("gpu-3", "remap-pending", "1");
    awaitTaints(Map.of(name(3), "xid NoSchedule, row-remap-pending None"));
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text())
        .contains(
            "gpu-3 (" + name(3) + "): tainted with acceld.dev/repairing",
            "closed the agent's own handles",
            "nvidia-smi --gpu-reset, try 1 of 2",
            "was successfully reset",
            "the device responds: GPU-",
            "PCIe x16",
            "ended: XID 95",
            "repaired");
    assertThat(said.status()).isZero();
    awaitTaints(Map.of());
    assertThat(files()).isEmpty();
    assertThat(AgentStage.metrics(agent))
        .contains("acceld_repairs_total{outcome=\"repaired\"} 1.0")
        .anyMatch(l -> l.startsWith("acceld_repair_duration_seconds_count") && l.endsWith(" 1"));
  }

  /** The library is closed and opened twice for that, which the others must hardly notice. */
  @Test
  void theOtherGpusMissTwoSamplesAtMost() {
    List<Instant> samples = Collections.synchronizedList(new ArrayList<>());
    DeviceName other = new DeviceName(name(4));
    AtomicBoolean over = new AtomicBoolean();
    Thread watch =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                Readings now = agent.readings();
                if (!now.of(other).isEmpty()
                    && (samples.isEmpty() || now.takenAt().isAfter(samples.getLast()))) {
                  samples.add(now.takenAt());
                }
                LockSupport.parkNanos(2_000_000);
              }
            });
    assertThat(acceld("repair", "gpu-3").status()).isZero();
    over.set(true);
    await().atMost(PATIENCE).until(() -> !watch.isAlive());
    Duration longest = Duration.ZERO;
    for (int i = 1; i < samples.size(); i++) {
      Duration gap = Duration.between(samples.get(i - 1), samples.get(i));
      longest = gap.compareTo(longest) > 0 ? gap : longest;
    }
    assertThat(samples.size()).isGreaterThan(3);
    // One second between samples: a third one missed would be a gap of more than three.
    assertThat(longest).isLessThan(Duration.ofMillis(3500));
  }

  @Test
  void oneThatAClaimHoldsIsRefused() throws Exception {
    ClaimId claim = stage.claim("user", AgentStage.DRIVER, d -> isNamed(d, name(3)));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text())
        .contains("refused", "claim default/user-gpu", "for pod default/user", name(3));
    assertThat(said.status()).isEqualTo(3);
    assertThat(stage.taints()).isEmpty();
    assertThat(acceld("repair", "gpu-4").status()).as("another").isZero();
    assertThat(AgentStage.metrics(agent)).contains("acceld_repairs_total{outcome=\"refused\"} 1.0");
  }

  private static boolean isNamed(JsonNode device, String name) {
    return device.path("name").asText().equals(name);
  }

  @Test
  void aClaimIsRefusedDuringTheRepairAndPreparedAfterIt() throws Exception {
    ClaimId claim = stage.claim("user", AgentStage.DRIVER, d -> isNamed(d, name(3)));
    machine().resets().take("gpu-3", Duration.ofSeconds(3));
    CompletableFuture<Said> repair = CompletableFuture.supplyAsync(() -> acceld("repair", "gpu-3"));
    awaitTaints(Map.of(name(3), "repairing NoSchedule, released NoSchedule"));
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).contains("is repairing", name(3)));
    assertThat(acceld("release", "--back", "gpu-3").text()).contains("is being repaired");
    assertThat(acceld("repair", "gpu-4").text()).contains("one device is repaired at a time");
    assertThat(repair.join().status()).isZero();
    assertThat(stage.kubelet.prepare(AgentStage.DRIVER, List.of(claim)).values())
        .singleElement()
        .satisfies(a -> assertThat(a.error()).isEmpty());
  }

  @Test
  void aProcessIsNamedAndWaitedFor() throws Exception {
    Process trainer = new ProcessBuilder("sleep", "600").start();
    try {
      String pid = Long.toString(trainer.pid());
      assertThat(acceld("simulate", "run", "gpu-3", "--pid", pid).status()).isZero();
      await().atMost(PATIENCE).until(() -> acceld("devices", "gpu-3").text().contains(pid));
      Said refused = acceld("repair", "gpu-3");
      assertThat(refused.text()).contains("refused", "process " + pid + " (sleep)", "has it open");
      assertThat(refused.status()).isEqualTo(3);
      CompletableFuture<Said> repair =
          CompletableFuture.supplyAsync(() -> acceld("repair", "gpu-3", "--wait", "1m"));
      trainer.destroyForcibly().waitFor();
      assertThat(repair.join().text()).contains("repaired");
    } finally {
      trainer.destroyForcibly();
    }
  }

  @Test
  void aFileThatSomebodyHasOpenIsSeenByTheDriver() throws Exception {
    Path file = stage.stateDir().resolve("machine/dev/nvidia3").toRealPath();
    try (var open = Files.newInputStream(file)) {
      assertThat(open.available()).isNotNegative();
      Said said = acceld("repair", "gpu-3");
      assertThat(said.text()).contains("refused", "is in use");
      assertThat(said.status()).isEqualTo(3);
    }
    awaitTaints(Map.of());
    assertThat(acceld("repair", "gpu-3").status()).isZero();
  }

  @Test
  void whatFailsTwiceIsToBeReplacedAndTriedAgainOnRequest() throws Exception {
    assertThat(acceld("simulate", "reset-fails", "gpu-3", "2").text())
        .contains("the next 2 resets fail");
    machine().xid("gpu-3", 95);
    awaitTaints(Map.of(name(3), "xid NoSchedule"));
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text())
        .contains("try 1 of 2 failed", "failed: the step 'reset' failed", "replace the device");
    assertThat(said.status()).isEqualTo(1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints().get(name(3)))
                .contains("xid NoSchedule", "repair-failed NoSchedule"));
    assertThat(acceld("devices", "gpu-3").text())
        .contains("repair failed at the step 'reset' after 2 resets", "replace the device");

    agent.close();
    agent = stage.ready("a1", H100);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(name(3))).contains("repair-failed NoSchedule"));
    try (var open =
        Files.newInputStream(stage.stateDir().resolve("machine/dev/nvidia3").toRealPath())) {
      assertThat(open.available()).isNotNegative();
      assertThat(acceld("repair", "gpu-3").status()).as("refused").isEqualTo(3);
    }
    assertThat(acceld("devices", "gpu-3").text())
        .as("what was said before counts again")
        .contains("repair failed at the step 'reset' after 2 resets");
    Said again = acceld("repair", "gpu-3", "-o", "json");
    String answer = again.text().substring(again.text().indexOf("{\n")); // after the agent's log
    JsonNode json = new ObjectMapper().readTree(answer.substring(0, answer.indexOf("\n}") + 2));
    assertThat(json.path("outcome").asText()).as(again.text()).isEqualTo("repaired");
    assertThat(json.path("lines").size()).isGreaterThan(3);
    awaitTaints(Map.of());
  }

  /** An operator wants the taint to stay, which is not a repair that failed. */
  @Test
  void whatIsOnlyHeldKeepsItsTaintAndIsNoFailure() throws Exception {
    agent.close();
    Path rules = stage.dir.resolve("rules.yaml");
    Files.writeString(rules, "rules:\n  recovery-action-gpu-reset: {hold: 10m}\n");
    agent =
        stage.ready(
            "a1",
            Map.of(
                Setting.MACHINE,
                "h100x8",
                Setting.HEALTH_RULES,
                rules.toString(),
                Setting.SAMPLE_INTERVAL,
                "100ms"));
    machine().set("gpu-3", "recovery-action", "1");
    awaitTaints(Map.of(name(3), "recovery-action NoSchedule"));
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text())
        .contains(
            "ended: the driver asks for: reset the GPU; the taint acceld.dev/recovery-action stays"
                + " until its hold ends",
            "repaired; the device is offered again when the taints that stay have ended");
    assertThat(said.status()).isZero();
    awaitTaints(Map.of(name(3), "recovery-action NoSchedule"));
    assertThat(files()).isEmpty();
  }

  /** No reset ends what a person says. */
  @Test
  void aMarkStaysAndIsNoFailure() throws Exception {
    stage.acceld("health", "set", "gpu-3", "rma", "--note", "riser");
    machine().xid("gpu-3", 95);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.taints().get(name(3)))
                .contains("manual NoSchedule", "xid NoSchedule"));
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text())
        .contains(
            "ended: XID 95",
            "stays until 'acceld health clear " + name(3) + " rma' takes it back: marked as rma",
            "repaired; the device is offered again when the taints that stay have ended");
    assertThat(said.status()).isZero();
    awaitTaints(Map.of(name(3), "manual NoSchedule"));
    assertThat(files()).isEmpty();
  }

  /** The fourth end within five minutes is held for a minute. */
  @Test
  void aFaultThatFlapsIsRepairedEachTime() throws Exception {
    for (int i = 1; i <= 4; i++) {
      machine().xid("gpu-3", 95);
      await()
          .atMost(PATIENCE)
          .until(() -> stage.taints().getOrDefault(name(3), "").contains("xid"));
      Said said = acceld("repair", "gpu-3");
      assertThat(said.text()).contains("ended: XID 95", "repaired; the device is offered again");
      assertThat(said.status()).as("repair " + i).isZero();
      assertThat(said.text().contains("the taint acceld.dev/xid stays until its hold ends"))
          .as("repair " + i)
          .isEqualTo(i == 4);
      if (i < 4) {
        awaitTaints(Map.of());
      }
    }
    assertThat(stage.taints().get(name(3))).contains("xid").doesNotContain("repair-failed");
    assertThat(files()).isEmpty();
  }

  /** The repair has taken it back itself, so that it is not released. */
  @Test
  void aPersonsWordEndsAFailedRepair() throws Exception {
    stage.acceld("simulate", "reset-fails", "gpu-3", "1");
    machine().xid("gpu-3", 95);
    awaitTaints(Map.of(name(3), "xid NoSchedule"));
    Said unproven = acceld("release", "--back", "--repaired", "gpu-3");
    assertThat(unproven.text()).contains("is not released");
    assertThat(unproven.status()).isEqualTo(1);
    assertThat(acceld("repair", "gpu-3", "--tries", "1").status()).isEqualTo(1);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(stage.taints().get(name(3))).contains("repair-failed NoSchedule"));
    machine().set("gpu-3", "recovery-action", "0");
    Said repaired = acceld("release", "--back", "--repaired", "gpu-3");
    assertThat(repaired.text())
        .contains(
            "gpu-3 (" + name(3) + ") counts as repaired",
            "ended: XID 95",
            "ended: the repair that failed at the step 'reset'");
    assertThat(repaired.status()).isZero();
    awaitTaints(Map.of());
    assertThat(files()).isEmpty();
  }

  @Test
  void whatTheGpuStillAsksForAfterAResetIsAFailure() {
    machine().set("gpu-3", "remap-failure", "1");
    awaitTaints(Map.of(name(3), "row-remap-failed NoSchedule"));
    Said said = acceld("repair", "gpu-3");
    assertThat(said.text()).contains("the reset succeeded, but row remapping failed");
    assertThat(said.status()).isEqualTo(1);
  }

  @Test
  void mistakesAreNamed() {
    assertThat(acceld("repair", "gpu-9").text()).contains("no device 'gpu-9'", "acceld devices");
    assertThat(acceld("repair").status()).isEqualTo(2);
    assertThat(acceld("repair", "gpu-3", "--wait", "soon").text()).contains("--wait must be");
    assertThat(acceld("repair", "gpu-3", "--tries", "0").status()).isEqualTo(2);
  }
}
