package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.device.AttributeValue;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.probe.tpu.host.ConfiguredFacts;
import dev.acceld.probe.tpu.host.FactResolver;
import dev.acceld.probe.tpu.host.FactSource;
import dev.acceld.probe.tpu.host.HostFacts;
import dev.acceld.probe.tpu.host.NodeLabels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** A host's facts by the setting and by the labels of its Node, up to the attributes of a chip. */
class HostFactsFuzz {
  private static final TpuGeneration[] GENERATIONS = TpuGeneration.values();

  static List<byte[]> seeds() {
    return Inputs.seeds(
        "\3tpu-v5-lite-podslice\0004x4\0ct5lp-hightpu-4t\0"
            + "TOPOLOGY=2x4;CHIPS_PER_HOST_BOUNDS=2,2,1;WORKER_ID=3;SLICE_NAME=a",
        "\5tpu7x\0002x2x2\0tpu7x-standard-4t\0TOPOLOGY=4x4x4;;ACCELERATOR_TYPE=v5p-8",
        "\1\0999999999x999999999x9\0\0WORKER_ID=-1",
        "\1\0\0\0NOTHING");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    String[] texts = Inputs.texts(bytes, 4);
    String first = texts[0];
    TpuGeneration generation =
        GENERATIONS[first.isEmpty() ? 0 : first.charAt(0) % GENERATIONS.length];
    Map<String, String> labels =
        Map.of(
            "cloud.google.com/gke-tpu-accelerator",
            first.isEmpty() ? "" : first.substring(1),
            "cloud.google.com/gke-tpu-topology",
            texts[1],
            "node.kubernetes.io/instance-type",
            texts[2]);
    List<FactSource> sources = new ArrayList<>();
    try {
      sources.add(ConfiguredFacts.parse("--tpu-host-facts", texts[3]));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    sources.add(new NodeLabels(cluster(labels)));

    HostFacts facts = new FactResolver(sources).resolve(generation.typePrefix(), 4);

    assertThat(facts.problems()).allSatisfy(Inputs::assertIsMessage);
    assertThat(TpuAttributes.of("tpu", generation, 1, 4, facts).build().values())
        .hasSizeLessThan(32)
        .allSatisfy(HostFactsFuzz::assertIsAccepted);
  }

  private static ClusterView cluster(Map<String, String> labels) {
    return new ClusterView() {
      @Override
      public Map<String, String> nodeLabels() {
        return labels;
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
  }

  /** What the API server takes. */
  private static void assertIsAccepted(AttributeValue value) {
    if (value instanceof AttributeValue.StringValue text) {
      assertThat(text.value()).hasSizeLessThanOrEqualTo(64).matches("[ -~]*");
    }
  }
}
