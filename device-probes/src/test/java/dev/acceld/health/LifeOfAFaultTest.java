package dev.acceld.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.State;
import dev.acceld.host.BootId;
import dev.acceld.host.HostTree;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.ProbeSupervisor;
import dev.acceld.probe.Releases;
import dev.acceld.probe.SupervisorSettings;
import dev.acceld.probe.VendorContext;
import dev.acceld.probe.tpu.TpuModule;
import dev.acceld.vendor.VendorOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Supervisor, probe and assessor together on a host tree that changes under them. */
@Timeout(20)
class LifeOfAFaultTest {
  private static final DeviceName BAD = new DeviceName("tpu-0000-00-05");
  private static final DeviceName GOOD = new DeviceName("tpu-0000-00-04");
  private static final String LINK = "/sys/bus/pci/devices/0000:00:05.0";

  @TempDir Path root;
  private final HealthAssessor health = new HealthAssessor(Fakes.RULES);
  private HostTree tree;
  private ProbeSupervisor supervisor;

  @BeforeEach
  void plant() {
    tree = new HostTree(root).file(BootId.PATH, "boot-1");
    for (int i = 4; i <= 5; i++) {
      String address = "0000:00:0" + i + ".0";
      tree.pci(address, "pci0000:00", "0x1ae0", "0x006f", "0x120000");
      tree.driver(address, "vfio-pci").group(address, i);
      tree.file("/sys/class/vfio/" + i + "/dev", "243:" + i);
    }
    Duration blink = Duration.ofMillis(20);
    SupervisorSettings quick =
        new SupervisorSettings(blink, blink, Duration.ofSeconds(5), Duration.ofSeconds(5));
    VendorOptions options =
        new VendorOptions(
            Map.of(
                "tpu-shapes",
                "none",
                "tpu-metadata-server",
                "off",
                "tpu-runtime-metrics",
                "false",
                "tpu-pcie-error-hold",
                "24h",
                "tpu-log-keep",
                "0",
                "tpu-log-keep-for",
                "7d"));
    supervisor =
        new ProbeSupervisor(
            List.of(
                new TpuModule()
                    .open(new VendorContext(tree.host(), Releases.NONE, options))
                    .probe()),
            quick,
            tree.host());
    health.follow(supervisor);
    supervisor.start();
    await().until(() -> health.reports().size() == 2);
  }

  @AfterEach
  void close() {
    supervisor.close();
  }

  private void awaitState(State state) {
    await()
        .untilAsserted(() ->
            assertThat(health.reports().get(BAD)).extracting(HealthReport::state).isEqualTo(state));
  }

  @Test
  void aChipThatLeavesAndReturns() {
    tree.remove(LINK);
    awaitState(State.UNHEALTHY);
    await().until(() -> supervisor.inventory().missing().contains(BAD));
    assertThat(supervisor.inventory().devices()).hasSize(2);
    tree.link(LINK, "../../../devices/pci0000:00/0000:00:05.0");
    awaitState(State.HEALTHY);
    assertThat(health.reports().get(GOOD)).extracting(HealthReport::state).isEqualTo(State.HEALTHY);
  }

  @Test
  void aChipTakenOutIsForgottenAfterTheReboot() {
    tree.remove(LINK);
    await().until(() -> supervisor.inventory().missing().contains(BAD));
    tree.file(BootId.PATH, "boot-2");
    await().untilAsserted(() -> assertThat(health.reports()).containsOnlyKeys(GOOD));
    assertThat(supervisor.inventory().missing()).isEmpty();
    assertThat(health.faultCounts()).isEqualTo(Map.of());
  }
}
