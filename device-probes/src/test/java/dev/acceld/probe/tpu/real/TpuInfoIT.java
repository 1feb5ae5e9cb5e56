package dev.acceld.probe.tpu.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.probe.tpu.real.Programs.Said;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Google's {@code tpu-info} on the simulated hosts: it sees their chips in {@code /sys}, the
 * process that has one open, and the usage that a simulated workload tells. Its table of chips
 * lists every function of Google's that has an IOMMU group, so the network card and the disk are in
 * it, too; its count of chips knows better.
 */
class TpuInfoIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int OTHERS_OF_GOOGLE = 2;

  private static PythonPrograms tpuInfo;

  @TempDir Path dir;

  @BeforeAll
  static void install() throws Exception {
    Said alone =
        Programs.run(
            PATIENCE, Map.of(), List.of("unshare", "-r", "-m", "-p", "-f", "--mount-proc", "true"));
    Programs.assume(
        alone.status() == 0, "there is no private mount namespace: " + alone.lastLine());
    tpuInfo = PythonPrograms.with(PythonPrograms.TPU_INFO);
  }

  @ParameterizedTest
  @CsvSource({
    "tpu-v4x4, 4, 1, 32, TPU v4 chip, ",
    "tpu-v5ex8, 8, 1, 16, TPU v5e chip, /dev/vfio/5",
    "tpu-v6ex8, 8, 1, 32, TPU v6e chip, /dev/vfio/15",
    "tpu7x4, 4, 2, 192, TPU7x chip, /dev/vfio/20"
  })
  void listsTheChipsWhoUsesThemAndHowMuch(
      String name, int chips, int devicesPerChip, int hbm, String type, String open)
      throws Exception {
    Said said;
    try (LibtpuServer _ = Workload.serve(chips, devicesPerChip, hbm * Workload.GIB)) {
      said = onTheMachine(name, open == null ? "/dev/null" : open);
    }

    assertThat(said.status()).as(said.text()).isZero();
    List<List<String>> rows = rows(said.text());
    List<List<String>> listed = rows.stream().filter(row -> row.contains(type)).toList();
    assertThat(listed)
        .as(said.text())
        .hasSize(chips + OTHERS_OF_GOOGLE)
        .allSatisfy(row -> assertThat(row.get(2)).isEqualTo(Integer.toString(devicesPerChip)));
    assertThat(listed.stream().map(List::getFirst)).containsAll(groups(name));
    if (open != null) {
      assertThat(listed.stream().filter(row -> row.get(3).matches("\\d+")).map(List::getFirst))
          .as(said.text())
          .containsExactly(open);
    }
    for (int device = 0; device < chips * devicesPerChip; device++) {
      int chip = device / devicesPerChip;
      assertThat(rows)
          .as(said.text())
          .contains(
              List.of(
                  Integer.toString(device),
                  "%.2f GiB / %.2f GiB"
                      .formatted(1.5 * (chip + 1) / devicesPerChip, (double) hbm / devicesPerChip),
                  "%.2f%%".formatted(Workload.dutyCycle(chip))));
    }
  }

  /** The first VFIO group of each chip: what tpu-info calls the chip, with or without VFIO. */
  private static List<String> groups(String name) {
    return MachineCatalog.load(name).tpus().stream()
        .flatMap(model -> model.at().stream())
        .map(chip -> "/dev/vfio/" + chip.iommuGroups().getFirst())
        .toList();
  }

  private Said onTheMachine(String name, String open) throws Exception {
    MachineDescription machine = MachineCatalog.load(name);
    Path tree = MachineTree.create(dir.resolve("machine"), machine).root();
    Path dev = Files.createDirectory(dir.resolve("dev"));
    Path script = Files.writeString(dir.resolve("inside.sh"), PythonPrograms.resource("inside.sh"));
    return Programs.run(
        PATIENCE,
        Map.of("COLUMNS", "200", "NO_COLOR", "1"),
        List.of(
            "unshare",
            "-r",
            "-m",
            "-p",
            "-f",
            "--mount-proc",
            "--kill-child",
            "sh",
            script.toString(),
            tree.toString(),
            dev.toString(),
            open,
            tpuInfo.command("tpu-info").toString()));
  }

  private static List<List<String>> rows(String text) {
    List<List<String>> rows = new ArrayList<>();
    text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("|") && line.endsWith("|"))
        .forEach(line ->
            rows.add(List.of(line.substring(1, line.length() - 1).strip().split("\\s*\\|\\s*"))));
    return rows;
  }
}
