package dev.acceld.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.vendor.KernelMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines as they are in public reports, with addresses of our own. */
class PciLinesTest {
  private final PciLines lines = new PciLines();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pcieport 0000:00:1c.0: AER: Corrected error received: 0000:17:00.0"
            + "|aer|0000:17:00.0|correctable",
        "pcieport 0000:00:1c.4: AER: Correctable error message received from 0000:17:00.0"
            + "|aer|0000:17:00.0|correctable",
        "pcieport 0000:00:1d.0: AER: Multiple Uncorrected (Non-Fatal) error received: 0000:17:00.1"
            + "|aer|0000:17:00.1|nonfatal",
        "pcieport 0000:00:01.1: AER: Uncorrectable (Fatal) error message received from"
            + " 0000:17:00.0|aer|0000:17:00.0|fatal",
        "pcieport 0000:00:1c.0: AER: Corrected error received: id=1708|aer|0000:17:01.0|correctable",
        "nvidia 0000:17:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver"
            + " ID)|aer|0000:17:00.0|correctable",
        "pcieport 0000:00:1c.0: PCIe Bus Error: severity=Corrected, type=Data Link Layer,"
            + " id=00e0(Transmitter ID)|aer|0000:00:1c.0|correctable",
        "vfio-pci 0000:17:00.0: AER: PCIe Bus Error: severity=Uncorrectable (Non-Fatal),"
            + " type=Transaction Layer, (Requester ID)|aer|0000:17:00.0|nonfatal",
        "nvidia 0000:17:00.0:   device [10de:2330] error status/mask=00000001/0000a000"
            + "|aer|0000:17:00.0|",
        "nvidia 0000:17:00.0:    [ 0] RxErr                  (First)|aer|0000:17:00.0|",
        "igb 0000:09:00.0: AER:    [14] CmpltTO|aer|0000:09:00.0|",
        "pcieport 0000:16:01.0: AER: device recovery failed|aer|0000:16:01.0|",
        "{1}[Hardware Error]:   device_id: 0000:17:00.0|aer|0000:17:00.0|",
        "vfio-pci 0000:17:00.0: vfio_bar_restore: reset recovery - restoring BARs"
            + "|vfio|0000:17:00.0|",
        "vfio_bar_restore: 0000:03:00.0 reset recovery - restoring BARs|vfio|0000:03:00.0|",
        "vfio-pci 0000:17:00.0: not ready 65535ms after FLR; giving up|vfio|0000:17:00.0|",
        "vfio-pci 0000:83:00.0: Relaying device request to user (#0)|vfio|0000:83:00.0|",
        "vfio-pci 00010000:b8:00.0: reset done|vfio|10000:b8:00.0|",
        "pci 0000:83:00.0: Removing from iommu group 4|driver|0000:83:00.0|",
        "nvidia 0000:17:00.0: Unable to change power state from D3cold to D0, device inaccessible"
            + "|driver|0000:17:00.0|"
      })
  void aLineIsReadWithItsDeviceAndSeverity(String line, String rule, String at, String severity) {
    KernelMessage message = lines.read(line).orElseThrow();
    assertThat(message.rule()).isEqualTo(rule);
    assertThat(message.about().orElseThrow()).hasToString(at);
    assertThat(message.facts().get("severity")).isEqualTo(severity);
    assertThat(message.fault()).isEmpty();
    assertThat(message.ending()).isEqualTo(KernelMessage.Ending.NOTHING);
  }

  @Test
  void anErrorTellsItsLayerAndAgent() {
    assertThat(
            lines
                .read(
                    "nvidia 0000:17:00.0: PCIe Bus Error: severity=Uncorrected (Fatal), type=Data"
                        + " Link Layer, (Receiver ID)")
                .orElseThrow()
                .facts())
        .isEqualTo(Map.of("severity", "fatal", "layer", "Data Link Layer", "agent", "Receiver ID"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "usb 1-1: new high-speed USB device number 2 using xhci_hcd",
        "{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 0",
        "see 0000:17:00.0",
        "a b 0000:17:00.0: text"
      })
  void anythingElseIsNone(String line) {
    assertThat(lines.read(line)).isEmpty();
  }
}
