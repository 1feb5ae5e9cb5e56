package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Churn;
import dev.acceld.e2e.install.SliceGaps;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rolling update by surge, under pods that start and stop. */
@RealCluster
@Tag("main")
class UpgradeIT {
  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void noPodFailsAndTheDevicesStayOnOffer(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    String before = acceld.agent().getMetadata().getUid();
    Churn churn = Churn.start(workspace, 3);
    try (churn;
        SliceGaps gaps = new SliceGaps(cluster, 8)) {
      churn.await(6, LONG);
      acceld.upgrade(Map.of("podAnnotations.round", "second"));
      Await.until(
          "one agent, and another",
          LONG,
          () ->
              acceld.agents().size() == 1 && !acceld.agent().getMetadata().getUid().equals(before),
          () -> acceld.workspace().describe());
      churn.await(6, LONG);
      assertThat(gaps.longest()).isLessThan(Duration.ofSeconds(2));
    }
    assertThat(churn.failures()).isEmpty();
    assertThat(workspace.warnings()).noneMatch(line -> line.contains("FailedPrepare"));
    assertThat(acceld.devices()).hasSize(8);
  }
}
