package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.ExamplesIT.logOfRunning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples that want TPUs. */
@RealCluster
@Tag("main")
class ExamplesOnTpusIT {
  @Test
  void oneTpu(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v6ex8"));
    String log = logOfRunning(workspace, "one-tpu.yaml", "one-tpu");
    assertThat(log).contains("TPU_CHIPS_PER_HOST_BOUNDS=1,1,1");
    assertThat(workspace.exec("one-tpu", "ls", "/dev/vfio").lines()).hasSize(2).contains("vfio");
  }

  @Test
  void tpuHost(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v6ex8"));
    String log = logOfRunning(workspace, "tpu-host.yaml", "tpu-host");
    assertThat(log).contains("TPU_CHIPS_PER_HOST_BOUNDS=2,4,1");
    assertThat(workspace.exec("tpu-host", "ls", "/dev/vfio").lines()).hasSize(9);
  }
}
