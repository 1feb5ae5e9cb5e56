package dev.acceld.health;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.probe.Fakes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people say of devices. */
class MarkTest {
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private final HealthAssessor health = new HealthAssessor(Fakes.RULES);

  /** A GPU, a part of it that has a name of its own, and another GPU. */
  @BeforeEach
  void devices() {
    inventory();
  }

  private void inventory() {
    health.inventory(
        new Inventory(
            AT,
            List.of(Fakes.gpu("gpu-1"), Fakes.gpu("gpu-1-part", "gpu-1", ""), Fakes.gpu("gpu-2")),
            Set.of(),
            List.of()));
  }

  private HealthReport of(String device) {
    return Optional.ofNullable(health.reports().get(name(device))).orElseThrow();
  }

  private static Mark mark(String device, String reason, Effect effect) {
    return new Mark(new DeviceName(device), reason, effect, "ticket 1", "root", AT);
  }

  @Test
  void aMarkHoldsForTheDeviceAndItsPartsUntilItIsTakenBack() {
    health.marks(List.of(mark("gpu-1", "bad-riser", Effect.NO_SCHEDULE)));
    for (String device : List.of("gpu-1", "gpu-1-part")) {
      assertThat(of(device).state()).isEqualTo(State.UNHEALTHY);
      Reason reason = of(device).reasons().getFirst();
      assertThat(reason.signal()).isEqualTo("manual-bad-riser");
      assertThat(reason.message()).isEqualTo("marked as bad-riser by root: ticket 1");
      assertThat(reason.since()).isEqualTo(AT);
      assertThat(reason.ends()).contains("acceld health clear gpu-1 bad-riser");
    }
    assertThat(of("gpu-2").state()).isEqualTo(State.HEALTHY);
    health.rebooted();
    inventory();
    assertThat(of("gpu-1").schedulable()).isFalse();
    health.marks(List.of());
    assertThat(of("gpu-1").state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aMarkOfAPartIsOfThatPartAlone() {
    health.marks(List.of(mark("gpu-1-part", "bad", Effect.NO_SCHEDULE)));
    assertThat(of("gpu-1-part").schedulable()).isFalse();
    assertThat(of("gpu-1").state()).isEqualTo(State.HEALTHY);
  }

  @Test
  void aMarkMayOnlyInform() {
    health.marks(List.of(mark("gpu-2", "noisy", Effect.NONE), mark("gpu-2", "old", Effect.NONE)));
    assertThat(of("gpu-2").state()).isEqualTo(State.DEGRADED);
    assertThat(of("gpu-2").schedulable()).isTrue();
    assertThat(of("gpu-2").reasons()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bad", "-bad", "bad-", "a b", "a/b", "a.b", "\u00e4"})
  void aReasonIsAWordThatATaintCanHold(String reason) {
    assertThatThrownBy(() -> mark("gpu-1", reason, Effect.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a valid reason");
    assertThat(Mark.isReason("a".repeat(63))).isTrue();
    assertThat(Mark.isReason("a".repeat(64))).isFalse();
  }

  @Test
  void aMarkEvictsNobody() {
    assertThatThrownBy(() -> mark("gpu-1", "bad", Effect.NO_EXECUTE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
