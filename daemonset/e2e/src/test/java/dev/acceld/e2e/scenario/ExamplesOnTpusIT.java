package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.ExamplesIT.SOON;
import static dev.acceld.e2e.scenario.ExamplesIT.logOf;
import static dev.acceld.e2e.scenario.ExamplesIT.logOfRunning;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
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
    workspace.apply(Sources.example("one-tpu.yaml"));
    workspace.awaitPhase("one-tpu", "Running", SOON);
    workspace.apply(Sources.example("tpu-host.yaml"));
    Await.pause(Duration.ofSeconds(3));
    assertThat(workspace.phase("tpu-host")).as("one chip is in use").isEqualTo("Pending");
    workspace.deletePod("one-tpu");
    workspace.awaitPhase("tpu-host", "Running", SOON);
    assertThat(logOf(workspace, "tpu-host")).contains("TPU_CHIPS_PER_HOST_BOUNDS=2,4,1");
    assertThat(workspace.exec("tpu-host", "ls", "/dev/vfio").lines()).hasSize(9).contains("vfio");
  }

  @Test
  void tpu2x2(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    String log = logOfRunning(workspace, "tpu-2x2.yaml", "tpu-2x2");
    assertThat(log).contains("TPU_CHIPS_PER_HOST_BOUNDS=2,2,1", "TPU_ACCELERATOR_TYPE=v5litepod-4");
    assertThat(workspace.exec("tpu-2x2", "ls", "/dev/vfio").lines()).hasSize(5).contains("vfio");
    assertThat(acceld.exec("devices").lines().filter(line -> line.contains(workspace.name())))
        .as("the chips of the shape are held")
        .hasSize(4);
  }

  @Test
  void eitherAccelerator(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    workspace.apply(Sources.example("either-accelerator.yaml"));
    String pod = workspace.awaitPodOf("either-accelerator", SOON);
    assertThat(logOf(workspace, pod)).containsPattern("(?m)^TPU tpu-2x2-\\S+, bounds 2,2,1$");
    assertThat(workspace.exec(pod, "ls", "/dev/vfio").lines()).hasSize(5);
  }

  @Test
  void oneAccelerator(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, Map.of("simulate.machine", "tpu7x4"));
    String log = logOfRunning(workspace, "one-accelerator.yaml", "one-accelerator");
    assertThat(log).containsOnlyOnce("ACCELD_DEVICE_TPU_");
    // A chip of this generation has two VFIO groups.
    assertThat(workspace.exec("one-accelerator", "ls", "/dev/vfio").lines()).hasSize(3);
  }
}
