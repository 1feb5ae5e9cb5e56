package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.CounterUse;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.MigDevice;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.TpuChip;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are made of several physical parts, some of them the same. */
class SharedPartsTest {
  private static final Map<String, Long> CHIPS = Map.of("chip-0", 1L, "chip-1", 1L, "chip-2", 1L);

  @TempDir Path dir;
  private Node node;

  @BeforeEach
  void node() {
    node = new Node(dir);
    node.inventory =
        inventory(
            shape("shape-01", "chip-0", "chip-1"),
            shape("shape-12", "chip-1", "chip-2"),
            shape("shape-2", "chip-2"));
  }

  private static Device shape(String name, String... chips) {
    Map<String, Long> used = new TreeMap<>();
    List.of(chips).forEach(chip -> used.put(chip, 1L));
    DeviceCommon common = common(name, chips);
    return new TpuChip(
        common.taking(new CounterUse("host", CHIPS, used, true)),
        "v5e",
        0,
        OptionalLong.empty(),
        3);
  }

  private static DeviceCommon common(String name, String... parts) {
    return new DeviceCommon(
        new DeviceName(name),
        "tpu-shape",
        Vendor.GOOGLE,
        Kind.TPU,
        new TreeSet<>(List.of(parts)),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Map.of(),
        Map.of(),
        List.of(DeviceFile.of("/dev/" + name, 511, 0)));
  }

  @Test
  void aShapeIsRefusedWhileAnotherHasOneOfItsParts() throws Exception {
    ClaimManager manager = node.open();
    ClaimRef first = node.cluster.allocate("first", "11-aa", "shape-01");
    ClaimRef apart = node.cluster.allocate("apart", "22-bb", "shape-2");
    prepared(manager, first);
    prepared(manager, apart);

    ClaimRef overlapping = node.cluster.allocate("second", "33-cc", "shape-12");
    assertThat(refused(manager, overlapping)).contains("still prepared for claim");
    unprepare(manager, first);
    assertThat(refused(manager, overlapping)).contains("device shape-2 is still prepared");
    unprepare(manager, apart);
    prepared(manager, overlapping);
  }

  /** The next process knows the parts from the record alone. */
  @Test
  void alsoAfterARestart() throws Exception {
    try (ClaimManager manager = node.open()) {
      prepared(manager, node.cluster.allocate("first", "11-aa", "shape-01"));
    }
    ClaimManager manager = node.open();
    ClaimRef overlapping = node.cluster.allocate("second", "33-cc", "shape-12");
    assertThat(refused(manager, overlapping)).contains("device shape-01 is still prepared");
  }

  /** Shapes were switched off while one was held: its chips are offered one by one, and taken. */
  @Test
  void aPartOfAShapeThatIsNoLongerOfferedIsTaken() throws Exception {
    try (ClaimManager manager = node.open()) {
      prepared(manager, node.cluster.allocate("first", "11-aa", "shape-01"));
    }
    node.inventory = inventory(chip("chip-1"), chip("chip-2"));
    ClaimManager manager = node.open();
    ClaimRef part = node.cluster.allocate("second", "33-cc", "chip-1");
    assertThat(refused(manager, part)).contains("device shape-01 is still prepared");
    prepared(manager, node.cluster.allocate("third", "44-dd", "chip-2"));
  }

  /** A partition that exists is its own, whatever became of the one that another claim holds. */
  @Test
  void aPartitionBesideOneThatHasVanishedIsNotRefused() throws Exception {
    node.control = new FakeParts();
    node.inventory = inventory(partition("mig-0"), partition("mig-1"));
    try (ClaimManager manager = node.open()) {
      prepared(manager, node.cluster.allocate("first", "11-aa", "mig-0"));
    }
    node.inventory =
        inventory(partition("mig-1"), renamed("mig-0", "mig-0-ci0"), Node.gpu("gpu-0"));
    ClaimManager manager = node.open();
    ClaimRef same = node.cluster.allocate("second", "22-bb", "mig-0-ci0");
    assertThat(refused(manager, same)).contains("device mig-0 is still prepared");
    ClaimRef whole = node.cluster.allocate("third", "33-cc", "gpu-0");
    assertThat(refused(manager, whole)).contains("device mig-0 is still prepared");
    prepared(manager, node.cluster.allocate("fourth", "44-dd", "mig-1"));
  }

  /** Somebody has put a GPU that a claim holds into MIG mode: its partitions are that claim's. */
  @Test
  void aPartitionOfAGpuThatIsHeldAsAWholeIsTaken() throws Exception {
    Gpu gpu = (Gpu) Node.gpu("gpu-0");
    node.inventory = inventory(gpu);
    ClaimManager manager = node.open();
    prepared(manager, node.cluster.allocate("first", "11-aa", "gpu-0"));
    node.inventory = inventory(gpu.with(gpu.common().withheld()), partition("mig-0"));
    ClaimRef part = node.cluster.allocate("second", "22-bb", "mig-0");
    assertThat(refused(manager, part)).contains("device gpu-0 is still prepared");
  }

  private static Device partition(String name) {
    return renamed(name, name);
  }

  private static Device renamed(String place, String name) {
    DeviceCommon plain = common(name, "gpu-0");
    return new MigDevice(
        plain.with(Map.of("uuid", AttributeValue.of("MIG-" + place)), plain.files()),
        new DeviceName("gpu-0"),
        "GPU-0",
        "H100",
        "1g.10gb",
        new MigDevice.Shape(19, 0, 1),
        Optional.empty(),
        1L << 30,
        "580",
        false);
  }

  /** What they share, such as an IOMMU group, is for the planner to judge. */
  @Test
  void chipsThatAreOfferedWholeMayShareAPart() throws Exception {
    node.inventory = inventory(chip("chip-1", "unit"), chip("chip-2", "unit"));
    ClaimManager manager = node.open();
    prepared(manager, node.cluster.allocate("first", "11-aa", "chip-1"));
    prepared(manager, node.cluster.allocate("second", "33-cc", "chip-2"));
  }

  private static Inventory inventory(Device... devices) {
    return new Inventory(
        Instant.EPOCH,
        List.of(devices),
        Set.of(),
        List.of(new ProbeStatus("tpu", ProbeStatus.State.READY, Instant.EPOCH, "found")));
  }

  private static Device chip(String name) {
    return chip(name, name);
  }

  private static Device chip(String name, String part) {
    return new TpuChip(common(name, part), "v5e", 0, OptionalLong.empty(), 3);
  }
}
