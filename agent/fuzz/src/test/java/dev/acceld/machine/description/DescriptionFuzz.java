package dev.acceld.machine.description;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.acceld.fuzz.Executions;
import dev.acceld.fuzz.Inputs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Descriptions of simulated machines; what was read is read the same once it is written. */
class DescriptionFuzz {
  static List<byte[]> seeds() {
    return Stream.concat(
            Stream.of(machine("tpu-v5ex8"), machine("l4x1"), machine("mi210x4"), machine("b60x4")),
            Inputs.seeds(
                "name: NULL\nsummary: a\nnumaNodes: []",
                "name: a\ntpus: [null]",
                "numaNodes: {node: 0}")
                .stream())
        .toList();
  }

  private static byte[] machine(String name) {
    try (InputStream in =
        MachineDescription.class.getResourceAsStream("/machines/" + name + ".yaml")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
  void input(byte[] bytes) {
    Executions.count();
    try {
      MachineDescription read = DescriptionReader.read(Inputs.text(bytes), "the file");
      assertThat(DescriptionReader.read(DescriptionReader.write(read), "again")).isEqualTo(read);
    } catch (MachineException e) {
      assertThat(e.getMessage()).startsWith("machine description the file");
    }
  }
}
