package dev.acceld.machine.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Nvml;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionReaderTest {
  @TempDir Path dir;

  private static String mixed() {
    try (InputStream in =
        Objects.requireNonNull(
            DescriptionReaderTest.class.getResourceAsStream("/machines/mixed.yaml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hbm: true         | hbn: true           | line 20 | unknown key 'hbn'; did you mean 'hbm'
          cores: 14592      | cores: many         | line 24 | is not a whole number
          cores: 14592      | cores: 14592.5      | line 24 | a whole number
          ecc: true         | ecc: perhaps        | line 21 | not true or false
          hopper            | hoper               | line 15 | is not one of volta, turing
          minor: 1}         | minor: 0}           | line 37, gpus[0].at[1].minor | minor number 0 is used by gpus[0].at[0].minor too
          0000:ca:00.0      | 0000:17:00.0        | line 37, gpus[0].at[1].pci | PCI address 0000:17:00.0 is used
          0000:ca:00.0      | ca:00.0             | line 37 | 'ca:00.0' is not a PCI address
          pci0000:c9/       | c9/                 | line 37 | is not a PCI root
          name: mixed       | nome: mixed         | line 1  | did you mean 'name'
          name: mixed       | name: null          | line 1, name | there is no value; add one
          minor: 1}         | numma: 1}           | line 36 | unknown key 'numma'
          , minor: 1}       | }                   | line 36 | the key 'minor' is missing
          files: vfio       | files: accel        | tpus[0].at[0].accel | set the N of /dev/accelN
          iommuGroups: [31] | iommuGroups: [30]   | tpus[0].at[1].iommuGroups | VFIO group 30 is used
          numa: 1, iommuGroups: [7] | numa: 3, iommuGroups: [7] | tpus[0].at[2].numa | no NUMA node 3
          "575.57.08"       | latest              | line 4 | does not have the form of 580.159.04
          name: NVIDIA H100 PCIe | name: [x       | line    | this is not YAML
          cores: 14592      | vbios: x            | line    | vbios
          """)
  void saysWhereTheMistakeIsAndWhatToDo(String right, String wrong, String place, String reason)
      throws IOException {
    assertThat(mixed()).contains(right);
    Path file = dir.resolve("mine.yaml");
    Files.writeString(file, mixed().replace(right, wrong));
    assertThatThrownBy(() -> MachineCatalog.load(file.toString()))
        .isInstanceOf(MachineException.class)
        .hasMessageStartingWith("machine description " + file)
        .hasMessageContaining(place)
        .hasMessageContaining(reason);
  }

  @Test
  void gpusNeedADriver() throws IOException {
    Path file = dir.resolve("mine.yaml");
    Files.writeString(file, mixed().replaceFirst("driver:\n  version: .*\n  cuda: .*\n", ""));
    assertThatThrownBy(() -> MachineCatalog.load(file.toString()))
        .hasMessageContaining("driver: is missing");
  }

  @Test
  void aBlockWhereAListBelongsIsAMistake() {
    assertThatThrownBy(() -> DescriptionReader.read("name: a\nnumaNodes: {node: 0}", "mine"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("line 2, numaNodes: the value is not a list");
  }

  @Test
  void aMissingSymbolThatDoesNotExistIsAMistake() throws IOException {
    Path file = dir.resolve("mine.yaml");
    String text = mixed().replace("cuda: \"12.9\"", "cuda: \"12.9\"\n  missingSymbols: [nvmlNone]");
    Files.writeString(file, text);
    assertThatThrownBy(
            () -> MachineTree.create(dir.resolve("m"), MachineCatalog.load(file.toString())))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("no function 'nvmlNone'");
    Files.writeString(file, text.replace("nvmlNone", "nvmlDeviceGetSerial"));
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load(file.toString())).root();
    try (Nvml nvml = Nvml.init(root)) {
      assertThat(nvml.has("nvmlDeviceGetSerial")).isFalse();
      assertThat(nvml.has("nvmlDeviceGetName")).isTrue();
    }
  }

  @Test
  void anUnknownMachineNamesTheNearestAndAllOthers() {
    assertThatThrownBy(() -> MachineCatalog.load("h100x9"))
        .hasMessageContaining("did you mean 'h100x8'")
        .hasMessageContaining("tpu7x4");
    assertThatThrownBy(() -> MachineCatalog.load("/nowhere/x.yaml"))
        .hasMessageContaining("/nowhere/x.yaml cannot be read");
  }

  @Test
  void anEmptyFileIsAMistake() throws IOException {
    Path file = Files.createFile(dir.resolve("mine.yaml"));
    assertThatThrownBy(() -> MachineCatalog.load(file.toString()))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("empty");
  }
}
