package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.provider.MethodSource;

/** The values of a metadata server: four texts. */
class MetadataFuzz {
  static List<byte[]> seeds() {
    return Inputs.seeds(
        "TOPOLOGY: '4x4'\nWORKER_ID: '1'\0v5litepod-16\0001\0"
            + "projects/123/machineTypes/ct5lp-hightpu-4t",
        "<html>\0\0-1\0/");
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) throws IOException {
    Executions.count();
    String[] texts = Inputs.texts(bytes, 4);
    Map<String, String> values =
        Map.of(
            "attributes/tpu-env", texts[0],
            "attributes/accelerator-type", texts[1],
            "attributes/agent-worker-number", texts[2],
            "machine-type", texts[3]);

    FactSource.Statement said =
        MetadataServer.statement(
            "the metadata server",
            what -> Optional.of(values.getOrDefault(what, "")).filter(v -> !v.isEmpty()));

    assertThat(said.problems()).hasSizeLessThanOrEqualTo(3).allSatisfy(Inputs::assertIsMessage);
    FactSource source =
        new FactSource() {
          @Override
          public String name() {
            return "the metadata server";
          }

          @Override
          public Statement now() {
            return said;
          }
        };
    HostFacts facts = new FactResolver(List.of(source)).resolve(Optional.of("v5litepod"), 4);
    assertThat(facts.problems()).allSatisfy(Inputs::assertIsMessage);
  }
}
