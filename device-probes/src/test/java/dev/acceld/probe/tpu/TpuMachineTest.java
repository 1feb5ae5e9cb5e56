package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.Discovery;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The probe on the simulated machines. */
class TpuMachineTest {
  @TempDir Path root;

  @ParameterizedTest
  @CsvSource({
    "tpu-v4x4,   4, v4,    32,  1, /dev/accel, 1x2x1=2 2x2x1=1",
    "tpu-v5ex8,  8, v5e,   16,  1, /dev/vfio/, 1x2=4 2x2=3 2x4=1",
    "tpu-v6ex8,  8, v6e,   32,  1, /dev/vfio/, 2x4=1",
    "tpu7x4,     4, tpu7x, 192, 2, /dev/vfio/, 1x2x1=2 2x2x1=1",
  })
  void findsWhatTheMachineHas(
      String machine,
      int chips,
      String generation,
      long gib,
      int functions,
      String files,
      String shapes)
      throws Exception {
    Discovery found = discover(machine);
    assertThat(found.problems()).isEmpty();
    List<Device> single = found.devices().stream().filter(d -> !d.group()).toList();
    assertThat(single).hasSize(chips);
    assertThat(found.devices()).extracting(Device::name).doesNotHaveDuplicates();
    assertThat(single).extracting(Device::name).isSorted();
    assertThat(counted(found)).isEqualTo(shapes);
    for (int i = 0; i < chips; i++) {
      TpuChip chip = (TpuChip) single.get(i);
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

  private static String counted(Discovery found) {
    Map<String, Long> counts =
        found.devices().stream()
            .filter(TpuShape.class::isInstance)
            .collect(
                Collectors.groupingBy(
                    d -> ((TpuShape) d).shape(), LinkedHashMap::new, Collectors.counting()));
    return counts.entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /** The scheduler adds up the counters: whoever has a chip blocks the shapes that contain it. */
  @Test
  void blocksAndChipsTakeFromTheSameCounters() throws Exception {
    Discovery found = discover("tpu-v5ex8");
    Device chip = device(found, "tpu-0000-00-04");
    Device block = device(found, "tpu-2x2-0000-00-04");
    Device far = device(found, "tpu-2x2-0000-00-0a");
    Device host = device(found, "tpu-2x4-0000-00-04");
    assertThat(fit(chip, block)).isFalse();
    assertThat(fit(chip, far)).isTrue();
    assertThat(fit(block, far)).isTrue();
    assertThat(fit(far, host)).isFalse();
    assertThat(host.common().counters().orElseThrow().used()).hasSize(8);
    assertThat(block.common().physical())
        .containsExactly("tpu-0000-00-04", "tpu-0000-00-07", "tpu-0000-00-08", "tpu-0000-00-09");
    assertThat(block.common().capacities()).containsEntry("memory", new Capacity(64L << 30));
    assertThat(block.common().numaNode()).hasValue(0);
    assertThat(host.common().numaNode()).isEmpty();
    assertThat(found.devices())
        .extracting(d -> d.common().counters().orElseThrow().set())
        .containsOnly("tpu-chips");
  }

  private static boolean fit(Device one, Device other) {
    return one.common()
        .counters()
        .orElseThrow()
        .fitsBeside(other.common().counters().orElseThrow());
  }

  private static Device device(Discovery found, String name) {
    return found.devices().stream()
        .filter(d -> d.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Discovery discover(String machine) throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load(machine));
    return TpuTests.probe(new HostFs(tree.root())).discover();
  }

  /** What a node publishes has a limit of 32 attributes and capacities a device. */
  @ParameterizedTest
  @ValueSource(strings = {"tpu-v4x4", "tpu-v5ex8", "tpu-v6ex8", "tpu7x4"})
  void noDeviceHasMoreThanTheApiServerTakes(String machine) throws Exception {
    assertThat(discover(machine).devices())
        .allSatisfy(d ->
            assertThat(d.common().attributes().size() + d.common().capacities().size())
                .isLessThanOrEqualTo(32));
  }

  @Test
  void aHostSaysWhatItBelongsTo() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    HostFs fs = new HostFs(tree.root());
    TpuHost host =
        TpuTests.host(
            fs, "2x2", "TOPOLOGY=4x4;WORKER_ID=1;MACHINE_TYPE=ct5lp-hightpu-8t;SLICE_NAME=s");
    Discovery found = TpuTests.probe(fs, host).discover();
    assertThat(counted(found)).isEqualTo("2x2=3");
    assertThat(found.problems())
        .containsExactly(
            "TOPOLOGY is '4x4' in --tpu-host-facts and '2x4' in /etc/tpu/tpu-env; the former is"
                + " used");
    assertThat(device(found, "tpu-0000-00-07").common().attributes())
        .containsEntry("topology", AttributeValue.of("4x4"))
        .containsEntry("workerId", AttributeValue.of(1))
        .containsEntry("machineType", AttributeValue.of("ct5lp-hightpu-8t"))
        .containsEntry("sliceName", AttributeValue.of("s"));
  }

  @Test
  void everyBlockIsOfferedOnRequest() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    HostFs fs = new HostFs(tree.root());
    Discovery found = TpuTests.probe(fs, TpuTests.host(fs, "all", "")).discover();
    assertThat(counted(found)).isEqualTo("1x2=4 1x3=4 2x2=3 1x4=2 2x3=2 2x4=1");
    assertThat(found.devices()).extracting(Device::name).doesNotHaveDuplicates();
  }

  @Test
  void aShapeThatNoPartOfTheHostIsIsNamed() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    HostFs fs = new HostFs(tree.root());
    Discovery found = TpuTests.probe(fs, TpuTests.host(fs, "2x2,4x4", "")).discover();
    assertThat(found.problems())
        .containsExactly("--tpu-shapes lists 4x4, which no part of this v5e host with 8 chips is");
    assertThat(counted(found)).isEqualTo("2x2=3");
  }

  @Test
  void aPairIsNotPublishedUnderAnotherNameThanWasListed() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu7x4"));
    HostFs fs = new HostFs(tree.root());
    Discovery found = TpuTests.probe(fs, TpuTests.host(fs, "2x1", "")).discover();
    assertThat(found.problems())
        .containsExactly(
            "--tpu-shapes lists 2x1x1; two neighboring chips are published as 1x2x1, whichever way"
                + " they lie: list that");
    assertThat(counted(found)).isEmpty();
  }

  /** Half of the chips are gone before the agent starts, and come back. */
  @Test
  void aHostWithoutSomeOfItsChipsIsNoSmallerHost() throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    Simulation simulation = Simulation.open(tree.root());
    List<String> gone = List.of("tpu-0", "tpu-1", "tpu-2", "tpu-3");
    gone.forEach(simulation::lose);
    TpuProbe probe = TpuTests.probe(new HostFs(tree.root()));

    Discovery half = probe.discover();
    assertThat(half.devices()).hasSize(4).allMatch(TpuChip.class::isInstance);
    assertThat(half.devices())
        .allSatisfy(chip ->
            assertThat(chip.common().attributes()).doesNotContainKeys("coordinates", "wholeHost"));
    assertThat(half.problems())
        .containsExactly(
            "/etc/tpu/tpu-env: CHIPS_PER_HOST_BOUNDS is '2,4,1', but 4 chips are on the PCI bus;"
                + " only single chips are published until they agree");

    gone.forEach(simulation::restore);
    Discovery whole = probe.discover();
    assertThat(whole.problems()).isEmpty();
    assertThat(counted(whole)).isEqualTo("1x2=4 2x2=3 2x4=1");
  }
}
