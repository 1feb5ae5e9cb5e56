package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.otlp.FakeCollector;
import dev.acceld.otlp.OtlpProperties;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A collector that fails costs what it does not take, and nothing else. */
class OtlpFaultsTest {
  private static final String POINTS = "acceld_otlp_dropped_total{signal=\"metrics\"}";

  /** The longest that the end of an agent may take here; two seconds of it for the collector. */
  private static final Duration LONGEST_END = Duration.ofSeconds(8);

  private OtlpProperties properties;
  private FakeCollector collector;
  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    properties = new OtlpProperties();
    collector = new FakeCollector();
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
    collector.close();
    properties.close();
  }

  private enum Fault {
    HANGS,
    FAILS,
    LIMITS,
    CLOSES,
    GARBAGE;

    void answer(HttpExchange exchange) throws Exception {
      switch (this) {
        case HANGS -> Thread.sleep(60_000);
        case FAILS -> exchange.sendResponseHeaders(500, -1);
        case LIMITS -> {
          exchange.getResponseHeaders().set("Retry-After", "3600");
          exchange.sendResponseHeaders(429, -1);
        }
        case CLOSES -> throw new IOException("closed");
        case GARBAGE -> {
          byte[] garbage = "\u0000no\uffffprotobuf".repeat(1000).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(400, garbage.length);
          exchange.getResponseBody().write(garbage);
        }
      }
    }
  }

  private static double dropped(Agent agent) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(l -> l.startsWith(POINTS))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' '))))
        .findFirst()
        .orElse(Double.NaN);
  }

  private void goesOn(Agent agent) throws Exception {
    await().atMost(PATIENCE).until(() -> dropped(agent) > 10);
    ClaimId claim = stage.claim("train");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
  }

  private static void endsInTime(Agent agent) {
    long begin = System.nanoTime();
    agent.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONGEST_END);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void whatIsNotTakenIsCountedAndTheNextIsTakenAgain(Fault fault) throws Exception {
    collector.answer = fault::answer;
    Agent agent = stage.ready("a0", Map.of(Setting.OTLP_ENDPOINT, collector.url()));
    goesOn(agent);
    if (fault != Fault.HANGS) {
      collector.answer = FakeCollector.OK;
      await().atMost(PATIENCE).until(() -> !collector.metrics.isEmpty());
      double then = dropped(agent);
      int before = collector.metrics.size();
      await().atMost(PATIENCE).until(() -> collector.metrics.size() > before + 2);
      assertThat(dropped(agent)).isEqualTo(then);
    }
    endsInTime(agent);
  }

  @Test
  void noCollectorIsThere() throws Exception {
    String gone = collector.url();
    collector.close();
    Agent agent = stage.ready("a0", Map.of(Setting.OTLP_ENDPOINT, gone));
    goesOn(agent);
    endsInTime(agent);
  }
}
