package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.cluster.Node;
import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The API server is away: for all, or for the agent alone. */
@RealCluster
@OwnClusterOnly
@Tag("main")
class ApiServerAwayIT {
  private static final Duration LONG = Duration.ofMinutes(3);

  @Test
  void awayForAllTheAgentStaysAndAnswersOnTheNode(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("before"));
    workspace.awaitPhase("before", "Running", LONG);
    Map<String, Long> slices = generations(acceld);
    int restarts = restarts(acceld);
    String metrics = "http://" + acceld.agent().getStatus().getPodIP() + ":9400/metrics";
    Node node = cluster.node();
    node.stop("apiserver");
    try {
      Await.pause(Duration.ofSeconds(20));
      assertThat(node.exec("curl", "-sf", "-m", "5", metrics)).contains("pod=\"before\"");
    } finally {
      node.start("apiserver");
    }
    Await.until(
        "the API server",
        LONG,
        () -> cluster.client().namespaces().withName("default").get() != null);
    workspace.apply(ClaimPod.of("after"));
    workspace.awaitPhase("after", "Running", LONG);
    assertThat(generations(acceld)).isEqualTo(slices);
    assertThat(restarts(acceld)).isEqualTo(restarts);
  }

  @Test
  void awayForTheAgentAloneClaimsAreGivenBackAndNewOnesWait(Cluster cluster, Workspace workspace) {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    workspace.apply(ClaimPod.of("before"));
    workspace.awaitPhase("before", "Running", LONG);
    Node node = cluster.node();
    String agent = acceld.agent().getStatus().getPodIP();
    String[] rule = {"INPUT", "-s", agent, "-p", "tcp", "--dport", "443", "-j", "DROP"};
    iptables(node, "-I", rule);
    try {
      // Nobody needs to be asked to take a device back.
      workspace.deletePod("before");
      workspace.awaitGone("before", LONG);
      Await.until("nothing is prepared", LONG, () -> acceld.footprint().holdsNothing());
      workspace.apply(ClaimPod.of("after"));
      Await.pause(Duration.ofSeconds(10));
      assertThat(workspace.phase("after")).isEqualTo("Pending");
    } finally {
      iptables(node, "-D", rule);
    }
    workspace.awaitPhase("after", "Running", LONG);
  }

  private static void iptables(Node node, String action, String... rule) {
    String[] command = new String[rule.length + 2];
    command[0] = "iptables";
    command[1] = action;
    System.arraycopy(rule, 0, command, 2, rule.length);
    node.exec(command);
  }

  private static Map<String, Long> generations(Acceld acceld) {
    return acceld.slices().stream()
        .collect(
            Collectors.toMap(
                (ResourceSlice slice) -> slice.getMetadata().getUid(),
                slice -> slice.getMetadata().getGeneration()));
  }

  private static int restarts(Acceld acceld) {
    return acceld.agent().getStatus().getContainerStatuses().getFirst().getRestartCount();
  }
}
