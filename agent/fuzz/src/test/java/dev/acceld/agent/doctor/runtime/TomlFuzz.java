package dev.acceld.agent.doctor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.util.List;
import org.junit.jupiter.params.provider.MethodSource;

/** The configuration of container runtimes. */
class TomlFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        """
        version = 2
        imports = ["/etc/containerd/conf.d/*.toml"] # more
        [plugins."io.containerd.grpc.v1.cri"]
          enable_cdi = true
          cdi_spec_dirs = [
            "/etc/cdi",
            '/var/run/cdi',
          ]
        [crio.runtime]
        a.b = "c"
        """,
        "a = [\n".repeat(50));
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    TomlTables.read(Inputs.text(bytes))
        .forEach((table, keys) -> {
          assertThat(table).doesNotContain("\n");
          assertThat(keys.values())
              .allSatisfy(value ->
                  assertThat(value).isInstanceOfAny(String.class, Boolean.class, List.class));
        });
  }
}
