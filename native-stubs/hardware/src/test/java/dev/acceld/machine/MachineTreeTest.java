package dev.acceld.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.machine.description.MachineDescription;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.nvidia.NvidiaDriver;
import dev.acceld.machine.tree.Hardware;
import dev.acceld.machine.tree.Identities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MachineTreeTest {
  @TempDir Path dir;

  static List<String> machines() {
    return MachineCatalog.names();
  }

  @ParameterizedTest
  @MethodSource("machines")
  void everyMachineCanBeBuiltAndOpened(String name) throws IOException {
    MachineDescription description = MachineCatalog.load(name);
    MachineTree tree = MachineTree.create(dir.resolve("m"), description);
    assertThat(description.name()).isEqualTo(name);
    assertThat(MachineTree.open(tree.root()).description()).isEqualTo(description);
    try (Stream<Path> functions = Files.list(tree.root().resolve("sys/bus/pci/devices"))) {
      for (Path function : functions.toList()) {
        assertThat(Files.readSymbolicLink(function)).isRelative();
        assertThat(function.toRealPath().toString()).contains("/sys/devices/pci");
        assertThat(Files.readString(function.resolve("vendor"))).matches("0x[0-9a-f]{4}\n");
        assertThat(Files.readString(function.resolve("class"))).matches("0x[0-9a-f]{6}\n");
      }
    }
    noLinkIsBroken(tree.root());
  }

  private static void noLinkIsBroken(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      assertThat(all.filter(Files::isSymbolicLink).filter(link -> !Files.exists(link))).isEmpty();
    }
  }

  @Test
  void theNumbersInTheNamesAreThoseOfTheChips() {
    for (String name : machines()) {
      Hardware hardware = Hardware.of(MachineCatalog.load(name));
      int chips = hardware.devices().size();
      int expected =
          switch (name) {
            case "mixed" -> 6;
            case "empty" -> 0;
            default -> Integer.parseInt(name.substring(name.lastIndexOf('x') + 1));
          };
      assertThat(chips).as(name).isEqualTo(expected);
    }
  }

  @Test
  void aGpuHasItsPlaceInTheTree() throws IOException {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("h100x8")).root();
    Path gpu = root.resolve("sys/bus/pci/devices/0000:0f:00.0");
    assertThat(Files.readSymbolicLink(gpu).toString())
        .isEqualTo(
            "../../../devices/pci0000:0c/0000:0c:01.0/0000:0d:00.0/0000:0e:00.0/0000:0f:00.0");
    assertThat(gpu.resolve("device")).hasContent("0x2330\n");
    assertThat(gpu.resolve("numa_node")).hasContent("0\n");
    assertThat(gpu.resolve("iommu_group").toRealPath().getFileName()).hasToString("28");
    assertThat(gpu.resolve("driver").toRealPath().getFileName()).hasToString("nvidia");
    assertThat(root.resolve("sys/kernel/iommu_groups/28/devices/0000:0f:00.0")).exists();
    assertThat(root.resolve("dev/nvidia7")).exists();
    assertThat(root.resolve("proc/devices")).content().contains("195 nvidia\n", "nvidia-uvm");
    assertThat(root.resolve("proc/driver/nvidia/gpus/0000:0f:00.0/information"))
        .content()
        .contains("Device Minor: \t 0");
    Path library = root.resolve(NvidiaDriver.nvmlLink().substring(1));
    assertThat(library.toRealPath().getFileName()).hasToString("libnvidia-ml.so.580.159.04");
  }

  @Test
  void anIronwoodChipHasTwoFunctionsAndTwoVfioGroups() throws IOException {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("tpu7x4")).root();
    Path bus = root.resolve("sys/bus/pci/devices");
    assertThat(bus.resolve("0000:c0:02.0/iommu_group").toRealPath().getFileName()).hasToString("8");
    assertThat(bus.resolve("0000:c0:02.1/iommu_group").toRealPath().getFileName()).hasToString("9");
    assertThat(root.resolve("dev/vfio/8")).exists();
    assertThat(root.resolve("dev/vfio/9")).exists();
    assertThat(root.resolve("dev/vfio/vfio")).exists();
    Set<String> numbers = new HashSet<>();
    try (Stream<Path> groups = Files.list(root.resolve("sys/class/vfio"))) {
      for (Path group : groups.toList()) {
        numbers.add(Files.readString(group.resolve("dev")).strip());
      }
    }
    assertThat(numbers).hasSize(8).allMatch(n -> n.matches("511:[0-7]"));
  }

  @Test
  void aChipUpToV4HasAnAccelFile() {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load("tpu-v4x4")).root();
    assertThat(root.resolve("dev/accel3")).exists();
    assertThat(root.resolve("sys/class/accel/accel3/dev")).hasContent("261:3\n");
    assertThat(root.resolve("sys/class/accel/accel3/device/device")).hasContent("0x005e\n");
    assertThat(root.resolve("dev/vfio")).doesNotExist();
  }

  @Test
  void theSameMachineIsKeptAndAnotherReplacesIt() throws IOException {
    Path root = dir.resolve("m");
    MachineTree.create(root, MachineCatalog.load("h100x8"));
    String boot = Files.readString(root.resolve("proc/sys/kernel/random/boot_id"));
    Files.writeString(root.resolve("trace"), "here");
    MachineTree.create(root, MachineCatalog.load("h100x8"));
    assertThat(root.resolve("proc/sys/kernel/random/boot_id")).hasContent(boot);
    assertThat(root.resolve("trace")).exists();
    MachineTree.create(root, MachineCatalog.load("l4x1"));
    assertThat(root.resolve("trace")).doesNotExist();
    assertThat(root.resolve("dev/nvidia1")).doesNotExist();
    assertThat(MachineTree.open(root).description().name()).isEqualTo("l4x1");
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("m", ".m.lock");
    }
  }

  @Test
  void aDirectoryWithOtherThingsInItIsLeftAlone() throws IOException {
    Files.writeString(dir.resolve("precious"), "x");
    assertThatThrownBy(() -> MachineTree.create(dir, MachineCatalog.load("empty")))
        .isInstanceOf(MachineException.class)
        .hasMessageContaining("is not empty");
    assertThat(dir.resolve("precious")).exists();
  }

  @Test
  void uuidsLookRealAndStayTheSame() {
    MachineDescription machine = MachineCatalog.load("h100x8");
    List<String> uuids = Identities.gpuUuids(machine);
    assertThat(uuids)
        .hasSize(8)
        .allMatch(u -> u.matches("GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
        .isEqualTo(Identities.gpuUuids(machine));
    assertThat(uuids.stream().map(u -> u.substring(0, 12)).distinct()).hasSize(8);
  }
}
