package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeLabelsTest {
  @Test
  void gkesLabelsAreFacts() {
    ClusterView cluster =
        new ClusterView() {
          @Override
          public Map<String, String> nodeLabels() {
            return Map.of(
                "cloud.google.com/gke-tpu-topology", "4x4",
                "cloud.google.com/gke-tpu-accelerator", "tpu-v5-lite-podslice",
                "node.kubernetes.io/instance-type", "ct5lp-hightpu-4t",
                "kubernetes.io/hostname", "n");
          }

          @Override
          public List<DeviceHolder> holders() {
            return List.of();
          }

          @Override
          public Optional<String> address(DeviceHolder holder) {
            return Optional.empty();
          }
        };
    assertThat(new NodeLabels(cluster).now().facts())
        .containsOnly(
            Map.entry(Fact.TOPOLOGY, "4x4"),
            Map.entry(Fact.ACCELERATOR, "tpu-v5-lite-podslice"),
            Map.entry(Fact.MACHINE_TYPE, "ct5lp-hightpu-4t"));
  }

  @Test
  void outsideAClusterNothingIsSaid() {
    assertThat(new NodeLabels(ClusterView.NONE).now()).isEqualTo(FactSource.Statement.NOTHING);
  }
}
