package dev.acceld.machine.drm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmdTreeTest {
  private static final String FIRST = "0000:05:00.0";

  @TempDir Path dir;

  @Test
  void aGpuHasItsFilesAndNodes() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    assertThat(machine.text(FIRST, "vendor")).isEqualTo("0x1002\n");
    assertThat(machine.text(FIRST, "device")).isEqualTo("0x74a1\n");
    assertThat(machine.text(FIRST, "class")).isEqualTo("0x120000\n");
    assertThat(machine.text(FIRST, "revision")).isEqualTo("0x00\n");
    assertThat(machine.text(FIRST, "mem_info_vram_total")).isEqualTo("206158430208\n");
    assertThat(machine.text(FIRST, "product_name")).isEqualTo("AMD Instinct MI300X OAM\n");
    assertThat(machine.text(FIRST, "unique_id")).matches("[0-9a-f]{16}\n");
    assertThat(machine.text(FIRST, "current_compute_partition")).isEqualTo("SPX\n");
    assertThat(machine.text(FIRST, "drm/card1/dev")).isEqualTo("226:1\n");
    assertThat(machine.text(FIRST, "drm/renderD128/dev")).isEqualTo("226:128\n");
    assertThat(machine.file(FIRST, "driver").toRealPath().getFileName()).hasToString("amdgpu");
    Path root = machine.root();
    assertThat(root.resolve("dev/dri/renderD135")).exists();
    assertThat(root.resolve("sys/class/drm/card8/device/device")).hasContent("0x74a1\n");
    assertThat(root.resolve("sys/bus/pci/drivers/amdgpu/" + FIRST + "/vendor")).exists();
    assertThat(root.resolve("sys/module/amdgpu/version")).hasContent("6.12.12\n");
    assertThat(root.resolve("sys/module/amdgpu/drivers/pci:amdgpu/" + FIRST)).exists();
    assertThat(root.resolve("sys/class/hwmon/hwmon10/name")).hasContent("amdgpu\n");
  }

  @Test
  void theWindowOntoTheMemoryHoldsAllOfIt() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    List<String> lines = machine.text(FIRST, "resource").lines().toList();
    assertThat(lines).hasSize(13).allMatch(l -> l.matches("(0x[0-9a-f]{16} ?){3}"));
    String[] first = lines.getFirst().split(" ", -1);
    long size = Long.decode(first[1]) - Long.decode(first[0]) + 1;
    assertThat(size).isEqualTo(256L << 30);
  }

  @Test
  void theComputeDriverKnowsProcessorsAndGpus() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi300x8");
    Path kfd = machine.root().resolve("sys/class/kfd/kfd");
    assertThat(machine.root().resolve("dev/kfd")).exists();
    assertThat(kfd.resolve("dev")).hasContent("236:0\n");
    assertThat(machine.root().resolve("proc/devices")).content().contains("236 kfd\n");
    assertThat(names(kfd.resolve("topology/nodes"))).hasSize(10);
    Path node = kfd.resolve("topology/nodes/2");
    assertThat(node.resolve("properties"))
        .content()
        .contains("simd_count 1216\n", "simd_per_cu 4\n", "gfx_target_version 90402\n")
        .contains("vendor_id 4098\n", "device_id 29857\n", "location_id 1280\n", "num_xcc 8\n")
        .contains("drm_render_minor 128\n", "cpu_cores_count 0\n", "io_links_count 8\n")
        .contains("unique_id " + Long.toUnsignedString(uniqueId(machine)) + "\n");
    assertThat(node.resolve("mem_banks/0/properties"))
        .content()
        .contains("size_in_bytes 206158430208\n");
    assertThat(names(node.resolve("io_links"))).hasSize(8);
    assertThat(node.resolve("io_links/1/properties")).content().startsWith("type 11\n");
    assertThat(kfd.resolve("topology/nodes/0/properties"))
        .content()
        .contains("cpu_cores_count 192\n", "simd_count 0\n");
    assertThat(kfd.resolve("topology/nodes/0/gpu_id")).hasContent("0\n");
  }

  private static long uniqueId(DrmMachine machine) throws IOException {
    return Long.parseUnsignedLong(machine.text(FIRST, "unique_id").strip(), 16);
  }

  @Test
  void anOlderGpuHasNoPartitionsAndTheKernelsDriverNoVersion() throws IOException {
    DrmMachine machine = DrmMachine.of(dir, "mi210x4");
    String gpu = "0000:2f:00.0";
    assertThat(machine.text(gpu, "current_compute_partition")).isEmpty();
    assertThat(machine.file(gpu, "available_compute_partition")).doesNotExist();
    assertThat(machine.text(gpu, "ras/umc_err_count")).isEqualTo("ue: 0\nce: 0\n");
    assertThat(machine.text(gpu, "hwmon/hwmon3/temp1_label")).isEqualTo("edge\n");
    assertThat(machine.file(gpu, "hwmon/hwmon3/power1_input")).doesNotExist();
    assertThat(machine.text(gpu, "hwmon/hwmon3/power1_average")).matches("[0-9]+\n");
    assertThat(machine.root().resolve("sys/module/amdgpu/version")).doesNotExist();
    assertThat(machine.root().resolve("sys/module/amdgpu/srcversion"))
        .content()
        .matches("[0-9A-F]{24}\n");
    assertThat(machine.root().resolve("sys/class/kfd/kfd/topology/nodes/2/properties"))
        .content()
        .contains("gfx_target_version 90010\n", "hive_id 0\n");
  }

  @Test
  void aMachineWithoutAmdGpusHasNoComputeDriver() {
    DrmMachine machine = DrmMachine.of(dir, "b60x4");
    assertThat(machine.root().resolve("dev/kfd")).doesNotExist();
    assertThat(machine.root().resolve("proc/devices")).content().doesNotContain("kfd");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
