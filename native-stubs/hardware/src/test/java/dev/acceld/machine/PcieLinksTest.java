package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcieLinksTest {
  @TempDir Path dir;

  private Path machine(String name) {
    return MachineTree.create(dir.resolve("m"), MachineCatalog.load(name)).root();
  }

  @Test
  void errorsAreCountedAsTheKernelDoes() {
    Path root = machine("tpu-v5ex8");
    Simulation simulation = Simulation.open(root);
    Path chip = root.resolve("sys/bus/pci/devices/0000:00:07.0");
    assertThat(chip.resolve("aer_dev_fatal")).content().startsWith("Undefined 0\nDLP 0\n");
    simulation.links().errors("0000:00:07", Severity.FATAL, 2);
    simulation.links().errors("0000:00:07", Severity.FATAL, 1);
    assertThat(chip.resolve("aer_dev_fatal"))
        .content()
        .contains("\nDLP 3\n")
        .endsWith("\nTOTAL_ERR_FATAL 3\n");
    assertThat(chip.resolve("aer_dev_nonfatal")).content().endsWith("\nTOTAL_ERR_NONFATAL 0\n");
    simulation.restore("0000:00:07");
    assertThat(chip.resolve("aer_dev_fatal")).content().endsWith("\nTOTAL_ERR_FATAL 0\n");
  }

  @Test
  void errorsOfAnNvidiaGpuAreCountedToo() {
    Path root = machine("h100x8");
    Simulation simulation = Simulation.open(root);
    Path gpu = root.resolve("sys/bus/pci/devices/" + simulation.devices().get(3).pci().getFirst());
    assertThat(gpu.resolve("aer_dev_fatal")).content().endsWith("\nTOTAL_ERR_FATAL 0\n");
    simulation.links().errors("gpu-3", Severity.FATAL, 2);
    assertThat(gpu.resolve("aer_dev_fatal")).content().endsWith("\nTOTAL_ERR_FATAL 2\n");
    simulation.reboot();
    assertThat(gpu.resolve("aer_dev_fatal")).content().endsWith("\nTOTAL_ERR_FATAL 0\n");
    simulation.lose("gpu-3", true);
    assertThatThrownBy(() -> simulation.links().errors("gpu-3", Severity.FATAL, 1))
        .hasMessageContaining("gpu-3 is lost");
    simulation.restore("gpu-3");
    assertThat(gpu.resolve("aer_dev_fatal")).content().endsWith("\nTOTAL_ERR_FATAL 0\n");
  }

  @Test
  void aLinkLosesLanesOrTheChipFallsOffTheBus() throws Exception {
    Path root = machine("tpu-v5ex8");
    Simulation simulation = Simulation.open(root);
    Path chip = root.resolve("sys/bus/pci/devices/0000:00:07.0");
    simulation.links().width("0000:00:07", 4);
    assertThat(chip.resolve("current_link_width")).hasContent("4\n");
    assertThat(chip.resolve("max_link_width")).hasContent("16\n");
    simulation.links().silence("0000:00:07");
    assertThat(Files.readAllBytes(chip.resolve("config"))).containsOnly(0xff);
    simulation.restore("0000:00:07");
    assertThat(chip.resolve("current_link_width")).hasContent("16\n");
    assertThat(Files.readAllBytes(chip.resolve("config"))).startsWith(0xe0, 0x1a, 0x63, 0x00);
  }

  @Test
  void mistakesAreNamed() {
    Simulation simulation = Simulation.open(machine("mixed"));
    assertThatThrownBy(() -> simulation.links().width("gpu-0", 4))
        .hasMessageContaining("gpu-0 is an NVIDIA GPU");
    assertThatThrownBy(() -> simulation.links().width("tpu-0", -1))
        .hasMessageContaining("0 to 16 lanes");
    assertThatThrownBy(() -> simulation.links().errors("tpu-0", Severity.FATAL, 0))
        .hasMessageContaining("1 to 1000");
    simulation.lose("tpu-0");
    assertThatThrownBy(() -> simulation.links().width("tpu-0", 4)).hasMessageContaining("is lost");
  }
}
