package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.PciAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sysfs tells of a function's PCIe link and errors. */
class PcieFilesTest {
  private static final String NAME = "0000:17:00.0";
  private static final PciAddress CHIP = PciAddress.parse(NAME).orElseThrow();
  private static final String AT = "/sys/bus/pci/devices/" + NAME + "/";

  @TempDir Path root;
  private HostTree tree;
  private PciDevices pci;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    tree.pci(NAME, "pci0000:16/0000:16:01.0", "0x1ae0", "0x006f", "0x120000");
    pci = new PciDevices(tree.host());
  }

  private void width(String now, String most) {
    tree.file(AT + "current_link_width", now + "\n").file(AT + "max_link_width", most + "\n");
  }

  @Test
  void aLinkIsAsWideAsBothEndsAllow() {
    width("8", "16");
    assertThat(pci.linkWidth(CHIP)).contains(new PciLinkWidth(8, 16));
    tree.link("/sys/bus/pci/devices/0000:16:01.0", "../../../devices/pci0000:16/0000:16:01.0");
    tree.file("/sys/devices/pci0000:16/0000:16:01.0/max_link_width", "8\n");
    assertThat(pci.linkWidth(CHIP)).contains(new PciLinkWidth(8, 8));
    width("0", "16");
    assertThat(pci.linkWidth(CHIP)).contains(new PciLinkWidth(0, 8));
  }

  /** 63 is what all ones yield, 255 what kernels write for an unknown width. */
  @Test
  void aWidthThatCannotBeIsNotKnown() {
    assertThat(pci.linkWidth(CHIP)).isEmpty();
    width("63", "16");
    assertThat(pci.linkWidth(CHIP)).isEmpty();
    width("0", "0");
    assertThat(pci.linkWidth(CHIP)).isEmpty();
    width("16", "255");
    assertThat(pci.linkWidth(CHIP)).isEmpty();
  }

  @Test
  void errorsAreCountedByGravityAndKind() {
    assertThat(pci.errors(CHIP)).isEmpty();
    tree.file(AT + "aer_dev_correctable", "RxErr 0\nBadTLP 3\nTimeout 1\nTOTAL_ERR_COR 4\n");
    tree.file(AT + "aer_dev_nonfatal", "CmpltTO 2\nUnsupReq 0\nTOTAL_ERR_NONFATAL 2\n");
    tree.file(AT + "aer_dev_fatal", "DLP 1\nTOTAL_ERR_FATAL 1\n");
    assertThat(pci.errors(CHIP))
        .contains(
            new PciErrors(4, 2, 1, Map.of("BadTLP", 3L, "Timeout", 1L, "CmpltTO", 2L, "DLP", 1L)));
  }

  @Test
  void whatIsNoCountIsLeftOut() {
    totals(1, 0, 0);
    tree.file(AT + "aer_dev_correctable", "BadTLP many\n<not counted>\nTOTAL_ERR_COR 1\n");
    assertThat(pci.errors(CHIP)).contains(new PciErrors(1, 0, 0, Map.of()));
    tree.file(AT + "aer_dev_correctable", "BadTLP 3\n");
    assertThat(pci.errors(CHIP)).isEmpty();
  }

  private void totals(int correctable, int nonFatal, int fatal) {
    tree.file(AT + "aer_dev_correctable", "TOTAL_ERR_COR " + correctable + "\n")
        .file(AT + "aer_dev_nonfatal", "TOTAL_ERR_NONFATAL " + nonFatal + "\n")
        .file(AT + "aer_dev_fatal", "TOTAL_ERR_FATAL " + fatal + "\n");
  }

  @Test
  void aCounterThatCannotBeReadIsNotZero() throws Exception {
    for (String kind : List.of("correctable", "nonfatal", "fatal")) {
      totals(4, 2, 1);
      assertThat(pci.errors(CHIP)).contains(new PciErrors(4, 2, 1, Map.of()));
      tree.file(AT + "aer_dev_" + kind, "");
      assertThat(pci.errors(CHIP)).isEmpty();
      Files.delete(root.resolve((AT + "aer_dev_" + kind).substring(1)));
      assertThat(pci.errors(CHIP)).isEmpty();
    }
  }

  private void config(int... bytes) throws Exception {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    Files.write(root.resolve(AT.substring(1) + "config"), all);
  }

  @Test
  void aFunctionThatReadsAsAllOnesIsOffTheBus() throws Exception {
    assertThat(pci.isSilent(CHIP)).isFalse();
    config(0xe0, 0x1a, 0x6f, 0x00, 0xff);
    assertThat(pci.isSilent(CHIP)).isFalse();
    config(0xff, 0xff, 0xff, 0xff, 0xff);
    assertThat(pci.isSilent(CHIP)).isTrue();
    tree.file(AT + "power_state", "D0\n");
    assertThat(pci.isSilent(CHIP)).isTrue();
    tree.file(AT + "power_state", "D3cold\n");
    assertThat(pci.isSilent(CHIP)).isFalse();
    config(0xff, 0xff);
    assertThat(pci.isSilent(CHIP)).isFalse();
  }

  /** The kernel switches it on for whoever reads its configuration space: a pipe tells of one. */
  @Test
  void aFunctionWhosePowerIsOffIsNotRead() throws Exception {
    tree.file(AT + "power_state", "D3cold\n");
    Path config = root.resolve(AT.substring(1) + "config");
    assertThat(new ProcessBuilder("mkfifo", config.toString()).start().waitFor()).isZero();
    Thread writer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try (OutputStream pipe = Files.newOutputStream(config)) {
                pipe.write(new byte[] {-1, -1, -1, -1});
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertThat(pci.isSilent(CHIP)).isFalse();
    assertThat(writer.join(Duration.ofMillis(200))).as("somebody has opened it").isFalse();
    Files.readAllBytes(config);
  }

  @Test
  void countsThatDoNotFitAreTheLargestNumber() {
    String most = "9".repeat(18);
    tree.file(
        AT + "aer_dev_correctable", ("BadTLP " + most + "\n").repeat(10) + "TOTAL_ERR_COR " + most);
    tree.file(AT + "aer_dev_nonfatal", "TOTAL_ERR_NONFATAL 0");
    tree.file(AT + "aer_dev_fatal", "TOTAL_ERR_FATAL 0");
    PciErrors errors = pci.errors(CHIP).orElseThrow();
    assertThat(errors.of("BadTLP")).isEqualTo(Long.MAX_VALUE);
    PciErrors sum = errors;
    for (int i = 0; i < 10; i++) {
      sum = sum.plus(errors);
    }
    assertThat(sum.correctable()).isEqualTo(Long.MAX_VALUE);
    assertThat(sum.of("BadTLP")).isEqualTo(Long.MAX_VALUE);
  }
}
