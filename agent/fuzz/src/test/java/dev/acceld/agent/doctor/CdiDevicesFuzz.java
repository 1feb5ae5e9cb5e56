package dev.acceld.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** CDI files of others, as {@code acceld doctor} reads them: JSON or YAML. */
class CdiDevicesFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        "{\"kind\":\"acceld.dev/claim\",\"devices\":[{\"name\":\"a\"}]}",
        "kind: acceld.dev/claim\ndevices:\n- name: a\n- name: &x b\n- *x\n",
        "kind: !!int 0b_");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    for (boolean json : new boolean[] {true, false}) {
      try {
        assertThat(CdiFilesCheck.devices(bytes, json, "acceld.dev"))
            .allSatisfy(device -> assertThat(device).startsWith("acceld.dev/"));
      } catch (IOException e) {
        assertThat(e).isNotNull();
      }
    }
  }
}
