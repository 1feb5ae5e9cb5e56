package dev.acceld.probe.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigDiscoveryTest {
  @TempDir Path dir;

  private final List<NvidiaProbe> probes = new ArrayList<>();

  @AfterEach
  void close() {
    probes.forEach(NvidiaProbe::close);
  }

  private Path machine(String name) {
    return MachineTree.create(dir.resolve(name), MachineCatalog.load(name)).root();
  }

  private Discovery discover(Path root, String onDemand) throws Exception {
    NvidiaProbe probe =
        new NvidiaProbe(root, new HostFs(root), Releases.NONE, MigSelector.parse(onDemand));
    probes.add(probe);
    return probe.discover();
  }

  private static List<MigDevice> partitions(Discovery found) {
    return found.devices().stream()
        .filter(MigDevice.class::isInstance)
        .map(MigDevice.class::cast)
        .toList();
  }

  private static Gpu whole(Discovery found, int n) {
    return found.devices().stream()
        .filter(Gpu.class::isInstance)
        .map(Gpu.class::cast)
        .toList()
        .get(n);
  }

  @Test
  void aPartitionThatThereIsIsADeviceOfItsOwn() throws Exception {
    Path root = machine("h100x8");
    Simulation simulation = Simulation.open(root);
    simulation.mig("gpu-4", true);
    simulation.partition("gpu-4", "1g.10gb", 6);
    simulation.partition("gpu-4", "3g.40gb", 0);
    Discovery found = discover(root, "none");
    Gpu parent = whole(found, 4);
    assertThat(parent.common().offered()).as("the whole GPU is not given away").isFalse();
    assertThat(found.problems()).isEmpty();
    List<MigDevice> partitions = partitions(found);
    assertThat(partitions)
        .extracting(d -> d.name().value())
        .containsExactly(parent.name() + "-mig-3g40gb-9-0", parent.name() + "-mig-1g10gb-19-6");
    MigDevice one = partitions.getLast();
    assertThat(found.devices().indexOf(one)).as("beside its GPU").isEqualTo(6);
    assertThat(one.type()).isEqualTo("mig");
    assertThat(one.onDemand()).isFalse();
    assertThat(one.common().physical()).isEqualTo(parent.common().physical());
    assertThat(one.common().counters()).isEmpty();
    assertThat(one.common().offered()).isTrue();
    assertThat(one.memoryBytes()).isEqualTo(9984L << 20);
    MigDevice.Instance instance = one.instance().orElseThrow();
    assertThat(instance.gpuInstance()).isEqualTo(13);
    assertThat(instance.uuid()).startsWith("MIG-");
    // 3 + (4 × 15 + 13) × 9 is what mig-minors lists for gpu4/gi13.
    assertThat(one.common().files())
        .containsExactly(
            DeviceFile.of("/dev/nvidia4", 195, 4),
            DeviceFile.of("/dev/nvidia-caps/nvidia-cap660", 507, 660),
            DeviceFile.of("/dev/nvidia-caps/nvidia-cap661", 507, 661));
    assertThat(one.common().attributes())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("type", AttributeValue.of("mig")),
                Map.entry("uuid", AttributeValue.of(instance.uuid())),
                Map.entry("parentUUID", AttributeValue.of(parent.uuid())),
                Map.entry("profile", AttributeValue.of("1g.10gb")),
                Map.entry("acceld.dev/kind", AttributeValue.of("gpu")),
                Map.entry("acceld.dev/vendor", AttributeValue.of("nvidia")),
                Map.entry("acceld.dev/generation", AttributeValue.of("hopper")),
                Map.entry("productName", AttributeValue.of("NVIDIA H100 80GB HBM3")),
                Map.entry("brand", AttributeValue.of("Nvidia")),
                Map.entry("architecture", AttributeValue.of("Hopper")),
                Map.entry("addressingMode", AttributeValue.of("HMM")),
                Map.entry("cudaComputeCapability", AttributeValue.version("9.0.0")),
                Map.entry("driverVersion", AttributeValue.version("580.159.4")),
                Map.entry("cudaDriverVersion", AttributeValue.version("13.0.0")),
                Map.entry("resource.kubernetes.io/pciBusID", AttributeValue.of("0000:89:00.0")),
                Map.entry("resource.kubernetes.io/pcieRoot", AttributeValue.of("pci0000:86")),
                Map.entry("resource.kubernetes.io/numaNode", AttributeValue.of(1))));
    assertThat(one.common().capacities())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("memory", new Capacity(9984L << 20)),
                Map.entry("multiprocessors", new Capacity(16)),
                Map.entry("copyEngines", new Capacity(1)),
                Map.entry("decoders", new Capacity(1)),
                Map.entry("encoders", new Capacity(0)),
                Map.entry("jpegEngines", new Capacity(1)),
                Map.entry("ofaEngines", new Capacity(0)),
                Map.entry("memorySlice6", new Capacity(1))));
  }

  @Test
  void aGpuInMigModeWithoutPartitionsIsNamed() throws Exception {
    Path root = machine("h100x1");
    Simulation.open(root).mig("gpu-0", true);
    Discovery found = discover(root, "none");
    assertThat(partitions(found)).isEmpty();
    assertThat(whole(found, 0).common().offered()).isFalse();
    assertThat(found.problems()).singleElement().asString().contains("has no partition");
  }

  @Test
  void everyPossiblePlacementIsOffered() throws Exception {
    Discovery found = discover(machine("h100x8"), "all");
    List<MigDevice> partitions = partitions(found);
    assertThat(partitions).hasSize(200).allMatch(MigDevice::onDemand);
    assertThat(found.devices().subList(0, 8)).allMatch(Gpu.class::isInstance);
    // The last GPU's first, small ones first, and of a kind the last places first.
    Gpu last = whole(found, 7);
    assertThat(partitions.subList(0, 25))
        .extracting(d -> d.name().value().substring(last.name().value().length()))
        .startsWith("-mig-1g10gb-19-6", "-mig-1g10gb-19-5", "-mig-1g10gb-19-4")
        .endsWith("-mig-3g40gb-9-4", "-mig-3g40gb-9-0", "-mig-4g40gb-5-0", "-mig-7g80gb-0-0");
    assertThat(partitions).extracting(Device::name).doesNotHaveDuplicates();
    assertThat(partitions)
        .allMatch(d -> d.common().attributes().size() + d.common().capacities().size() <= 32)
        .allMatch(d -> !d.common().attributes().containsKey("uuid"));
  }

  @Test
  void countersAllowWhatTheHardwareAllows() throws Exception {
    Discovery found = discover(machine("h100x1"), "gpu-0".replace("gpu-0", "0"));
    CounterUse all = whole(found, 0).common().counters().orElseThrow();
    assertThat(all.all()).isEqualTo(all.used());
    assertThat(all.part()).isFalse();
    Map<String, Long> expected = new HashMap<>();
    for (int slice = 0; slice < 8; slice++) {
      expected.put("memory-slice-" + slice, 1L);
    }
    expected.put("compute-slices", 7L);
    expected.put("multiprocessors", 132L);
    expected.put("copy-engines", 8L);
    expected.put("decoders", 7L);
    expected.put("jpeg-engines", 7L);
    expected.put("ofa-engines", 1L);
    assertThat(all.all()).isEqualTo(expected);
    assertThat(
            fits(
                found,
                "1g10gb-19-0",
                "1g10gb-19-1",
                "1g10gb-19-2",
                "1g10gb-19-3",
                "1g10gb-19-4",
                "1g10gb-19-5",
                "1g10gb-19-6"))
        .isTrue();
    assertThat(fits(found, "4g40gb-5-0", "3g40gb-9-4")).isTrue();
    assertThat(fits(found, "3g40gb-9-0", "3g40gb-9-4")).isTrue();
    assertThat(fits(found, "3g40gb-9-0", "2g20gb-14-2")).as("the same slices").isFalse();
    assertThat(fits(found, "1g10gb-me-20-0", "1g10gb-me-20-1")).as("one OFA").isFalse();
    assertThat(fits(found, "1g20gb-15-0", "1g20gb-15-2", "1g20gb-15-4", "1g20gb-15-6")).isTrue();
    MigDevice seven = part(found, "7g80gb-0-0");
    assertThat(seven.common().counters().orElseThrow().fitsBeside(all)).isFalse();
  }

  private static MigDevice part(Discovery found, String suffix) {
    return partitions(found).stream()
        .filter(d -> d.name().value().endsWith("-mig-" + suffix))
        .findFirst()
        .orElseThrow();
  }

  private static boolean fits(Discovery found, String... suffixes) {
    Map<String, Long> sum = new HashMap<>();
    Map<String, Long> all = Map.of();
    for (String suffix : suffixes) {
      CounterUse use = part(found, suffix).common().counters().orElseThrow();
      use.used().forEach((counter, amount) -> sum.merge(counter, amount, Long::sum));
      all = use.all();
    }
    Map<String, Long> most = all;
    return sum.entrySet().stream().allMatch(e -> e.getValue() <= most.getOrDefault(e.getKey(), 0L));
  }

  @ParameterizedTest
  @CsvSource({"h200x8, 1g.18gb, 7g.141gb", "b200x8, 1g.23gb, 7g.180gb"})
  void eachBoardHasItsOwnProfiles(String machine, String smallest, String whole) throws Exception {
    Set<String> profiles =
        partitions(discover(machine(machine), "all")).stream()
            .map(MigDevice::profile)
            .collect(Collectors.toSet());
    assertThat(profiles).hasSize(7).contains(smallest, smallest + "+me", whole);
  }

  @Test
  void anAmpereIsCutOnlyWhereMigModeIsOnAlready() throws Exception {
    Path root = machine("a100x8");
    Discovery off = discover(root, "0,1");
    assertThat(partitions(off)).isEmpty();
    assertThat(whole(off, 0).common().offered()).isTrue();
    assertThat(whole(off, 0).common().counters()).isEmpty();
    assertThat(off.problems()).hasSize(2).allMatch(p -> p.contains("needs a reset"));
    Simulation.open(root).migPending("gpu-0", true);
    assertThat(discover(root, "0").problems())
        .singleElement()
        .asString()
        .contains("at the GPU's next reset");
    Simulation.open(root).mig("gpu-0", true);
    Discovery on = discover(root, "0");
    assertThat(partitions(on)).hasSize(25);
    assertThat(whole(on, 0).common().offered()).as("cannot be switched off again").isFalse();
  }

  @Test
  void onlyTheSelectedGpuIsCut() throws Exception {
    Path root = machine("h100x8");
    Discovery all = discover(root, "none");
    assertThat(partitions(all)).isEmpty();
    Gpu third = whole(all, 3);
    for (String selector :
        List.of(third.name().value(), third.uuid(), "0000:5b:00.0", "3", " 3 ")) {
      assertThat(partitions(discover(root, selector)))
          .as(selector)
          .hasSize(25)
          .allMatch(d -> d.parentUuid().equals(third.uuid()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu", "-1", "all,3", "0000:5b:00", "3;4", ","})
  void whatNamesNoGpuIsRefused(String text) {
    assertThatThrownBy(() -> MigSelector.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a GPU; use all, none, or a list");
  }

  @Test
  void aGpuWithoutMigModeIsNamedWhenItWasMeant() throws Exception {
    Path root = machine("l4x1");
    assertThat(discover(root, "all").problems()).isEmpty();
    assertThat(discover(root, "0").problems())
        .singleElement()
        .asString()
        .contains("does not support MIG");
  }
}
