package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.config.Setting;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.machine.Simulation;
import dev.acceld.machine.tree.SimulatedDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The host does not show what it usually shows. */
class HostHurtIT {
  private static final Map<Setting, String> ON_DEMAND =
      Map.of(Setting.named("nvidia-mig-on-demand"), "all");

  /** As with WSL2, Jetson, some hypervisors, and a driver root that is used by itself. */
  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void gpusThatAreNotBelowSysAreOfferedAndKept(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      Simulation machine = stage.plant("h100x8");
      Path functions = stage.machineDir().resolve("sys/bus/pci/devices");
      for (SimulatedDevice gpu : machine.devices()) {
        for (String function : gpu.pci()) {
          Files.delete(functions.resolve(function));
        }
      }
      Map<Setting, String> settings = stage.onPlanted(stage.machineDir());
      HurtAgent first = stage.ready("a0", settings);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      await().atMost(HurtStage.PATIENCE).until(() -> wishes.published().size() == 8);
      ClaimId claim = wishes.scheduled("pod", "gpu-3", "");
      PrepareAnswer answer = stage.prepared(claim);
      Map<String, String> before = traces.of(List.of(claim));
      assertThat(first.command("devices")).doesNotContain("lost");
      first.kill();

      traces.litter();
      HurtAgent second = stage.ready("a1", settings);
      assertThat(wishes.published())
          .hasSize(8)
          .allSatisfy(d -> assertThat(d.path("taints")).isEmpty());
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      traces.cleanedUp();
      assertThat(traces.of(List.of(claim))).isEqualTo(before);
      assertThat(second.metric("acceld_devices_unhealthy").orElse(0.0)).isZero();
      stage.givenBack(claim);
      traces.nothingLeft();
    }
  }

  @HurtTest
  @Execution(ExecutionMode.CONCURRENT)
  void aBootIdThatCannotBeReadIsNoOtherBoot(int cpus) throws Exception {
    try (HurtStage stage = new HurtStage(cpus)) {
      HurtAgent first = stage.ready("a0", ON_DEMAND);
      Wishes wishes = new Wishes(stage);
      Traces traces = new Traces(stage);
      ClaimId claim = wishes.scheduled("pod", "gpu-0", "3g.40gb");
      PrepareAnswer answer = stage.prepared(claim);
      Map<String, String> before = traces.of(List.of(claim));
      first.kill();
      Path id = stage.machineDir().resolve("proc/sys/kernel/random/boot_id");
      Path away = id.resolveSibling("away");
      Files.move(id, away);

      traces.litter();
      HurtAgent second = stage.ready("a1", ON_DEMAND);
      traces.cleanedUp();
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      assertThat(traces.of(List.of(claim))).as("unreadable at a start").isEqualTo(before);
      Files.move(away, id);
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      Files.move(id, away);
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      second.kill();
      Files.move(away, id);
      traces.litter();
      stage.ready("a2", ON_DEMAND);
      traces.cleanedUp();
      assertThat(stage.prepared(claim)).isEqualTo(answer);
      assertThat(traces.of(List.of(claim))).as("readable again").isEqualTo(before);
      stage.givenBack(claim);
      traces.nothingLeft();
    }
  }
}
