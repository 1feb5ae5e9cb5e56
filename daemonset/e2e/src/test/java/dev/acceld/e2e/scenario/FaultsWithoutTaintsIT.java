package dev.acceld.e2e.scenario;

import static dev.acceld.e2e.scenario.Faults.awaited;
import static dev.acceld.e2e.scenario.Faults.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster that drops device taints: a faulty device is withdrawn as soon as nobody holds it. */
@RealCluster(gates = {"DRADeviceTaints=false", "DRADeviceTaintRules=false"})
@OwnClusterOnly
@Tag("main")
class FaultsWithoutTaintsIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void aFaultyGpuIsWithdrawnOnceItIsFreeAndOfferedAgainWhenItIsWell(
      Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String held = running(workspace, "holder");
    String free =
        acceld.devices().stream().filter(gpu -> !gpu.equals(held)).findFirst().orElseThrow();

    long injected = System.nanoTime();
    acceld.exec("simulate", "xid", free, "79");
    acceld.exec("simulate", "xid", held, "79");
    awaited("the free GPU is withdrawn", injected, () -> !acceld.devices().contains(free));
    assertThat(acceld.devices()).as("what is allocated stays on offer").contains(held);
    assertThat(acceld.metrics()).contains("acceld_slice_taints_kept 0");

    long over = System.nanoTime();
    workspace.deletePod("holder");
    workspace.awaitGone("holder", LONG);
    awaited("the other is withdrawn", over, () -> !acceld.devices().contains(held));

    long restored = System.nanoTime();
    acceld.exec("simulate", "restore", free);
    acceld.exec("simulate", "restore", held);
    awaited("both are back", restored, () -> acceld.devices().size() == 8);
  }
}
