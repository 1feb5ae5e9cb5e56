package dev.acceld.e2e.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.e2e.cluster.ClusterConfig;
import dev.acceld.e2e.components.Controller;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KindsTest {
  @Test
  void saysNothingForTheNewest() {
    assertThat(Kinds.of("", "", List.of(), "")).isEqualTo(ClusterConfig.newest());
  }

  @Test
  void theKubeletIsOfTheClustersVersionUnlessItIsNamed() {
    assertThat(Kinds.of("1.34.4", "", List.of(), "").kubeletVersion()).isEqualTo("1.34.4");
    assertThat(Kinds.of("", "1.34.4", List.of("A=true", "B=false"), "1s"))
        .isEqualTo(
            new ClusterConfig(
                ClusterConfig.newest().version(),
                "1.34.4",
                Map.of("A", true, "B", false),
                Optional.of("1s"),
                1,
                Set.of()));
  }

  @Test
  void aClusterHasANode() {
    assertThat(ClusterConfig.newest().nodes()).isEqualTo(1);
    assertThat(ClusterConfig.newest().with(4, Set.of(Controller.JOBSET)))
        .isNotEqualTo(ClusterConfig.newest());
    assertThatThrownBy(() -> ClusterConfig.newest().with(0, Set.of()))
        .hasMessage("a cluster has 1 to 16 nodes, not 0");
  }

  @Test
  void aGateThatIsNeitherOnNorOffIsRefused() {
    assertThatThrownBy(() -> Kinds.of("", "", List.of("DRADeviceTaints"), ""))
        .hasMessageContaining("DRADeviceTaints");
    assertThatThrownBy(() -> Kinds.of("", "", List.of("DRADeviceTaints=yes"), ""))
        .hasMessageContaining("DRADeviceTaints=yes");
  }
}
