package dev.acceld.agent.repair.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of repairs on disk. */
class RepairRecordFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        {"format":1,"device":"gpu-1b4e28ba","pci":"0000:17:00.0","physical":["gpu-1b4e28ba"],
        "boot":"1b4e28ba-2fa1","since":"2026-11-28T10:00:00Z","step":"reset","tries":1,"most":2,
        "letGo":true}
        """,
        """
        {"format":2,"device":"tpu-0000-00-05","physical":["tpu-0000-00-05"],"boot":"unknown",
        "since":"2026-11-28T10:00:00Z","step":"verify","tries":2,"most":2,"letGo":false,
        "failure":"it does not respond","replace":true,"more":{"a":[1]}}
        """);
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    RepairRecord record;
    try {
      record = RepairRecordCodec.read(bytes);
    } catch (IOException e) {
      return;
    }
    assertThat(RepairRecordCodec.read(RepairRecordCodec.write(record))).isEqualTo(record);
    assertThat(record.reason().reason().message()).isNotBlank().hasSizeLessThan(1200);
  }
}
