package dev.acceld.agent.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.acceld.agent.Agent;
import dev.acceld.agent.AgentStage;
import dev.acceld.agent.http.Condition;
import dev.acceld.device.Vendor;
import dev.acceld.dra.kubelet.KubeletTransport;
import dev.acceld.dra.kubelet.PodResourcesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DevicePluginConflictsTest {

  @Test
  void onlyTheSameVendorsDevicesCount() {
    Map<String, Integer> all =
        Map.of(
            "nvidia.com/gpu", 8,
            "nvidia.com/mig-1g.10gb", 2,
            "google.com/tpu", 4,
            "amd.com/gpu", 0,
            "rdma/hca", 1);
    assertThat(DevicePluginConflicts.among(all, Set.of(Vendor.NVIDIA)))
        .containsOnly(entry("nvidia.com/gpu", 8), entry("nvidia.com/mig-1g.10gb", 2));
    assertThat(DevicePluginConflicts.among(all, Set.of(Vendor.GOOGLE)))
        .containsOnly(entry("google.com/tpu", 4));
    assertThat(DevicePluginConflicts.among(all, Set.of(new Vendor("other", "other")))).isEmpty();
    assertThat(DevicePluginConflicts.among(all, Set.of())).isEmpty();
  }

  @Test
  void aRivalIsToldAndForgottenWhenItHasGone() throws Exception {
    try (AgentStage stage = new AgentStage();
        KubeletTransport transport = new KubeletTransport();
        PodResourcesClient kubelet = new PodResourcesClient(stage.kubeletDir(), transport)) {
      Agent agent = stage.ready("a0", Map.of());
      DevicePluginConflicts rivals = new DevicePluginConflicts(kubelet, agent::inventory);
      rivals.look();
      assertThat(rivals.condition()).isEmpty();

      stage.kubelet.devicePlugin("nvidia.com/gpu", List.of("GPU-1"));
      rivals.look();
      Condition told = rivals.condition().orElseThrow();
      assertThat(told.ok()).isFalse();
      assertThat(told.required()).isFalse();
      assertThat(told.sentence()).contains("nvidia.com/gpu (1)", "two pods");

      stage.kubelet.stop(); // which says nothing about device plugins
      rivals.look();
      assertThat(rivals.condition()).isPresent();

      stage.kubelet.start();
      stage.kubelet.devicePlugin("nvidia.com/gpu", List.of());
      rivals.look();
      assertThat(rivals.condition()).isEmpty();
    }
  }

  @Test
  void withoutAKubeletThereIsNothingToSay() throws Exception {
    try (KubeletTransport transport = new KubeletTransport();
        PodResourcesClient kubelet =
            new PodResourcesClient(Path.of("/nonexistent/kubelet"), transport)) {
      DevicePluginConflicts rivals =
          new DevicePluginConflicts(
              kubelet,
              () -> {
                throw new AssertionError("not asked");
              });
      rivals.look();
      assertThat(rivals.condition()).isEmpty();
    }
  }

  @Test
  void theRunningAgentLooksByItself() throws Exception {
    try (AgentStage stage = new AgentStage()) {
      stage.kubelet.devicePlugin("nvidia.com/gpu", List.of("GPU-1", "GPU-2"));
      Agent agent = stage.ready("a0", Map.of());
      org.awaitility.Awaitility.await()
          .atMost(AgentStage.PATIENCE)
          .until(() -> agent.conditions().stream().anyMatch(c -> c.name().equals("device-plugin")));
      assertThat(agent.conditions()).noneMatch(Condition::blocks);
    }
  }
}
