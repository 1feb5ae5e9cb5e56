package dev.acceld.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.doctor.Finding.State;
import dev.acceld.agent.doctor.runtime.RuntimeFiles;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.apiserver.FakeApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterChecksTest {
  private static final Path CDI = Path.of("/var/run/cdi");

  @TempDir Path dir;
  private FakeApiServer server;
  private Path kubeconfig;

  @BeforeEach
  void start() throws IOException {
    server = FakeApiServer.start();
    kubeconfig = server.writeKubeconfig(dir.resolve("kubeconfig"));
    server.addNode("n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ClusterAccess cluster() {
    return ClusterAccess.open(Optional.of(kubeconfig), Map.of());
  }

  private static Finding one(Check check) throws IOException {
    List<Finding> found = check.look();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private void nodeInfo(String kubelet, String runtime) {
    ObjectNode node = server.find(ApiKind.NODES, "", "n").orElseThrow();
    node.withObject("status")
        .withObject("nodeInfo")
        .put("kubeletVersion", kubelet)
        .put("containerRuntimeVersion", runtime);
    server.replace(ApiKind.NODES, "", node);
  }

  @Test
  void theApi() throws IOException {
    assertThat(one(new ApiCheck(cluster())).state()).isEqualTo(State.OK);
    assertThat(one(new ApiCheck(cluster())).what()).contains("v1.37.0");

    server.faults().withoutDra(true);
    Finding without = one(new ApiCheck(cluster()));
    assertThat(without.state()).isEqualTo(State.FAIL);
    assertThat(without.remedy()).contains("1.34");
  }

  @Test
  void aServerThatIsAwayIsToldOnceAndTheRestIsSkipped() throws IOException {
    server.close();
    ClusterAccess cluster = cluster();
    Finding away = one(new ApiCheck(cluster));
    assertThat(away.state()).isEqualTo(State.FAIL);
    assertThat(away.what()).contains("127.0.0.1");
    List<Finding> rest =
        new Doctor(List.of(new RightsCheck(cluster, "n"), new NodeCheck(cluster, "n"))).run();
    assertThat(rest).extracting(Finding::state).containsOnly(State.SKIPPED);
  }

  @Test
  void noClusterIsNoFaultAndABrokenKubeconfigIs() throws IOException {
    ClusterAccess none = ClusterAccess.open(Optional.empty(), Map.of());
    assertThatThrownBy(() -> new ApiCheck(none).look())
        .isInstanceOf(ClusterAccess.CannotAskException.class)
        .hasMessageContaining("--kubeconfig");
    Path broken = Files.writeString(dir.resolve("broken"), "nothing: here");
    Finding found = one(new ApiCheck(ClusterAccess.open(Optional.of(broken), Map.of())));
    assertThat(found.state()).isEqualTo(State.FAIL);
    assertThat(found.what()).contains(broken.toString());
  }

  @Test
  void eachMissingRightIsNamed() throws IOException {
    assertThat(one(new RightsCheck(cluster(), "n")).state()).isEqualTo(State.OK);
    server.faults().forbid("watch", "resourceslices");
    server.faults().forbid("get", "resourceclaims");
    assertThat(new RightsCheck(cluster(), "n").look())
        .allSatisfy(f -> assertThat(f.state()).isEqualTo(State.FAIL))
        .extracting(Finding::what)
        .containsExactly(
            "the agent may not watch resourceslices", "the agent may not get resourceclaims");
  }

  @Test
  void theNode() throws IOException {
    nodeInfo("v1.37.1", "containerd://2.1.9");
    assertThat(one(new NodeCheck(cluster(), "n")).state()).isEqualTo(State.OK);
    nodeInfo("v1.33.4", "containerd://2.1.9");
    assertThat(one(new NodeCheck(cluster(), "n")).state()).isEqualTo(State.FAIL);
    Finding other = one(new NodeCheck(cluster(), "m"));
    assertThat(other.state()).isEqualTo(State.FAIL);
    assertThat(other.remedy()).contains("--node-name");
    server.faults().forbid("get", "nodes");
    assertThat(one(new NodeCheck(cluster(), "n")).state()).isEqualTo(State.SKIPPED);
  }

  @Test
  void theClock() throws IOException {
    assertThat(one(new ClockCheck(cluster(), Clock.systemUTC())).state()).isEqualTo(State.OK);
    Finding ahead = one(new ClockCheck(cluster(), offset(Duration.ofSeconds(30))));
    assertThat(ahead.state()).isEqualTo(State.WARN);
    assertThat(ahead.what()).contains("ahead of");
    Finding behind = one(new ClockCheck(cluster(), offset(Duration.ofMinutes(-10))));
    assertThat(behind.state()).isEqualTo(State.FAIL);
    assertThat(behind.what()).contains("behind");
  }

  private static Clock offset(Duration by) {
    return Clock.offset(Clock.systemUTC(), by);
  }

  @Test
  void aSlowAnswerIsNoSkew() {
    Instant t = Instant.parse("2026-11-25T07:00:00Z");
    assertThat(ClockCheck.skew(t, t.minusSeconds(8), t.plusSeconds(8))).isEqualTo(Duration.ZERO);
    assertThat(ClockCheck.skew(t, t.plusMillis(900), t.plusMillis(950))).isEqualTo(Duration.ZERO);
    assertThat(ClockCheck.skew(t, t.plusSeconds(11), t.plusSeconds(12))).hasSeconds(10);
    assertThat(ClockCheck.skew(t, t.minusSeconds(6), t.minusSeconds(5))).hasSeconds(-5);
  }

  @Test
  void theRuntimeAsTheNodeTellsIt() throws IOException {
    RuntimeCheck check =
        new RuntimeCheck(
            cluster(), "n", CDI, new RuntimeFiles(List.of(dir), dir.resolve("no-processes")));
    nodeInfo("v1.37.1", "containerd://1.7.27");
    assertThat(one(check).state()).isEqualTo(State.WARN);
    assertThat(one(check).remedy()).contains("enable_cdi = true");

    Path config = dir.resolve("etc/containerd/config.toml");
    Files.createDirectories(config.getParent());
    Files.writeString(config, "version = 2\n");
    assertThat(one(check).state()).isEqualTo(State.FAIL);
    Files.writeString(config, "[plugins.\"io.containerd.grpc.v1.cri\"]\n  enable_cdi = true\n");
    assertThat(one(check).state()).isEqualTo(State.OK);
    Files.writeString(
        config,
        "[plugins.'io.containerd.grpc.v1.cri']\n# enable_cdi = true\n  enable_cdi = false #"
            + " why?\n");
    assertThat(one(check).state()).isEqualTo(State.FAIL);

    nodeInfo("v1.37.1", "containerd://2.1.9");
    assertThat(one(check).state()).isEqualTo(State.FAIL);
    Files.delete(config);
    assertThat(one(check).state()).isEqualTo(State.OK);
  }
}
