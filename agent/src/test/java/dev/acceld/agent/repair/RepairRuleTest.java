package dev.acceld.agent.repair;

import static dev.acceld.agent.AgentStage.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.health.Mark;
import dev.acceld.vendor.rule.RuleOverride;
import dev.acceld.vendor.rule.RuleOverrides;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which device is repaired without being asked, on a machine of eight simulated GPUs. */
class RepairRuleTest {
  private static final Duration PAUSE = Duration.ofMinutes(2);

  private final RepairRule rule = RepairRule.usual();
  private RepairStage stage;
  private Instant now = Instant.now();

  @BeforeEach
  void open() throws Exception {
    stage = new RepairStage();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private DeviceName name(int gpu) {
    return stage.name(gpu);
  }

  /** A fault that asks for a reset, long enough ago. */
  private void breaks(int gpu) {
    stage.machine.xid("gpu-" + gpu, 95);
    await().atMost(PATIENCE).until(() -> raised(gpu).contains("xid-95"));
    later(PAUSE);
  }

  private List<String> raised(int gpu) {
    return stage.devices.health().raised(name(gpu)).stream().map(r -> r.signal()).toList();
  }

  private void later(Duration time) {
    now = now.plus(time);
  }

  private Optional<DeviceName> next() throws Exception {
    return rule.next(stage.parts, now).map(device -> device.name());
  }

  /** Else one repair would follow the other until none is left for the day. */
  @Test
  void aReasonThatIsOnlyHeldAsksForNothing() throws Exception {
    RuleOverride hold =
        new RuleOverride(
            Optional.empty(), Optional.empty(), Optional.of(Duration.ofHours(1)), Map.of());
    stage.devices.health().override(new RuleOverrides(Map.of("recovery-action-gpu-reset", hold)));
    stage.machine.set("gpu-3", "recovery-action", "1");
    await().atMost(PATIENCE).until(() -> raised(3).contains("recovery-action-gpu-reset"));
    later(PAUSE);
    assertThat(next()).contains(name(3));
    rule.ended(name(3), RepairOutcome.REPAIRED, now);

    stage.machine.set("gpu-3", "recovery-action", "0");
    await().atMost(PATIENCE).until(() -> raised(3).isEmpty());
    assertThat(stage.devices.health(name(3)).orElseThrow().reasons())
        .anyMatch(r -> r.code().equals("recovery-action"));
    later(PAUSE);
    assertThat(next()).isEmpty();
  }

  /** Somebody keeps it as it is, for example for its return to the vendor. */
  @Test
  void oneThatAPersonKeepsOutOfUseIsLeftAlone() throws Exception {
    breaks(3);
    stage.devices.health().marks(List.of(mark(3, Effect.NO_SCHEDULE)));
    assertThat(next()).isEmpty();
    stage.devices.health().marks(List.of(mark(3, Effect.NONE)));
    assertThat(next()).contains(name(3));
  }

  /** A process that nobody ends would else keep all others from being repaired. */
  @Test
  void oneThatIsInUseHoldsUpNoOther() throws Exception {
    breaks(3);
    breaks(5);
    assertThat(next()).contains(name(3));
    rule.ended(name(3), RepairOutcome.REFUSED, now);
    assertThat(next()).contains(name(5));
    later(Duration.ofSeconds(1));
    rule.ended(name(5), RepairOutcome.FAILED, now);

    later(PAUSE.minusSeconds(1));
    assertThat(next()).as("after a reset the node has to settle").isEmpty();
    later(Duration.ofSeconds(1));
    assertThat(next()).contains(name(3));
    rule.ended(name(3), RepairOutcome.REFUSED, now);
    assertThat(next()).contains(name(5));
  }

  @Test
  void oneThatWasRefusedIsTriedAgainAfterAWhile() throws Exception {
    breaks(3);
    rule.ended(name(3), RepairOutcome.REFUSED, now);
    assertThat(next()).isEmpty();
    later(PAUSE.minusSeconds(1));
    assertThat(next()).isEmpty();
    later(Duration.ofSeconds(1));
    assertThat(next()).contains(name(3));
  }

  private Mark mark(int gpu, Effect effect) {
    return new Mark(name(gpu), "rma", effect, "keep", "root", now);
  }
}
