package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The examples that want GPUs to be cut into partitions. */
@RealCluster
@Tag("main")
class ExamplesOnPartitionsIT {
  static final Map<String, String> ONE_GPU =
      Map.of("simulate.machine", "h100x1", "nvidia.migOnDemand", "all");
  private static final Duration SOON = Duration.ofMinutes(2);

  /** The large one waits for its turn, whoever came first. */
  @Test
  void migPartitions(Cluster cluster, Workspace workspace) {
    Acceld.installed(cluster, ONE_GPU);
    workspace.apply(Sources.example("mig-partitions.yaml"));
    Await.until(
        "the GPU is full",
        SOON,
        () -> {
          long small = running(workspace);
          return small == (workspace.phase("mig-3g").equals("Running") ? beside(workspace) : 7);
        },
        workspace::describe);
    scale(workspace, 0);
    workspace.awaitPhase("mig-3g", "Running", SOON);
    String log = ExamplesIT.logOf(workspace, "mig-3g");
    assertThat(log).contains("-mig-3g40gb-");
    assertThat(log.lines().filter(line -> line.contains("nvidia-cap"))).hasSize(2);
    int beside = beside(workspace);
    scale(workspace, beside);
    Await.until(
        beside + " beside it", SOON, () -> running(workspace) == beside, workspace::describe);
    scale(workspace, 7);
    Await.pause(Duration.ofSeconds(3));
    assertThat(running(workspace)).as("there is no room for more").isEqualTo(beside);
    workspace.deletePod("mig-3g");
    Await.until("all seven", SOON, () -> running(workspace) == 7, workspace::describe);
  }

  /** The last memory slice is in no 1g.10gb, so the half with it has room for three of them. */
  private static int beside(Workspace workspace) {
    return ExamplesIT.logOf(workspace, "mig-3g").contains("-mig-3g40gb-9-4") ? 4 : 3;
  }

  private static long running(Workspace workspace) {
    List<Pod> pods = workspace.pods();
    return pods.stream()
        .filter(pod -> pod.getMetadata().getName().startsWith("mig-1g-"))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod -> pod.getStatus().getPhase().equals("Running"))
        .count();
  }

  private static void scale(Workspace workspace, int replicas) {
    workspace
        .cluster()
        .client()
        .apps()
        .deployments()
        .inNamespace(workspace.name())
        .withName("mig-1g")
        .scale(replicas);
  }
}
