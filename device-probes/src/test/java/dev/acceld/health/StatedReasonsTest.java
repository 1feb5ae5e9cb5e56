package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.probe.Fakes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the agent itself says of devices, beside what their drivers say. */
class StatedReasonsTest {
  private final HealthAssessor health = new HealthAssessor(Fakes.RULES);
  private final List<Map<DeviceName, HealthReport>> told = new ArrayList<>();
  private final Device gpu = Fakes.gpu("gpu-a");
  private final Device other = Fakes.gpu("gpu-b");
  private List<StatedReason> stated = List.of();

  @BeforeEach
  void begin() {
    health.state(() -> stated);
    health.onChange(told::add);
    health.inventory(
        new Inventory(
            Instant.EPOCH,
            List.of(gpu, other),
            Set.of(),
            List.of(new ProbeStatus("nvidia", ProbeStatus.State.READY, Instant.EPOCH, ""))));
  }

  private HealthReport report(Device device) {
    return Optional.ofNullable(health.reports().get(device.name())).orElseThrow();
  }

  private static StatedReason say(Device device, String code, State state) {
    return new StatedReason(
        device.common().physical(),
        new Reason(
            code,
            "",
            "the device is away",
            state,
            Effect.NO_SCHEDULE,
            Action.NONE,
            "it is back",
            Instant.EPOCH));
  }

  @Test
  void itHoldsForTheDevicesOfItsPartsUntilItIsSaidNoMore() {
    stated = List.of(say(gpu, "repairing", State.UNKNOWN));
    health.restate();
    assertThat(report(gpu).state()).as("nobody can tell").isEqualTo(State.UNKNOWN);
    assertThat(report(gpu).schedulable()).isFalse();
    assertThat(report(gpu).handsOff()).map(Reason::code).contains("repairing");
    assertThat(report(other).state()).isEqualTo(State.HEALTHY);
    int changes = told.size();
    health.restate();
    health.tick();
    assertThat(told).as("nobody is told twice").hasSize(changes);
    stated = List.of();
    health.tick();
    assertThat(report(gpu).state()).isEqualTo(State.HEALTHY);
    assertThat(report(gpu).handsOff()).isEmpty();
  }

  @Test
  void aRepairThatFailedIsAFaultAndNoReasonToKeepHandsOff() {
    stated = List.of(say(gpu, "repair-failed", State.UNHEALTHY));
    health.restate();
    assertThat(report(gpu).state()).isEqualTo(State.UNHEALTHY);
    assertThat(report(gpu).handsOff()).isEmpty();
  }
}
