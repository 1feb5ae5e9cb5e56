package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.hurt.Flood.Kind;
import java.time.Duration;
import java.util.Map;

/** The kubelet's probes are answered, whatever any pod does to the port. */
class ProbesHurtIT {
  /** The chart's {@code timeoutSeconds}, which the kubelet gives a probe. */
  private static final Duration PROBE = Duration.ofSeconds(5);

  private static final Duration FLOOD =
      Duration.ofSeconds(Integer.getInteger("acceld.hurt.flood.seconds", 300));

  @HurtTest
  void aFloodOfSlowHeadersForFiveMinutes(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      long end = System.nanoTime() + FLOOD.toNanos();
      int probes = 0;
      try (Flood drips = Flood.start(agent.port(), Kind.DRIP, 400);
          Flood idle = Flood.start(agent.port(), Kind.IDLE, 100)) {
        do {
          for (String path : new String[] {"/healthz", "/readyz"}) {
            assertThat(agent.get(path, PROBE))
                .as("probe %s of %s, %s", probes, path, agent.log())
                .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
          }
          probes += 2;
          Thread.sleep(500);
        } while (System.nanoTime() < end);
        assertThat(drips.rounds()).isPositive();
        assertThat(idle.rounds()).isPositive();
      }
      assertThat(agent.alive()).isTrue();
    }
  }

  @HurtTest
  void halfRequestsIdleOnesDeafOnesAndNoise(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent agent = stage.ready("a0", Map.of());
      for (Kind kind : Kind.values()) {
        try (Flood flood = Flood.start(agent.port(), kind, 300)) {
          for (int i = 0; i < 12; i++) {
            assertThat(agent.get("/healthz", PROBE))
                .as("%s, probe %s, after %s rounds", kind, i, flood.rounds())
                .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
          }
        }
      }
      assertThat(agent.get("/metrics", Duration.ofSeconds(60)))
          .hasValueSatisfying(answer -> assertThat(answer.body()).contains("acceld_"));
    }
  }
}
