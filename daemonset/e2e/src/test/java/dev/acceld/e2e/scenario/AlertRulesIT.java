package dev.acceld.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.e2e.install.Acceld;
import dev.acceld.e2e.install.ClaimPod;
import dev.acceld.e2e.install.Sources;
import dev.acceld.e2e.junit.OwnClusterOnly;
import dev.acceld.e2e.junit.RealCluster;
import dev.acceld.e2e.kube.Await;
import dev.acceld.e2e.kube.Cluster;
import dev.acceld.e2e.kube.Workspace;
import dev.acceld.e2e.observe.Prometheus;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The chart's alerts: their unit tests by promtool, and a fault on the cluster that makes one fire.
 */
@RealCluster
@OwnClusterOnly
@Tag("telemetry")
class AlertRulesIT {
  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Path RULES = Sources.chart().resolve("rules/acceld.yaml");
  private static final Path TESTS = Sources.chart().resolveSibling("src/test/rules");

  /** Where the tests find the rules: as in the source tree. */
  private static final String DIRECTORY = "/tmp/rules";

  @Test
  void promtoolPassesTheTestsOfTheRules(Cluster cluster) throws IOException {
    String tests = DIRECTORY + "/src/test/rules";
    copy(cluster, RULES, DIRECTORY + "/acceld/rules");
    copy(cluster, TESTS.resolve("acceld-test.yaml"), tests);
    copy(cluster, TESTS.resolve("acceld-week-test.yaml"), tests);
    Run.Result checked =
        cluster
            .node()
            .command(
                "sh",
                "-c",
                "cd \"$0\" && promtool check rules ../../../acceld/rules/acceld.yaml"
                    + " && promtool test rules acceld-test.yaml acceld-week-test.yaml",
                tests)
            .now();
    assertThat(checked.ok()).as("%s%s", checked.out(), checked.err()).isTrue();
    assertThat(checked.out() + checked.err()).contains("SUCCESS");
  }

  private static void copy(Cluster cluster, Path file, String directory) throws IOException {
    cluster
        .node()
        .command(
            "sh",
            "-c",
            "mkdir -p \"$0\" && cat > \"$0/$1\"",
            directory,
            file.getFileName().toString())
        .reading(Files.readString(file))
        .output();
  }

  @Test
  void aFaultUnderAPodFiresAndNamesThePod(Cluster cluster, Workspace workspace) throws IOException {
    Acceld acceld = Acceld.installed(cluster);
    workspace.apply(ClaimPod.TEMPLATE);
    String gpu = Faults.running(workspace, "victim");
    try (Prometheus prometheus =
        Prometheus.start(cluster.node(), Duration.ofSeconds(1), Files.readString(RULES))) {
      Await.until(
          "the recorded number of devices",
          LONG,
          () -> !prometheus.query("kind:acceld_devices:count == 8").isEmpty());
      assertThat(prometheus.query("ALERTS{alertname=~\"AcceleratorUnhealthy.*\"}")).isEmpty();

      acceld.exec("simulate", "xid", gpu, "79");
      Await.until(
          "the alert about the held device",
          LONG,
          () -> !prometheus.firing("AcceleratorUnhealthyHeld").isEmpty());
      List<String> said = prometheus.firing("AcceleratorUnhealthyHeld");
      assertThat(said)
          .singleElement()
          .asString()
          .contains("xid 79: reboot.", "Pod " + workspace.name() + "/victim (claim ");
      assertThat(prometheus.query("ALERTS{alertname=\"AcceleratorUnhealthyHeld\"}"))
          .singleElement()
          .satisfies(alert -> {
            assertThat(alert.label("node")).isEqualTo(cluster.node().name());
            assertThat(alert.label("device")).isEqualTo(gpu);
          });

      // A killed agent ends no alert.
      cluster.node().killProcesses("/opt/acceld/");
      for (int look = 0; look < 20; look++) {
        assertThat(prometheus.firing("AcceleratorUnhealthyHeld")).hasSize(1);
        Await.pause(Duration.ofMillis(500));
      }
      acceld.awaitReady();
      assertThat(prometheus.failedRules()).isEmpty();
    } finally {
      acceld.exec("simulate", "restore", gpu);
    }
    Await.until("no taint", LONG, () -> Faults.taints(acceld, gpu).isEmpty());
  }
}
