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
    return text("mixed");
  }

  private static String text(String machine) {
    try (InputStream in =
        Objects.requireNonNull(
            DescriptionReaderTest.class.getResourceAsStream("/machines/" + machine + ".yaml"))) {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mi300x8   | metrics: "1.6"    | metrics: "1.7"    | amdGpus[0].model.metrics | does not have the form of 1.3, 1.5 or 1.6
          mi300x8   | gfx942            | 942               | amdGpus[0].model.gfxTarget | does not have the form of gfx942
          mi300x8   | xccs: 8           | xccs: 7           | amdGpus[0].model.computeUnits | a multiple of xccs
          mi300x8   | [umc, sdma        | [umx, sdma        | amdGpus[0].model.rasBlocks | did you mean 'umc'
          mi300x8   | [NPS1, NPS4]      | [NPS3]            | amdGpus[0].model.memoryPartitions | 'NPS3'
          mi300x8   | revision: 0       | revision: 256     | amdGpus[0].model.revision | 256 is not between 0 and 255
          mi300x8   | card: 2,          | card: 1,          | amdGpus[0].at[1].card | card number 1 is used by amdGpus[0].at[0].card
          mi300x8   | render: 129       | render: 128       | amdGpus[0].at[1].render | render node 128 is used
          mi300x8   | render: 129       | render: 1         | amdGpus[0].at[1].render | 128 to 191
          mi300x8   | xgmi: true        | xgni: true        | line  | did you mean 'xgmi'
          b60x4     | driver: xe        | driver: xx        | line  | is not one of xe, i915
          b60x4     | barMiB: 32768     | barMiB: 24576     | intelGpus[0].model.barMiB | not a power of two
          b60x4     | driver: xe        | driver: {xe: 1}   | line  | not
          max1550x4 | driver: i915      | driver: xe        | intelGpus[0].model.errorCounters | xe shows none
          max1550x4 | clockMHz: 1600    | clockMHz: 200     | intelGpus[0].model.clockMHz | not be less than minClockMHz
          """)
  void saysTheSameOfAmdAndIntelGpus(
      String machine, String right, String wrong, String place, String reason) {
    String text = text(machine);
    assertThat(text).contains(right);
    assertThatThrownBy(() -> DescriptionReader.read(text.replace(right, wrong), "mine"))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(reason);
  }

  @Test
  void amdGpusHaveOneDriverAndCardsAreCountedAfterNvidias() {
    String both =
        text("mi210x4")
            .replace(
                "others:",
                text("mi300x8")
                    .replaceFirst("(?s).*amdGpus:\n", "")
                    .replaceFirst("(?s)others:.*", "others:")
                    .replaceAll("card: (.), render: 1(..)", "card: 5$1, render: 15$1"));
    assertThatThrownBy(() -> DescriptionReader.read(both, "mine"))
        .hasMessageContaining("amdGpus[1].model.driverVersion: a machine has one driver amdgpu");
    String beside =
        text("mixed")
            + text("mi210x4")
                .replaceFirst("(?s).*amdGpus:\n", "amdGpus:\n")
                .replaceFirst("(?s)others:.*", "");
    assertThatThrownBy(() -> DescriptionReader.read(beside, "mine"))
        .hasMessageContaining("amdGpus[0].at[0].card: card number 1 is used by gpus too")
        .hasMessageContaining("amdGpus[0].at[0].render: render node 128 is used by gpus too");
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
