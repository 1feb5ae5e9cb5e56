package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Vendor;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import dev.acceld.vendor.rule.Outcome;
import dev.acceld.vendor.rule.RuleOverride;
import dev.acceld.vendor.rule.RuleOverrides;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator wants of the rules is what happens. */
class RuleOverridesTest {
  @TempDir Path dir;
  private RuleStage stage;

  @AfterEach
  void end() {
    stage.close();
  }

  @BeforeEach
  void begin() {
    stage = new RuleStage(Vendor.NVIDIA, new NvidiaHealthRules(), dir);
  }

  private void override(String signal, RuleOverride wish) {
    stage.health.override(new RuleOverrides(Map.of(signal, wish)));
  }

  private static RuleOverride outcome(Outcome outcome) {
    return new RuleOverride(Optional.of(outcome), Optional.empty(), Optional.empty(), Map.of());
  }

  private static RuleOverride effect(Effect effect) {
    return new RuleOverride(Optional.empty(), Optional.of(effect), Optional.empty(), Map.of());
  }

  private static RuleOverride hold(Duration hold) {
    return new RuleOverride(Optional.empty(), Optional.empty(), Optional.of(hold), Map.of());
  }

  @Test
  void anOperationalEventIsWhatTheOperatorMakesOfItsSeverity() {
    String signal = "operational-event-corrected";
    stage.raise(signal);
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
    override(signal, outcome(Outcome.DEGRADED));
    stage.raise(signal);
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    override("operational-event-fatal-power-error", effect(Effect.NO_EXECUTE));
    stage.raise("operational-event-fatal-power-error");
    assertThat(stage.report().reasons().getFirst().effect()).isEqualTo(Effect.NO_EXECUTE);
  }

  private static RuleOverride limit(String name, double value) {
    return new RuleOverride(
        Optional.empty(), Optional.empty(), Optional.empty(), Map.of(name, value));
  }

  @Test
  void whatWasOnlyCountedCanEvict() throws IOException {
    override("xid-31", effect(Effect.NO_EXECUTE));
    stage.raise("xid-31");
    assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
    assertThat(stage.report().reasons().getFirst().effect()).isEqualTo(Effect.NO_EXECUTE);
    assertThat(stage.report().schedulable()).isFalse();
    stage.see(Evidence.DRIVER_CONTENT, "xid-31");
    assertThat(stage.report().state()).as("asks for nothing anyway").isEqualTo(State.UNHEALTHY);
    stage.see(Evidence.RESET, "xid-31");
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aChangeCountsForWhatLastsAlready() {
    stage.raise("nvlink-down");
    assertThat(stage.report().reasons().getFirst().effect()).isEqualTo(Effect.NONE);
    override("nvlink-down", outcome(Outcome.UNHEALTHY));
    assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
    assertThat(stage.report().reasons().getFirst().effect()).isEqualTo(Effect.NO_SCHEDULE);
    override("nvlink-down", outcome(Outcome.COUNTED));
    assertThat(stage.report().reasons()).isEmpty();
    stage.health.override(RuleOverrides.NONE);
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void aDeviceThatIsGoneIsNeverSchedulable(Outcome outcome) {
    for (Effect effect : Effect.values()) {
      RuleOverride wish =
          new RuleOverride(Optional.of(outcome), Optional.of(effect), Optional.empty(), Map.of());
      override(CommonRules.LOST, wish);
      stage.raise(CommonRules.LOST);
      assertThat(stage.report().state()).isEqualTo(State.UNHEALTHY);
      assertThat(stage.report().schedulable()).isFalse();
    }
    assertThat(stage.report().reasons().getFirst().effect()).isEqualTo(Effect.NO_EXECUTE);
  }

  @Test
  void aFaultOfOneMomentEndsAfterItsHold() {
    override("xid-92", hold(Duration.ofMinutes(10)));
    stage.raise("xid-92");
    stage.clock.seconds(599);
    stage.raise("xid-92");
    stage.clock.seconds(599);
    stage.health.tick();
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    assertThat(stage.report().reasons().getFirst().ends())
        .contains("or it was not seen again for 10 min");
    stage.clock.seconds(1);
    stage.health.tick();
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void whatSaysThatItIsOverStaysForItsHold() throws IOException {
    override("nvlink-down", hold(Duration.ofMinutes(10)));
    stage.raise("nvlink-down");
    stage.clock.seconds(3600);
    stage.see(Evidence.OVER, "nvlink-down");
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    assertThat(stage.report().reasons().getFirst().ends())
        .isEqualTo("every link that was up is up again, and 10 min have passed since");
    stage.clock.seconds(599);
    stage.health.tick();
    assertThat(stage.report().state()).isEqualTo(State.DEGRADED);
    stage.clock.seconds(1);
    stage.health.tick();
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aProbeMayFailForAsLongAsTheOperatorLikes() {
    override(CommonRules.PROBE_FAILED, limit(CommonRules.SECONDS, 31));
    stage.raise(CommonRules.PROBE_FAILED);
    assertThat(stage.report().state()).isEqualTo(State.HEALTHY);
    stage.clock.seconds(1);
    stage.health.tick();
    assertThat(stage.report().state()).isEqualTo(State.UNKNOWN);
  }
}
