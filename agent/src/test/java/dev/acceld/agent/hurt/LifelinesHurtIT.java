package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.time.Duration;
import java.util.Map;

/** Registration, readiness and liveness of processes that come and go. */
class LifelinesHurtIT {
  private static final Duration PROBE = Duration.ofSeconds(10);

  private static int readiness(HurtAgent agent) {
    return agent.get("/readyz", PROBE).map(HttpProbe.Answer::status).orElse(0);
  }

  @HurtTest
  void theOldAgentStaysReadyWhileOthersComeAndAreKilled(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent old = stage.ready("a0", Map.of());
      for (int i = 1; i <= 3; i++) {
        HurtAgent next = stage.ready("a" + i, Map.of());
        for (int look = 0; look < 8; look++) { // readiness tolerates 5 s without a connection
          assertThat(readiness(old)).as(old.log()).isEqualTo(200);
          Thread.sleep(1000);
        }
        next.kill();
      }
      assertThat(old.metric("acceld_kubelet_connections")).hasValue(1.0);

      stage.kubelet().stop();

      await().atMost(HurtStage.PATIENCE).until(() -> readiness(old) == 503);
      assertThat(old.get("/healthz", PROBE))
          .get()
          .extracting(HttpProbe.Answer::status)
          .isEqualTo(200);
      stage.kubelet().start();
      old.awaitReady(HurtStage.PATIENCE);
    }
  }

  @HurtTest
  void anAgentThatIsKilledAtAnyMomentOfItsStartComesBack(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      ClaimId claim = null;
      for (int i = 1; i <= 6; i++) {
        HurtAgent dying = stage.start("d" + i, Map.of());
        Thread.sleep(400L * i);
        dying.kill();
        HurtAgent next = stage.ready("n" + i, Map.of());
        if (claim == null) {
          claim = stage.node.claim("pod-1");
        }
        ClaimId wanted = claim;
        await("a claim")
            .atMost(HurtStage.PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(stage.prepare(wanted).error()).isEmpty());
        next.kill();
      }
      HurtAgent last = stage.ready("last", Map.of());
      assertThat(stage.unprepare(claim)).isEmpty();
      assertThat(last.command("claims")).contains("No claims");
    }
  }

  @HurtTest
  void noTenantForgesALineInAnyOutput(int cpus) throws Exception {
    String forged = "\n2026-01-01T00:00:00.000Z INFO  Preparer: forged\u001b[2J";
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of(Setting.LOG_LEVEL, "debug"));
      ClaimId claim = stage.node.claim("pod-1");
      ObjectNode stored = stage.api().all(ApiKind.CLAIMS).getFirst().deepCopy();
      ObjectNode config =
          ((ObjectNode) stored.at("/status/allocation/devices")).putArray("config").addObject();
      config.put("source", "FromClaim");
      config
          .putObject("opaque")
          .put("driver", AgentStage.DRIVER)
          .set(
              "parameters",
              new ObjectMapper()
                  .createObjectNode()
                  .put("apiVersion", "gpu.acceld.dev/v1alpha1")
                  .put("kind", "GpuConfig")
                  .put("x" + forged, forged));
      stage.api().replace(ApiKind.CLAIMS, "default", stored);

      PrepareAnswer answer = stage.prepare(claim);

      assertThat(answer.error()).isNotEmpty();
      assertThat(answer.error().chars()).noneMatch(Character::isISOControl);
      assertThat(agent.log().lines()).noneMatch(line -> line.startsWith("2026-01-01"));
      assertThat(agent.log()).doesNotContain("\u001b");
    }
  }
}
