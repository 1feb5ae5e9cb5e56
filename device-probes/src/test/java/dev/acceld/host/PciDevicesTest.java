package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.PciAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciDevicesTest {
  private static final PciAddress CHIP = PciAddress.parse("0000:17:00.0").orElseThrow();

  @TempDir Path root;
  private HostTree tree;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    tree.pci("0000:17:00.0", "pci0000:16/0000:16:01.0", "0x1ae0", "0x0063", "0x120000");
    tree.pci("0000:00:05.0", "pci0000:00", "0x8086", "0x1237", "0x060000");
  }

  @Test
  void readsEverythingOfAFunction() {
    tree.driver("0000:17:00.0", "vfio-pci").group("0000:17:00.0", 12);
    tree.file("/sys/bus/pci/devices/0000:17:00.0/subsystem_device", "0x004e");
    PciFunction chip = new PciDevices(tree.host()).find(CHIP).orElseThrow();
    assertThat(chip.vendor()).isEqualTo(0x1ae0);
    assertThat(chip.device()).isEqualTo(0x63);
    assertThat(chip.baseClass()).isEqualTo(0x12);
    assertThat(chip.subsystemDevice()).hasValue(0x4e);
    assertThat(chip.subsystemVendor()).isEmpty();
    assertThat(chip.numaNode()).hasValue(0);
    assertThat(chip.driver()).hasValue("vfio-pci");
    assertThat(chip.iommuGroup()).hasValue(12);
    assertThat(chip.pcieRoot()).hasValue("pci0000:16");
  }

  @Test
  void minusOneIsNoNumaNode() {
    tree.file("/sys/bus/pci/devices/0000:17:00.0/numa_node", "-1\n");
    assertThat(new PciDevices(tree.host()).find(CHIP).orElseThrow().numaNode()).isEmpty();
  }

  @Test
  void listsAVendorInAddressOrder() {
    tree.pci("0000:05:00.0", "pci0000:00", "0x1ae0", "0x0063", "0x120000");
    tree.pci("10000:01:00.0", "pci10000:00", "0x1ae0", "0x0063", "0x120000");
    tree.file("/sys/bus/pci/devices/not-an-address/vendor", "0x1ae0");
    assertThat(new PciDevices(tree.host()).of(0x1ae0))
        .extracting(f -> f.address().toString())
        .containsExactly("0000:05:00.0", "0000:17:00.0", "10000:01:00.0");
  }

  @Test
  void aHalfGoneFunctionIsLeftOut() {
    tree.remove("/sys/devices/pci0000:16/0000:16:01.0/0000:17:00.0/class");
    assertThat(new PciDevices(tree.host()).of(0x1ae0)).isEmpty();
    assertThat(new PciDevices(tree.host()).present(CHIP)).isTrue();
  }

  @Test
  void readsALink() {
    String at = "/sys/bus/pci/devices/0000:17:00.0/";
    tree.file(at + "current_link_speed", "8.0 GT/s PCIe\n");
    tree.file(at + "max_link_speed", "Unknown\n").file(at + "max_link_width", "255\n");
    PciDevices pci = new PciDevices(tree.host());
    assertThat(pci.linkSpeed(CHIP)).hasValue(8.0);
    assertThat(pci.bestLink(CHIP)).isEmpty();
    tree.file(at + "max_link_speed", "16.0 GT/s PCIe\n");
    assertThat(pci.bestLink(CHIP)).isEmpty();
    tree.file(at + "max_link_width", "16\n");
    assertThat(pci.bestLink(CHIP)).hasValue(new PciLink(16, 16));
  }

  @Test
  void knowsTheGenerations() {
    double[] speeds = {2.5, 5, 8, 16, 32, 64, 128};
    for (int i = 0; i < speeds.length; i++) {
      assertThat(new PciLink(speeds[i], 16).generation()).isEqualTo(i + 1);
    }
    assertThat(new PciLink(3, 16).generation()).isZero();
  }

  @Test
  void takesTheFirstHostBridge() {
    assertThat(
            PciDevices.root("../../../devices/platform/soc/pci0002:00/0002:00:00.0/0002:01:00.0"))
        .hasValue("pci0002:00");
    assertThat(PciDevices.root("../../../devices/LNXSYSTM:00/0002:01:00.0")).isEmpty();
  }

  @Test
  void readsMajorsOfCharacterDevicesOnly() {
    tree.file(
        "/proc/devices",
        """
        Character devices:
          1 mem
        195 nvidia
        195 nvidiactl
        243 vfio

        Block devices:
        259 blkext
        """);
    assertThat(new CharDevices(tree.host()).majors())
        .containsEntry("nvidia", 195)
        .containsEntry("vfio", 243)
        .doesNotContainKey("blkext");
  }

  @Test
  void numbersOfADeviceFileComeFromSysfsWhereThereIsNoNode() {
    tree.file("/sys/class/vfio/12/dev", "243:7\n");
    CharDevices devices = new CharDevices(tree.host());
    assertThat(
            devices.file("/dev/vfio/12", "/sys/class/vfio/12/dev").number().orElseThrow().minor())
        .isEqualTo(7);
    assertThat(devices.file("/dev/vfio/13", "/sys/class/vfio/13/dev").number()).isEmpty();
  }
}
