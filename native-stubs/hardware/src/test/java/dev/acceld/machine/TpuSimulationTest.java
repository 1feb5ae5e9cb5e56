package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpuSimulationTest {
  @TempDir Path dir;

  @Test
  void aLostChipLeavesWithAllItsFunctionsAndComesBack() {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("tpu7x4")).root();
    Simulation simulation = Simulation.open(root);
    Path bus = root.resolve("sys/bus/pci/devices");
    simulation.lose("tpu-2");
    assertThat(bus.resolve("0000:c0:02.0")).doesNotExist();
    assertThat(bus.resolve("0000:c0:02.1")).doesNotExist();
    assertThat(root.resolve("dev/vfio/8")).doesNotExist();
    assertThat(root.resolve("sys/class/vfio/9")).doesNotExist();
    assertThat(bus.resolve("0000:c0:03.0")).exists();
    simulation.lose("tpu-2");
    simulation.restore("0000:c0:02");
    assertThat(bus.resolve("0000:c0:02.1/vendor")).hasContent("0x1ae0\n");
    assertThat(root.resolve("dev/vfio/8")).exists();
    assertThat(root.resolve("sys/class/vfio/9/dev")).hasContent("511:5\n");
  }

  @Test
  void aLostChipWithAnAccelFileToo() {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("tpu-v4x4")).root();
    Simulation simulation = Simulation.open(root);
    simulation.lose("tpu-0");
    assertThat(root.resolve("dev/accel0")).doesNotExist();
    assertThat(root.resolve("sys/class/accel/accel0")).doesNotExist();
    assertThat(root.resolve("dev/accel1")).exists();
    simulation.reboot();
    assertThat(root.resolve("dev/accel0")).exists();
    assertThat(root.resolve("sys/class/accel/accel0/dev")).exists();
  }

  @Test
  void whatOnlyGpusHaveIsRefused() {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("tpu-v6ex8")).root();
    Simulation simulation = Simulation.open(root);
    assertThat(simulation.devices()).hasSize(8);
    assertThatThrownBy(() -> simulation.xid("tpu-0", 79)).hasMessageContaining("is a TPU chip");
    assertThatThrownBy(simulation::unloadDriver).hasMessageContaining("no NVIDIA driver");
  }
}
