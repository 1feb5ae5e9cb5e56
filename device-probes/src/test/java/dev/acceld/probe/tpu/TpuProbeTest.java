package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.TpuChip;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.HostTree;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpuProbeTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path root;
  private HostTree tree;
  private TpuProbe probe;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    probe =
        new TpuProbe(
            tree.host(),
            TpuTests.host(tree.host()),
            new TpuWorkloads(ClusterView.NONE),
            () -> NOW,
            Optional.empty());
  }

  private void vfio(String address, String device, int group) {
    tree.pci(address, "pci0000:00", "0x1ae0", device, "0x120000");
    tree.driver(address, "vfio-pci").group(address, group);
    tree.file("/sys/class/vfio/" + group + "/dev", "243:" + group + "\n");
  }

  private static List<String> names(Discovery discovery) {
    return discovery.devices().stream().map(Device::name).map(DeviceName::value).toList();
  }

  @Test
  void noTpuIsWaitedFor() {
    tree.pci("0000:00:03.0", "pci0000:00", "0x1ae0", "0x0042", "0x020000");
    tree.pci("0000:00:04.0", "pci0000:00", "0x1ae0", "0x001f", "0x010802");
    tree.pci("0000:00:05.0", "pci0000:00", "0x1ae0", "0xabcd", "0x120000");
    assertThatThrownBy(probe::discover)
        .isInstanceOf(ProbeUnavailableException.class)
        .hasMessageContaining("no TPU on this machine");
  }

  @Test
  void findsTheChipsOfAV6eHost() throws Exception {
    vfio("0000:00:05.0", "0x006f", 12);
    vfio("0000:00:04.0", "0x006f", 7);
    Discovery found = probe.discover();
    assertThat(names(found))
        .containsExactly("tpu-0000-00-04", "tpu-0000-00-05", "tpu-1x2-0000-00-04");
    assertThat(found.problems()).isEmpty();
    TpuChip chip = (TpuChip) found.devices().get(1);
    assertThat(chip.generation()).isEqualTo("v6e");
    assertThat(chip.hbmBytes()).hasValue(32L << 30);
    assertThat(chip.index()).isEqualTo(1);
    assertThat(chip.chipsOnHost()).isEqualTo(2);
    assertThat(chip.common().files()).containsExactly(DeviceFile.of("/dev/vfio/12", 243, 12));
    assertThat(chip.common().capacities()).containsOnlyKeys("memory");
    assertThat(chip.common().capacities()).containsEntry("memory", new Capacity(32L << 30));
    assertThat(chip.common().attributes())
        .containsOnlyKeys(
            "type",
            "tpuGen",
            "brand",
            "acceld.dev/kind",
            "acceld.dev/vendor",
            "acceld.dev/generation",
            "acceld.dev/interconnect",
            "acceld.dev/bf16Teraflops",
            "acceld.dev/int8Teraops",
            "acceld.dev/fp8Teraflops",
            "chips",
            "chipCount",
            "tensorCores",
            "sparseCores",
            "iciLinks",
            "index",
            "driver",
            "coordinates",
            "resource.kubernetes.io/pciBusID",
            "resource.kubernetes.io/pcieRoot",
            "resource.kubernetes.io/numaNode")
        .containsEntry("tpuGen", AttributeValue.of("v6e"))
        .containsEntry("acceld.dev/bf16Teraflops", AttributeValue.of(918))
        .containsEntry("coordinates", AttributeValue.of("0,1"))
        .containsEntry("driver", AttributeValue.of("vfio-pci"))
        .containsEntry("resource.kubernetes.io/pciBusID", AttributeValue.of("0000:00:05.0"))
        .containsEntry("resource.kubernetes.io/pcieRoot", AttributeValue.of("pci0000:00"))
        .containsEntry("resource.kubernetes.io/numaNode", AttributeValue.of(0));
    assertThat(probe.read(found.devices()).values()).isEmpty();
  }

  @Test
  void aChipOfTwoFunctionsNeedsBoth() throws Exception {
    vfio("0000:c0:02.0", "0x0076", 3);
    vfio("0000:c0:02.1", "0x0076", 4);
    vfio("0000:c0:03.0", "0x0076", 5);
    Discovery found = probe.discover();
    assertThat(names(found)).containsExactly("tpu-0000-c0-02", "tpu-0000-c0-03");
    assertThat(found.devices()).extracting(d -> d.common().offered()).containsExactly(true, false);
    assertThat(found.devices().getFirst().common().files())
        .extracting(DeviceFile::path)
        .containsExactly("/dev/vfio/3", "/dev/vfio/4");
    assertThat(found.problems())
        .singleElement()
        .asString()
        .startsWith("tpu-0000-c0-03: only 1 of its 2 PCI functions");
  }

  @Test
  void findsTheAccelFileOfAnOlderChip() throws Exception {
    tree.pci("0000:00:04.0", "pci0000:00", "0x1ae0", "0x005e", "0x120000");
    tree.pci("0000:00:05.0", "pci0000:00", "0x1ae0", "0x005e", "0x120000");
    tree.link("/sys/class/accel/accel0/device", "../../../0000:00:05.0");
    tree.file("/sys/class/accel/accel0/dev", "261:0");
    tree.file("/sys/bus/pci/devices/0000:00:04.0/accel/accel1/dev", "261:1");
    tree.file("/dev/accel1", "");
    Discovery found = probe.discover();
    assertThat(found.devices().subList(0, 2))
        .extracting(device -> device.common().files())
        .containsExactly(
            List.of(DeviceFile.onHost("/dev/accel1")),
            List.of(DeviceFile.of("/dev/accel0", 261, 0)));
  }

  @Test
  void tellsTheOldestGenerationsApart() throws Exception {
    tree.pci("0000:00:04.0", "pci0000:00", "0x1ae0", "0x0027", "0x120000");
    tree.pci("0000:00:05.0", "pci0000:00", "0x1ae0", "0x0027", "0x120000");
    tree.file("/sys/bus/pci/devices/0000:00:04.0/subsystem_device", "0x004e");
    tree.file("/sys/bus/pci/devices/0000:00:05.0/subsystem_device", "0x004f");
    tree.file("/sys/bus/pci/devices/0000:00:04.0/accel/accel0/dev", "");
    tree.file("/sys/bus/pci/devices/0000:00:05.0/accel/accel1/dev", "");
    tree.file("/dev/accel0", "").file("/dev/accel1", "");
    assertThat(probe.discover().devices())
        .extracting(device -> ((TpuChip) device).generation())
        .containsExactly("v2", "v3");
  }

  @Test
  void aNewerGenerationIsOfferedAsUnknown() throws Exception {
    vfio("0000:00:04.0", "0x0099", 1);
    TpuChip chip = (TpuChip) probe.discover().devices().getFirst();
    assertThat(chip.generation()).isEqualTo("unknown");
    assertThat(chip.hbmBytes()).isEmpty();
    assertThat(chip.common().capacities()).isEmpty();
  }

  @Test
  void aChipWithoutItsDriverOrFileCostsOnlyItself() throws Exception {
    vfio("0000:00:04.0", "0x0063", 1);
    tree.pci("0000:00:05.0", "pci0000:00", "0x1ae0", "0x0063", "0x120000");
    vfio("0000:00:06.0", "0x0063", 3);
    tree.remove("/sys/class/vfio/3");
    tree.pci("0000:00:07.0", "pci0000:00", "0x1ae0", "0x0063", "0x120000");
    tree.driver("0000:00:07.0", "vfio-pci");
    Discovery found = probe.discover();
    assertThat(names(found)).hasSize(4);
    assertThat(found.devices())
        .filteredOn(d -> d.common().offered())
        .extracting(d -> d.name().value())
        .containsExactly("tpu-0000-00-04");
    assertThat(found.unusable()).hasSize(3);
    assertThat(found.problems())
        .containsExactly(
            "tpu-0000-00-05: 0000:00:05.0 is bound to no driver; bind it to vfio-pci",
            "tpu-0000-00-06: device file /dev/vfio/3 is missing, and /sys/class/vfio/3/dev too",
            "tpu-0000-00-07: 0000:00:07.0 has no IOMMU group; enable the IOMMU");
  }

  @Test
  void chipsOfOneIommuGroupAreOnePartAndGivenOutTogether() throws Exception {
    vfio("0000:00:04.0", "0x0063", 1);
    vfio("0000:00:05.0", "0x0063", 1);
    vfio("0000:00:06.0", "0x0063", 2);
    tree.pci("0000:00:01.0", "pci0000:00", "0x8086", "0x1234", "0x060400"); // a bridge is no harm
    tree.group("0000:00:01.0", 1);
    Discovery found = probe.discover();
    assertThat(found.devices())
        .extracting(d -> d.common().physicalNames())
        .containsExactly(
            "tpu-0000-00-04,tpu-0000-00-05", "tpu-0000-00-04,tpu-0000-00-05", "tpu-0000-00-06");
    assertThat(found.problems())
        .containsExactly(
            "tpu-0000-00-04, tpu-0000-00-05 share an IOMMU group: a claim gets all of them in one"
                + " request, or none");
    TpuAccess access = TpuTests.access(tree.host());
    List<Device> chips = found.devices();
    assertThatThrownBy(() -> access.plan(chips.subList(1, 2), AccessOptions.DEFAULT))
        .isInstanceOf(AccessRefusedException.class)
        .hasMessageContaining("tpu-0000-00-05 is in one IOMMU group with tpu-0000-00-04");
    assertThatThrownBy(() -> access.plan(chips.subList(1, 3), AccessOptions.DEFAULT))
        .isInstanceOf(AccessRefusedException.class);
    assertThat(access.plan(chips.subList(0, 2), AccessOptions.DEFAULT).env()).isNotEmpty();
    assertThat(access.plan(chips.subList(2, 3), AccessOptions.DEFAULT).env()).isNotEmpty();
  }

  @Test
  void aGroupWithAForeignFunctionIsNotOffered() throws Exception {
    vfio("0000:00:04.0", "0x0063", 1);
    vfio("0000:00:05.0", "0x0063", 2);
    tree.pci("0000:00:07.0", "pci0000:00", "0x15b3", "0x1017", "0x020000");
    tree.group("0000:00:07.0", 1);
    Discovery found = probe.discover();
    assertThat(found.devices())
        .filteredOn(d -> d.common().offered())
        .extracting(d -> d.name().value())
        .containsExactly("tpu-0000-00-05");
    assertThat(found.unusable()).containsOnlyKeys(new DeviceName("tpu-0000-00-04"));
    assertThat(found.problems())
        .singleElement()
        .asString()
        .startsWith("tpu-0000-00-04: IOMMU group 1 holds 0000:00:07.0 too (class 0x020000)");
  }

  @Test
  void aChipThatLosesItsDriverIsLostUntilItIsBack() throws Exception {
    vfio("0000:00:04.0", "0x0063", 1);
    vfio("0000:00:05.0", "0x0063", 2);
    List<Device> before = probe.discover().devices();
    assertThat(probe.signals()).isEmpty();
    tree.remove("/sys/devices/pci0000:00/0000:00:05.0/driver");
    assertThat(probe.discover().devices()).isEqualTo(before);
    DeviceName name = new DeviceName("tpu-0000-00-05");
    assertThat(probe.signals())
        .containsExactly(
            new Signal.Lost(name, NOW, "0000:00:05.0 is bound to no driver; bind it to vfio-pci"));
    probe.discover();
    assertThat(probe.signals()).isEmpty();
    tree.driver("0000:00:05.0", "vfio-pci");
    probe.discover();
    assertThat(probe.signals()).containsExactly(new Signal.Answers(name, NOW));
  }

  @Test
  void aChipThatLeavesTheBusIsNoticedBetweenDiscoveries() throws Exception {
    vfio("0000:00:04.0", "0x0063", 1);
    vfio("0000:00:05.0", "0x0063", 2);
    TpuChip first = (TpuChip) probe.discover().devices().getFirst();
    tree.remove("/sys/bus/pci/devices/0000:00:05.0");
    assertThat(probe.signals())
        .containsExactly(
            new Signal.Lost(
                new DeviceName("tpu-0000-00-05"),
                NOW,
                "PCI function 0000:00:05.0 has left the bus"));
    Discovery after = probe.discover();
    assertThat(after.devices()).containsExactly(first);
    assertThat(probe.signals()).isEmpty();
  }

  /** sysfs may lose the node of a chip that is being removed; the grid stays as it was. */
  @Test
  void aNumaNodeThatIsLostCostsNoShape() throws Exception {
    for (int i = 4; i < 8; i++) {
      vfio("0000:00:0" + i + ".0", "0x0063", i);
      tree.file("/sys/devices/pci0000:00/0000:00:0" + i + ".0/numa_node", i < 6 ? "0" : "1");
    }
    List<String> before = names(probe.discover());
    assertThat(before).contains("tpu-2x2-0000-00-04");
    tree.file("/sys/devices/pci0000:00/0000:00:07.0/numa_node", "-1");
    assertThat(names(probe.discover())).isEqualTo(before);
  }
}
