package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code /etc/tpu/tpu-env}: any text is read; what it says is the same when it is written again.
 */
class TpuEnvFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        # made by the image
        ACCELERATOR_TYPE: 'v5litepod-16'
        CHIPS_PER_HOST_BOUNDS: "2,2,1"
        TOPOLOGY: '4x4'
        WORKER_ID: '3'
        MACHINE_TYPE: 'ct5lp-hightpu-4t'
        NODE_ID: 'slice-a'
        TOPOLOGY: '2x2
        ZONE: us-west4-a
        """,
        "TOPOLOGY: '2x2\u001b[31m'\nTOPOLOGY: '2x4'");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    FactSource.Statement read = TpuEnvText.parse("the file", Inputs.text(bytes));

    assertThat(read.problems()).hasSizeLessThanOrEqualTo(3).allSatisfy(Inputs::assertIsMessage);
    assertThat(read.facts().values())
        .allSatisfy(value -> assertThat(value).isNotEmpty().hasSizeLessThanOrEqualTo(256));
    String again =
        read.facts().entrySet().stream()
            .map(fact -> fact.getKey() + ": '" + fact.getValue() + "'")
            .collect(Collectors.joining("\n"));
    assertThat(TpuEnvText.parse("the file", again).facts()).isEqualTo(read.facts());
  }
}
