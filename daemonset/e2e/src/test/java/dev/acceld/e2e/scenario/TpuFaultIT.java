package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.Faults.awaited;
import static dev.acceld.e2e.scenario.Faults.running;
import static dev.acceld.e2e.scenario.Faults.status;
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

/** A TPU chip is lost under a running pod, and comes back. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class TpuFaultIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void aLostChipIsTaintedAndNamedToThePodUntilItIsBack(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, Map.of("simulate.machine", "tpu-v5ex8"));
    workspace.apply(ClaimPod.template("tpu.acceld.dev"));
    String chip = running(workspace, "victim");
    long lost = System.nanoTime();
    acceld.exec("simulate", "lose", chip);
    told(acceld, workspace, "victim", chip, "device-lost", lost);
    assertThat(taints(acceld, chip)).containsExactly("acceld.dev/device-lost NoSchedule");
    assertThat(running(workspace, "other")).isNotEqualTo(chip);

    long back = System.nanoTime();
    acceld.exec("simulate", "restore", chip);
    awaited("no taint", back, () -> taints(acceld, chip).isEmpty());
    awaited("status of the pod", back, () -> status(workspace, "victim").contains("\"Healthy\""));
    workspace.deletePod("victim");
    workspace.awaitGone("victim", LONG);
  }
}
