package dev.acceld.dra.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** CDI files that are read back: the text of one whole JSON object, or nothing. */
class CdiFileFuzz {
  private static final ObjectMapper JSON = new ObjectMapper();

  static List<byte[]> seeds() {
    List<byte[]> seeds =
        Inputs.seeds(
            """
            {"cdiVersion":"0.5.0","kind":"acceld.dev/claim","devices":[{"name":"1-a",\
            "containerEdits":{"env":["A=b"],"deviceNodes":[{"path":"/dev/vfio/1","type":"c"}]}}]}
            """,
            "\ufeff{}");
    return java.util.stream.Stream.concat(
            seeds.stream(), java.util.stream.Stream.of("{}".getBytes(StandardCharsets.UTF_16LE)))
        .toList();
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    Optional<String> text = CdiDirectory.wholeObject(bytes);
    if (text.isPresent()) {
      assertThat(JSON.readTree(text.get()).isObject()).isTrue();
      assertThat(CdiText.of(text.get())).isEqualTo(CdiText.of(bytes));
      assertThat(CdiText.of(text.get()).is(bytes)).isTrue();
    }
  }
}
