package dev.acceld.probe.tpu.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.probe.tpu.real.Programs.Said;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** libtpu's own monitoring interface reads a simulated workload as it reads a real one. */
class LibtpuMonitoringIT {
  @Test
  void readsWhatTheWorkloadTells() throws Exception {
    PythonPrograms libtpu = PythonPrograms.with(PythonPrograms.JAX);
    Said said;
    try (LibtpuServer _ = Workload.serve(4, 1, 16 * Workload.GIB)) {
      said =
          libtpu.script(
              "monitoring.py",
              Map.of("TPU_SKIP_MDS_QUERY", "1"),
              List.of("duty_cycle_pct", "hbm_capacity_total", "hbm_capacity_usage"));
    }

    assertThat(said.text().lines())
        .as(said.text())
        .contains(
            "duty_cycle_pct 11.00 22.00 33.00 44.00",
            "hbm_capacity_total 17179869184 17179869184 17179869184 17179869184",
            "hbm_capacity_usage 1610612736 3221225472 4831838208 6442450944");
  }
}
