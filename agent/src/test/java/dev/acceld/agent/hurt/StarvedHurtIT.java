package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.ReportedHealth;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What runs out for a while, or is gone for a while, and then comes back. */
class StarvedHurtIT {
  /** Longer than the 30 s after which the kubelet calls devices unknown. */
  private static final long WHILE_MILLIS = 40_000;

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void noFileCanBeOpened(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      ClaimId claim = stage.node.claim("pod-1");
      agent.limit("nofile", Integer.toString(agent.files() - 1));
      Thread.sleep(WHILE_MILLIS);
      agent.limit("nofile", "1024");
      serves(stage, agent, claim);
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void noThreadCanBeMade(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      ClaimId claim = stage.node.claim("pod-1");
      // Room for what is there and a little more, but not for a thread's stack.
      agent.limit("as", Long.toString((agent.kilobytes("VmSize") + 160) * 1024));
      Thread.sleep(WHILE_MILLIS);
      agent.limit("as", "unlimited");
      serves(stage, agent, claim);
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void nothingCanBeWritten(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      ClaimId claim = stage.node.claim("pod-1");
      agent.limit("fsize", "0"); // the log of this very process, too
      assertThat(stage.prepare(claim).error()).isNotEmpty();
      agent.limit("fsize", "unlimited");
      serves(stage, agent, claim);
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void theProcessIsStoppedForAWhile(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      ClaimId claim = stage.node.claim("pod-1");
      agent.signal("STOP");
      Thread.sleep(WHILE_MILLIS);
      agent.signal("CONT");
      serves(stage, agent, claim);
    }
  }

  /** Ready, all devices healthy by a report of now, and a claim is prepared and given back. */
  private static void serves(HurtStage stage, HurtAgent agent, ClaimId claim) throws Exception {
    Instant restored = Instant.now();
    agent.awaitReady(HurtStage.PATIENCE);
    await("a health report")
        .atMost(HurtStage.PATIENCE)
        .untilAsserted(() ->
            assertThat(stage.kubelet().health().values())
                .isNotEmpty()
                .allSatisfy(device -> {
                  assertThat(device.state()).isEqualTo(ReportedHealth.State.HEALTHY);
                  assertThat(device.received()).isAfter(restored);
                }));
    await("a claim")
        .atMost(HurtStage.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(stage.prepare(claim).error()).isEmpty());
    assertThat(stage.unprepare(claim)).isEmpty();
    assertThat(agent.get("/healthz", Duration.ofSeconds(10)))
        .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
    assertThat(agent.command("devices")).contains("gpu-");
    assertThat(agent.alive()).isTrue();
  }
}
