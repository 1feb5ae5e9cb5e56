package dev.acceld.agent;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.Simulation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a claim cost, from whole agents on simulated hardware. */
class ClaimUsageTest {
  private static final double WATTS = 400;
  private static final String HELD = "acceld_claim_device_seconds_total{";
  private static final String ENERGY = "acceld_claim_energy_joules_total{";

  private AgentStage stage;

  @BeforeEach
  void open() throws Exception {
    stage = new AgentStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aClaimIsBilledWhatTheHardwareUsedWhileItWasHeldByWhicheverAgent() throws Exception {
    Agent first = stage.ready("a0", Map.of());
    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.set("gpu-0", "power", "400");
    machine.set("gpu-0", "utilization", "50");
    ClaimId claim = stage.claim("train");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    await().atMost(PATIENCE).until(() -> value(first, HELD) >= 3);
    assertThat(value(first, "acceld_claim_utilization_seconds_total{"))
        .isCloseTo(0.5 * value(first, HELD), within(1.0));
    assertThat(value(first, "acceld_claim_idle_seconds_total{")).isZero();
    assertThat(value(first, "acceld_claim_first_use_seconds{")).isLessThan(3);
    assertThat(value(first, "acceld_namespace_energy_joules_total{")).isPositive();
    first.close();

    Agent second = stage.ready("a1", Map.of());
    await().atMost(PATIENCE).until(() -> value(second, HELD) >= 6);
    double held = value(second, HELD);
    double joules = value(second, ENERGY);
    assertThat(joules)
        .as("the time between the agents included")
        .isCloseTo(WATTS * held, within(2 * WATTS));
    assertThat(stage.acceld("claims")).contains("train-gpu", "50%", " kJ");
    assertThat(stage.acceld("claims", "--history")).contains("No claim has ended on this node.");

    assertThat(stage.kubelet.unprepare(List.of(claim))).containsEntry(claim.uid(), "");
    await().atMost(PATIENCE).until(() -> stage.acceld("claims", "--history").contains(claim.uid()));
    assertThat(stage.acceld("claims", "--history")).contains("train-gpu", "FIRST USE", "50%");
    assertThat(value(second, HELD)).as("stays to be scraped").isGreaterThanOrEqualTo(held);
    assertThat(AgentStage.metrics(second))
        .anyMatch(l -> l.startsWith("acceld_claim_pod_info{") && l.contains("pod=\"train\""));
  }

  @Test
  void theStartOfAPodIsMeasuredByPhase() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    Simulation machine = Simulation.open(stage.stateDir().resolve("machine"));
    machine.set("gpu-0", "utilization", "0");
    assertThat(startups(agent, "kubelet", "count")).as("no pod yet").isZero();
    ClaimId claim = stage.claim("train");
    assertThat(stage.kubelet.prepare(List.of(claim)).values())
        .allSatisfy(a -> assertThat(a.error()).isEmpty());
    ObjectNode pod = stage.api.find(ApiKind.PODS, "default", "train").orElseThrow();
    ObjectNode status = pod.withObject("status");
    status
        .withArray("conditions")
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .put("lastTransitionTime", Instant.now().minusSeconds(4).toString());
    status
        .withArray("containerStatuses")
        .addObject()
        .withObject("state")
        .withObject("running")
        .put("startedAt", Instant.now().plusSeconds(1).toString());
    stage.api.replace(ApiKind.PODS, "default", pod);
    await().atMost(PATIENCE).until(() -> startups(agent, "container", "count") == 1);
    assertThat(startups(agent, "kubelet", "sum")).isBetween(2.0, 5.0);
    assertThat(startups(agent, "prepare", "count")).isEqualTo(1);
    assertThat(startups(agent, "first_use", "count")).as("nothing runs on it yet").isZero();
    machine.set("gpu-0", "utilization", "50");
    await().atMost(PATIENCE).until(() -> startups(agent, "first_use", "count") == 1);
    assertThat(startups(agent, "first_use", "sum")).isPositive();
  }

  @Test
  void aClaimThatCannotBePreparedIsPendingUntilItIsUnprepared() throws Exception {
    Agent agent = stage.ready("a0", Map.of());
    assertThat(value(agent, "acceld_claims_pending_age_seconds ")).isZero();
    ClaimId gone = new ClaimId("default", "gone", "00000000-0000-4000-8000-000000000001");
    assertThat(stage.kubelet.prepare(List.of(gone)).values())
        .allSatisfy(a -> assertThat(a.error()).isNotEmpty());
    await().atMost(PATIENCE).until(() -> value(agent, "acceld_claims_pending_age_seconds ") > 1);
    assertThat(stage.kubelet.unprepare(List.of(gone))).containsEntry(gone.uid(), "");
    assertThat(value(agent, "acceld_claims_pending_age_seconds ")).isZero();
  }

  private double startups(Agent agent, String phase, String what) throws Exception {
    return value(agent, "acceld_pod_startup_seconds_" + what + "{phase=\"" + phase + "\"}");
  }

  /** Of the only series that begins so; NaN when there is none. */
  private double value(Agent agent, String begin) throws Exception {
    return AgentStage.metrics(agent).stream()
        .filter(line -> line.startsWith(begin))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElse(Double.NaN);
  }
}
