package dev.acceld.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.PciAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelRecordFormatTest {
  private static Optional<KernelRecord> read(String text) {
    return KernelRecordFormat.read(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aRecordHasItsNumberItsTimeAndItsDevice() {
    assertThat(
            read(
                "3,1207,5140900,-;nvidia 0000:17:00.0: hello\n SUBSYSTEM=pci\n"
                    + " DEVICE=+pci:0000:17:00.0\n"))
        .contains(
            new KernelRecord(
                3, 1207, 5140900, "nvidia 0000:17:00.0: hello", PciAddress.parse("0000:17:00.0")));
    assertThat(read("6,339,5140900,-;NET: Registered\n DEVICE=+usb:1-1\n").orElseThrow().device())
        .isEmpty();
  }

  @Test
  void laterKernelsSayMoreInTheHeader() {
    assertThat(read("4,5,6,-,caller=T1946;text; more\n").orElseThrow().text())
        .isEqualTo("text; more");
  }

  @Test
  void whatAProcessWroteIsNotTheKernels() {
    assertThat(read("3,1,1,-;NVRM: Xid").orElseThrow().ofKernel()).isTrue();
    assertThat(read("12,1,1,-;NVRM: Xid").orElseThrow().ofKernel()).isFalse();
  }

  @Test
  void whatIsNotPrintableIsEscapedAndWhatIsTooLongIsCut() {
    assertThat(read("3,1,1,-;a\u001b[31mb\u00ffc").orElseThrow().text())
        .isEqualTo("a\\x1b[31mb\\xffc");
    String text = read("3,1,1,-;" + "\u0001".repeat(10_000)).orElseThrow().text();
    assertThat(text).hasSize(KernelRecordFormat.MOST_TEXT).endsWith("\\x01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ";",
        "3,1,1;no flags",
        "x,1,1,-;text",
        "3,,1,-;text",
        "3,-1,1,-;text",
        "3,1,1234567890123456789,-;text",
        "99999999999,1,1,-;text",
        "no semicolon"
      })
  void anythingElseIsNoRecord(String text) {
    assertThat(read(text)).isEmpty();
  }

  @Test
  void howFarALogWasReadIsReadAsItWasWritten() {
    KernelLogPosition.Reached reached = new KernelLogPosition.Reached("b-1", 77);
    assertThat(KernelLogPosition.parse(KernelLogPosition.format(reached))).contains(reached);
    assertThat(KernelLogPosition.parse("boot b-1\nsequence 7")).isEmpty();
    assertThat(KernelLogPosition.parse("boot b 1\nsequence 7\n")).isEmpty();
    assertThat(KernelLogPosition.parse("boot b-1\nsequence 07\n")).isEmpty();
  }
}
