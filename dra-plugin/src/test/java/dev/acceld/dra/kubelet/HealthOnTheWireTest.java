package dev.acceld.dra.kubelet;

import static dev.acceld.dra.kubelet.PluginRig.DRIVER;
import static dev.acceld.dra.kubelet.PluginRig.PATIENCE;
import static dev.acceld.dra.kubelet.PluginRig.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.HealthReport;
import dev.acceld.fake.kubelet.FakeKubelet;
import dev.acceld.fake.kubelet.KubeletHooks;
import dev.acceld.fake.kubelet.KubeletOptions;
import dev.acceld.fake.kubelet.ReportedHealth;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthOnTheWireTest {
  private PluginRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new PluginRig();
  }

  @AfterEach
  void close() throws Exception {
    rig.close();
  }

  private static ReportedHealth of(FakeKubelet kubelet, String device) {
    return at(kubelet.health(), DRIVER + "/node-1/" + device);
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1.DRAResourceHealth", "v1alpha1.DRAResourceHealth"})
  void tellsAllDevicesAtOnceAndEveryChange(String version) throws Exception {
    rig.started("aaaa1111");
    FakeKubelet kubelet =
        rig.kubelet(
            KubeletOptions.quick().knowing(List.of("v1.DRAPlugin"), List.of(version)),
            KubeletHooks.NONE);
    assertThat(kubelet.awaitRegistered(DRIVER, PATIENCE).healthVersion()).contains(version);
    await().atMost(PATIENCE).until(() -> kubelet.health().size() == 2);
    assertThat(of(kubelet, "gpu-0").state()).isEqualTo(ReportedHealth.State.HEALTHY);

    rig.health.set(
        FakeHealth.report("gpu-0", HealthReport.State.UNHEALTHY, "fell off the bus"),
        FakeHealth.report("gpu-1", HealthReport.State.DEGRADED, "is hot"),
        FakeHealth.report("gpu-2", HealthReport.State.UNKNOWN, "does not answer"));

    await().atMost(PATIENCE).until(() -> kubelet.health().size() == 3);
    assertThat(of(kubelet, "gpu-0").state()).isEqualTo(ReportedHealth.State.UNHEALTHY);
    assertThat(of(kubelet, "gpu-0").message()).isEqualTo("fell off the bus (reboot the node)");
    assertThat(of(kubelet, "gpu-1").state()).isEqualTo(ReportedHealth.State.HEALTHY);
    assertThat(of(kubelet, "gpu-1").message()).startsWith("is hot");
    assertThat(of(kubelet, "gpu-2").state()).isEqualTo(ReportedHealth.State.UNKNOWN);
  }

  @Test
  void gathersChangesOfOneMoment() throws Exception {
    rig.started("aaaa1111");
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    await().atMost(PATIENCE).until(() -> kubelet.health().size() == 2);
    int before = rig.health.asked.get();

    for (int i = 0; i < 100; i++) {
      rig.health.set(FakeHealth.report("gpu-0", HealthReport.State.UNHEALTHY, "change " + i));
    }

    await().atMost(PATIENCE).until(() -> of(kubelet, "gpu-0").message().startsWith("change 99"));
    assertThat(rig.health.asked.get() - before).isLessThan(10);
  }

  @Test
  void repeatsItselfBeforeTheKubeletForgets() throws Exception {
    KubeletPlugin plugin =
        new KubeletPlugin(
            new KubeletSettings(DRIVER, "node-1", rig.kubeletDir, "aaaa1111"),
            rig.transport(),
            rig.claims,
            rig.health,
            KubeletPluginObserver.NONE,
            Duration.ofMillis(100),
            () -> {});
    plugin.start();
    try {
      FakeKubelet kubelet = rig.kubelet();
      kubelet.awaitRegistered(DRIVER, PATIENCE);
      await().atMost(PATIENCE).until(() -> kubelet.health().size() == 2);
      var first = of(kubelet, "gpu-0").received();

      await().atMost(PATIENCE).until(() -> of(kubelet, "gpu-0").received().isAfter(first));
      assertThat(HealthStreams.RESEND).isLessThan(Duration.ofSeconds(15));
    } finally {
      plugin.stop(Duration.ofSeconds(2));
    }
  }

  @Test
  void aStreamThatTheKubeletDropsLeavesNothingBehind() throws Exception {
    KubeletPlugin plugin = rig.started("aaaa1111");
    FakeKubelet kubelet = rig.kubelet();
    kubelet.awaitRegistered(DRIVER, PATIENCE);
    await().atMost(PATIENCE).until(() -> plugin.healthStreams() == 1);

    kubelet.stop();

    await().atMost(PATIENCE).until(() -> plugin.healthStreams() == 0);
    await().atMost(PATIENCE).until(() -> plugin.connections() == 0);
    assertThat(rig.health.listeners).hasSize(1); // ours, as long as we live
    plugin.stop(Duration.ofSeconds(2));
    assertThat(rig.health.listeners).isEmpty();
  }
}
