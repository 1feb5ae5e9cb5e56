package dev.acceld.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionResetTest {
  private static final PciAddress CHIP = PciAddress.parse("0000:00:05.0").orElseThrow();
  private static final String DIR = "/sys/bus/pci/devices/0000:00:05.0/";

  @TempDir Path root;

  @Test
  void oneIsWrittenToTheFileOfEachFunction() throws Exception {
    HostTree tree = new HostTree(root);
    tree.file(DIR + "reset", "").file(DIR + "reset_method", "flr bus");
    FunctionReset reset = new FunctionReset(new HostFs(root));
    assertThat(reset.refusal(List.of(CHIP))).isEmpty();
    assertThat(reset.reset(List.of(CHIP), Duration.ofSeconds(10)))
        .containsExactly("PCI function 0000:00:05.0 was reset (reset_method: flr bus)");
    assertThat(Files.readString(root.resolve(DIR.substring(1) + "reset"))).isEqualTo("1");
  }

  @Test
  void whatCannotBeResetIsRefused() {
    FunctionReset reset = new FunctionReset(new HostFs(root));
    assertThat(reset.refusal(List.of(CHIP)).orElseThrow()).contains("is not on the bus");
    HostTree tree = new HostTree(root).file(DIR + "vendor", "0x1ae0");
    assertThat(reset.refusal(List.of(CHIP)).orElseThrow()).contains("knows no way", "reboot");
    tree.file(DIR + "reset", "").file(DIR + "reset_method", "");
    assertThat(reset.refusal(List.of(CHIP)).orElseThrow()).contains("knows no way");
    assertThat(reset.refusal(List.of())).isPresent();
  }

  @Test
  void aWriteThatFailsSaysWhy() throws Exception {
    new HostTree(root).file(DIR + "vendor", "0x1ae0");
    Files.createSymbolicLink(root.resolve(DIR.substring(1) + "reset"), Path.of("/dev/full"));
    assertThatThrownBy(
            () -> new FunctionReset(new HostFs(root)).reset(List.of(CHIP), Duration.ofSeconds(10)))
        .isInstanceOf(ResetFailedException.class)
        .hasMessageContaining("reset failed: ");
  }
}
