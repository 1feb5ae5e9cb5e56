package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.health.HealthAssessor;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.SupervisorSettings;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A driver in which a call hangs, under the supervisor. */
class NvidiaHangTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final SupervisorSettings QUICK =
      new SupervisorSettings(
          Duration.ofMillis(200), Duration.ofMillis(50), PATIENCE.multipliedBy(2), PATIENCE);

  @TempDir Path dir;
  private final HealthAssessor health = new HealthAssessor(Fakes.RULES);
  private Machine machine;
  private ProbeSupervisor supervisor;

  @BeforeEach
  void start() {
    machine = new Machine(dir.resolve("m"), "h100x8");
    supervisor = new ProbeSupervisor(List.of(machine.probe(PATIENCE)), QUICK, machine.host());
    health.follow(supervisor);
    supervisor.start();
    until(() -> supervisor.readings().values().size() == 8);
  }

  @AfterEach
  void end() {
    supervisor.close();
  }

  private static void until(java.util.concurrent.Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
  }

  private ProbeStatus status() {
    return supervisor.probes().getFirst();
  }

  private List<DeviceName> unschedulable() {
    return health.reports().entrySet().stream()
        .filter(r -> !r.getValue().schedulable())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** In a sample; in a look for devices; in both, about one GPU. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nvmlDeviceGetUtilizationRates",
        "nvmlDeviceGetMemoryInfo_v2",
        "nvmlDeviceGetMigMode"
      })
  void aCallThatHangsForOneDeviceTakesThatDeviceAlone(String symbol) {
    DeviceName bad = machine.name(3);
    machine.put("hang." + symbol + ".3", 1);
    until(() -> unschedulable().equals(List.of(bad)));
    assertThat(health.reports().get(bad))
        .satisfies(r -> assertThat(r.state()).isEqualTo(HealthReport.State.UNKNOWN))
        .satisfies(r -> assertThat(r.reasons().getFirst().code()).isEqualTo("unresponsive"));
    // The others are read on, again and again.
    until(() -> supervisor.readings().values().size() == 7);
    var before = supervisor.readings().takenAt();
    until(() -> supervisor.readings().takenAt().isAfter(before.plus(PATIENCE)));
    assertThat(supervisor.readings().values()).hasSize(7).doesNotContainKey(bad);
    assertThat(supervisor.inventory().devices()).hasSize(8);
    until(() -> status().state() == State.READY && !status().complete());
    assertThat(status().detail()).contains(bad.value(), "has not returned");
    assertThat(unschedulable()).containsExactly(bad);

    machine.remove("hang." + symbol + ".3");
    until(() -> unschedulable().isEmpty() && status().complete());
    until(() -> supervisor.readings().values().size() == 8);
  }

  @Test
  void aDriverThatHangsAsAWholeIsNoticedItsDevicesStayKnownAndItComesBack() {
    machine.put("hang.nvmlDeviceGetUtilizationRates", 1);
    until(() -> status().state() == State.HUNG);
    assertThat(supervisor.inventory().devices()).hasSize(8);
    until(() -> unschedulable().size() == 8);
    long left =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("nvidia-device"))
            .count();
    assertThat(left).isLessThanOrEqualTo(DeviceCalls.MOST_LEFT_BEHIND + 1);
    machine.remove("hang.nvmlDeviceGetUtilizationRates");
    until(() -> status().state() == State.READY && unschedulable().isEmpty());
  }
}
