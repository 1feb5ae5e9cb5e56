package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Churn;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The agent dies while it cuts GPUs; the partitions themselves outlive it, as real ones do. */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("main")
class PartitionsUnderKillsIT {
  private static final int KILLS = Integer.getInteger("acceld.e2e.kills", 50) / 5;
  private static final Duration LONG = Duration.ofMinutes(5);

  @Test
  void noneIsLeftOverAndEveryPodGetsOne(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster, ExamplesOnPartitionsIT.ONE_GPU);
    var devices = acceld.devices();
    Random random = new Random();
    Churn churn = Churn.start(workspace, 4, ClaimPod.template("mig.acceld.dev"));
    try (churn) {
      churn.await(2, LONG);
      Await.until("a partition", LONG, () -> !partitions(cluster.node()).isEmpty());
      int kills = 0;
      while (kills < KILLS) {
        Await.pause(Duration.ofMillis(200 + random.nextInt(4000)));
        if (cluster.node().killProcesses("/opt/acceld/")) {
          kills++;
        }
      }
      acceld.awaitReady();
      churn.await(4, LONG);
    }
    assertThat(churn.failures()).isEmpty();
    Await.until(
        "no records, no CDI files, no partitions",
        LONG,
        () -> acceld.footprint().holdsNothing() && partitions(cluster.node()).isEmpty(),
        () -> acceld.footprint() + " " + partitions(cluster.node()));
    assertThat(acceld.devices()).isEqualTo(devices);
  }

  /** By the account of the driver. */
  private static List<String> partitions(Node node) {
    return node.exec(
            "sh",
            "-c",
            "grep -hE '[.]mig[.](gi|ci)[.]' \"$0\"/plugins/acceld.dev/state/machine/var/lib/standin/nvml.state"
                + " || true",
            node.kubeletDir())
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }
}
