package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.Faults.awaited;
import static dev.acceld.e2e.scenario.Faults.running;
import static dev.acceld.e2e.scenario.Faults.taints;
import static dev.acceld.e2e.scenario.Faults.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A GPU of AMD or Intel breaks under a running pod, and is repaired in place. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class OtherGpuFaultIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void anAmdGpuWithAnUncorrectedErrorIsRepaired(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "mi210x4"));
    workspace.apply(ClaimPod.template("amd-gpu.acceld.dev"));
    String gpu = running(workspace, "victim");
    assertThat(workspace.exec("victim", "ls", "/dev/kfd", "/dev/dri"))
        .contains("/dev/kfd")
        .containsOnlyOnce("renderD");

    long broken = System.nanoTime();
    acceld.exec("simulate", "ras", gpu, "umc", "--uncorrectable", "1");
    told(acceld, workspace, "victim", gpu, "ras", broken);

    repairedOnceItsPodIsGone(acceld, workspace, gpu);
  }

  @Test
  void anIntelGpuWithAFatalPcieErrorIsRepaired(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "b60x4"));
    workspace.apply(ClaimPod.template("intel-gpu.acceld.dev"));
    String gpu = running(workspace, "victim");
    assertThat(workspace.exec("victim", "ls", "/dev/dri")).containsOnlyOnce("renderD");

    long broken = System.nanoTime();
    acceld.exec("simulate", "aer", gpu, "fatal");
    told(acceld, workspace, "victim", gpu, "aer", broken);

    repairedOnceItsPodIsGone(acceld, workspace, gpu);
  }

  private static void repairedOnceItsPodIsGone(Acceld acceld, Workspace workspace, String gpu) {
    String other = running(workspace, "other");
    assertThat(other).isNotEqualTo(gpu);
    // A simulated machine shows who has a device open from the first process on.
    acceld.exec("simulate", "run", other, "--pid", "1");
    workspace.deletePod("victim");
    workspace.awaitGone("victim", LONG);
    long repaired = System.nanoTime();
    acceld.exec("repair", gpu);
    awaited("no taint", repaired, () -> taints(acceld, gpu).isEmpty());
  }
}
