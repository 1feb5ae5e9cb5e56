package dev.acceld.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's configuration file. */
class SettingsFileFuzz {
  private static final Path FILE = Path.of("acceld.yaml");

  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        nodeName: node-1
        driverName: acceld.dev
        sampleInterval: 500ms
        httpAddress: ":9400"
        logLevel: debug
        tpuShapes: known
        """,
        "nodeName: [a]\nnodeName: b",
        "nodeName: !!int 0b_\nlogLevel: !!binary x",
        "? {a: b}\n: c");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    try {
      AgentConfig config = ConfigReader.read(RawSettings.ofText(Inputs.text(bytes), FILE));
      assertThat(config.nodeName()).isNotBlank();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
