package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Churn;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent dies again and again, without a word, in the middle of whatever it does. */
@RealCluster(restartPeriod = "1s")
@OwnClusterOnly
@Tag("main")
class AgentKilledIT {
  private static final Logger LOG = LoggerFactory.getLogger(AgentKilledIT.class);
  private static final int KILLS = Integer.getInteger("acceld.e2e.kills", 50);
  private static final Duration LONG = Duration.ofMinutes(5);
  // The kubelet makes its second try after 60 s at the earliest.
  private static final Duration WITHOUT_A_SECOND_TRY = Duration.ofSeconds(50);

  @Test
  void fiftyTimesAndNothingLeaks(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    List<String> slices = names(acceld);
    var devices = acceld.devices();
    long seed = Long.getLong("acceld.e2e.seed", System.nanoTime());
    LOG.info("seed {} (repeat with -Dacceld.e2e.seed)", seed);
    Random random = new Random(seed);
    Churn churn = Churn.start(workspace, 4);
    int kills = 0;
    try (churn) {
      churn.await(2, LONG);
      while (kills < KILLS) {
        Await.pause(Duration.ofMillis(200 + random.nextInt(4000)));
        if (cluster.node().killProcesses("/opt/acceld/")) {
          kills++;
        }
      }
      LOG.info("{} pods came and went under {} kills", churn.rounds(), kills);
      acceld.awaitReady();
      churn.await(4, LONG);
    }
    assertThat(churn.failures()).isEmpty();
    Await.until(
        "no records and no CDI files",
        LONG,
        () -> acceld.footprint().holdsNothing(),
        () -> acceld.footprint().toString());
    assertThat(acceld.footprint().sockets()).hasSizeBetween(3, 4);
    assertThat(acceld.devices()).isEqualTo(devices);
    assertThat(names(acceld)).isEqualTo(slices);
    assertThat(acceld.slices())
        .flatExtracting(slice -> slice.getSpec().getDevices())
        .allMatch(device -> device.getTaints() == null || device.getTaints().isEmpty());
  }

  @Test
  void aPodThatMeetsNoAgentStartsOnceThereIsOneAgain(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    acceld.awaitReady();
    workspace.apply(ClaimPod.TEMPLATE);
    for (int i = 0; i < 3; i++) {
      cluster.node().killProcesses("/opt/acceld/");
      workspace.apply(ClaimPod.of("orphan-" + i));
      workspace.awaitPhase("orphan-" + i, "Running", WITHOUT_A_SECOND_TRY);
      acceld.awaitReady();
    }
    assertThat(workspace.warnings()).noneMatch(warning -> warning.contains("PrepareDynamic"));
  }

  @Test
  void itsRelayDiesAndPodsStartAfterwards(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    acceld.awaitReady();
    int restarts = restarts(acceld);
    workspace.apply(ClaimPod.TEMPLATE);
    assertThat(cluster.node().killProcesses("/usr/bin/acceld-relay")).isTrue();
    workspace.apply(ClaimPod.of("after"));
    workspace.awaitPhase("after", "Running", LONG);
    acceld.awaitReady();
    assertThat(restarts(acceld)).isEqualTo(restarts);
  }

  private static int restarts(Acceld acceld) {
    return acceld.agent().getStatus().getContainerStatuses().getFirst().getRestartCount();
  }

  private static List<String> names(Acceld acceld) {
    return acceld.slices().stream()
        .map((ResourceSlice slice) -> slice.getMetadata().getName())
        .sorted()
        .toList();
  }
}
