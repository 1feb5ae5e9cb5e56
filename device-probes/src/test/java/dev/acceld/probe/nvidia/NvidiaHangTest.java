package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.ProbeStatus.State;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.SupervisorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver in which a call hangs, under the supervisor. */
class NvidiaHangTest {
  private static final SupervisorSettings QUICK =
      new SupervisorSettings(
          Duration.ofMillis(200),
          Duration.ofMillis(50),
          Duration.ofMillis(500),
          Duration.ofSeconds(30));

  @TempDir Path dir;

  @Test
  void aHungCallIsNoticedItsDevicesStayKnownAndItComesBack() {
    Machine machine = new Machine(dir.resolve("m"), "h100x8");
    try (ProbeSupervisor supervisor =
        new ProbeSupervisor(List.of(machine.probe()), QUICK, machine.host())) {
      supervisor.start();
      becomes(supervisor, State.READY);
      assertThat(supervisor.inventory().devices()).hasSize(8);
      machine.put("hang.nvmlDeviceGetUtilizationRates.3", 1);
      becomes(supervisor, State.HUNG);
      assertThat(supervisor.inventory().devices()).hasSize(8);
      machine.remove("hang.nvmlDeviceGetUtilizationRates.3");
      becomes(supervisor, State.READY);
    }
  }

  private static void becomes(ProbeSupervisor supervisor, State state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(supervisor.probes().getFirst().state()).isEqualTo(state));
  }
}
