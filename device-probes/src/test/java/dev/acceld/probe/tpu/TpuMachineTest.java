package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.Discovery;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The probe on the simulated machines. */
class TpuMachineTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "tpu-v4x4,   4, v4,    32,  1, /dev/accel",
    "tpu-v5ex8,  8, v5e,   16,  1, /dev/vfio/",
    "tpu-v6ex8,  8, v6e,   32,  1, /dev/vfio/",
    "tpu7x4,     4, tpu7x, 192, 2, /dev/vfio/",
  })
  void findsWhatTheMachineHas(
      String machine, int chips, String generation, long gib, int functions, String files)
      throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load(machine));
    Discovery found = new TpuProbe(new HostFs(tree.root())).discover();
    assertThat(found.problems()).isEmpty();
    assertThat(found.devices()).hasSize(chips);
    assertThat(found.devices()).extracting(Device::name).doesNotHaveDuplicates().isSorted();
    for (int i = 0; i < chips; i++) {
      TpuChip chip = (TpuChip) found.devices().get(i);
      assertThat(chip.generation()).isEqualTo(generation);
      assertThat(chip.hbmBytes()).hasValue(gib << 30);
      assertThat(chip.index()).isEqualTo(i);
      assertThat(chip.chipsOnHost()).isEqualTo(chips);
      assertThat(chip.common().pcieRoot().orElseThrow()).matches("pci[0-9a-f]{4}:[0-9a-f]{2}");
      assertThat(chip.common().numaNode()).isPresent();
      List<DeviceFile> own = chip.common().files();
      assertThat(own).hasSize(functions).allMatch(file -> file.path().startsWith(files));
      assertThat(own).allMatch(file -> file.number().isPresent());
    }
  }
}
