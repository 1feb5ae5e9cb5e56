package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.access.DeviceFile;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFsTest {
  @TempDir Path root;
  private HostTree tree;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
  }

  @Test
  void readsNumbersInTheKernelsForms() {
    tree.file("/sys/a", "0x1ae0\n").file("/sys/b", "-1\n").file("/sys/c", "08\n");
    tree.file("/sys/d", "0\n").file("/sys/e", "many\n").file("/sys/f", "");
    HostFs host = tree.host();
    assertThat(host.number("/sys/a")).hasValue(0x1ae0);
    assertThat(host.number("/sys/b")).hasValue(-1);
    assertThat(host.number("/sys/c")).hasValue(8);
    assertThat(host.number("/sys/d")).hasValue(0);
    assertThat(host.number("/sys/e")).isEmpty();
    assertThat(host.number("/sys/f")).isEmpty();
    assertThat(host.index("/sys/b")).isEmpty();
  }

  @Test
  void takesNoFormThatTheKernelDoesNotWrite() {
    HostFs host = tree.file("/sys/a", "-010").file("/sys/b", "#ff").file("/sys/c", "+5").host();
    assertThat(host.number("/sys/a")).hasValue(-10); // decimal, as without the sign
    assertThat(host.number("/sys/b")).isEmpty();
    assertThat(host.number("/sys/c")).isEmpty();
    tree.file("/sys/d", "0xffffffffffffffff").file("/sys/e", "-0x8000000000000000");
    assertThat(host.number("/sys/d")).isEmpty();
    assertThat(host.number("/sys/e")).hasValue(Long.MIN_VALUE);
  }

  @Test
  void whatIsNotThereIsEmpty() {
    HostFs host = tree.file("/sys/a", "x").host();
    assertThat(host.text("/sys/none")).isEmpty();
    assertThat(host.text("/sys")).isEmpty();
    assertThat(host.text("/sys/a/b")).isEmpty();
    assertThat(host.names("/sys/a")).isEmpty();
    assertThat(host.link("/sys/a")).isEmpty();
    assertThat(host.node("/sys/a")).isEmpty();
    assertThat(host.exists("/none")).isFalse();
  }

  @Test
  void readsNoMoreThanItsBound() {
    tree.file("/proc/long", "x".repeat(HostFs.MOST_BYTES + 10));
    assertThat(tree.host().text("/proc/long").orElseThrow()).hasSize(HostFs.MOST_BYTES);
  }

  @Test
  void aNumberIsReadAtTheEndsOfItsRange() {
    HostFs host =
        tree.file("/sys/a", "9223372036854775807")
            .file("/sys/b", "9223372036854775808")
            .file("/sys/c", "-9223372036854775808")
            .file("/sys/d", "-9223372036854775809")
            .file("/sys/e", "0X7FFFFFFFFFFFFFFF")
            .file("/sys/f", "0x")
            .file("/sys/g", "-")
            .file("/sys/h", " \t12 \n\n")
            .file("/sys/i", "1 2")
            .file("/sys/j", "\u0661")
            .host();
    assertThat(host.number("/sys/a")).hasValue(Long.MAX_VALUE);
    assertThat(host.number("/sys/b")).isEmpty();
    assertThat(host.number("/sys/c")).hasValue(Long.MIN_VALUE);
    assertThat(host.number("/sys/d")).isEmpty();
    assertThat(host.number("/sys/e")).hasValue(Long.MAX_VALUE);
    assertThat(host.number("/sys/f")).isEmpty();
    assertThat(host.number("/sys/g")).isEmpty();
    assertThat(host.number("/sys/h")).hasValue(12);
    assertThat(host.number("/sys/i")).isEmpty();
    assertThat(host.number("/sys/j")).isEmpty();
  }

  /** What a longer file has left in the buffer is no part of the next. */
  @Test
  void aFileIsReadAnewEachTime() {
    HostFile file = tree.file("/sys/a", "12345 ".repeat(2000)).host().file("/sys/a");
    assertThat(file.text().orElseThrow()).hasSize(11_999);
    tree.file("/sys/a", "7");
    assertThat(file.number()).hasValue(7);
    tree.remove("/sys/a");
    assertThat(file.number()).isEmpty();
    assertThat(file.number()).isEmpty();
    tree.file("/sys/a", "8");
    assertThat(file.number()).hasValue(8);
    tree.file("/sys/a", "");
    assertThat(file.text()).isEmpty();
  }

  @Test
  void seesADanglingLink() {
    tree.link("/sys/bus/x", "../nowhere/vfio-pci");
    assertThat(tree.host().exists("/sys/bus/x")).isTrue();
    assertThat(tree.host().linkName("/sys/bus/x")).hasValue("vfio-pci");
  }

  @Test
  void readsTheNumbersOfARealNode() {
    assertThat(new HostFs(Path.of("/")).node("/dev/null")).hasValue(new DeviceFile.Number(1, 3));
  }

  @Test
  void takesLargeDeviceNumbersApart() {
    // makedev(511, 300) and makedev(10, 196) as glibc packs them.
    assertThat(HostFs.number(0x1ff2cL | (1L << 20))).isEqualTo(new DeviceFile.Number(511, 300));
    assertThat(HostFs.number(0xac4L)).isEqualTo(new DeviceFile.Number(10, 196));
  }

  @Test
  void readsTheBootIdOnlyWhenItIsOne() {
    assertThat(BootId.read(tree.host())).isEmpty();
    tree.file(BootId.PATH, "6f2b7c1e-93ab-4a51-9a39-d0a1ec2f5b60\n");
    assertThat(BootId.read(tree.host())).hasValue("6f2b7c1e-93ab-4a51-9a39-d0a1ec2f5b60");
    tree.file(BootId.PATH, "two words\n");
    assertThat(BootId.read(tree.host())).isEmpty();
  }
}
