package dev.acceld.host.kernel;

import dev.acceld.device.PciAddress;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines about PCI functions that are no vendor's: errors that the PCI core reports (AER, the
 * kernel's drivers/pci/pcie/aer.c, and firmware's reports, ghes.c), and what drivers say of a
 * function in the form {@code driver dddd:bb:dd.f: text}, VFIO among them. The forms are those of
 * logs in public reports of kernels 4.4 to 6.14; none was seen on a machine of ours.
 */
public final class PciLines implements KernelLineRules {
  /** Errors of a PCIe link or function. */
  public static final String AER = "aer";

  /** Lines of VFIO's drivers. */
  public static final String VFIO = "vfio";

  /** Any other line of a driver about a PCI function. */
  public static final String DRIVER = "driver";

  private static final String ADDRESS = "([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7])";
  private static final Pattern DEVICE = Pattern.compile("(?:([!-~]{1,40}) )?" + ADDRESS + ": (.*)");

  /** {@code AER: Corrected error received: 0000:17:00.0}, since 6.9 {@code … received from …}. */
  private static final Pattern SOURCE =
      Pattern.compile("AER: (.{1,80}?) received(?: from|:) " + ADDRESS + "(?: .*)?");

  /** Until 4.16: {@code AER: Corrected error received: id=00e0}. */
  private static final Pattern SOURCE_ID =
      Pattern.compile("AER: (.{1,80}?) received: id=([0-9a-fA-F]{4})(?: .*)?");

  private static final Pattern ERROR =
      Pattern.compile(
          "(?:AER: )?PCIe Bus Error: severity=([^,]{1,40}), type=([^,]{1,40}),"
              + " (?:id=[0-9a-fA-F]{4})?\\(([^)]{1,40})\\).*");

  /** The lines that follow an error: its registers, and its bits by name. */
  private static final Pattern REGISTERS =
      Pattern.compile(
          "(?:AER: )?\\s+(?:device \\[[0-9a-fA-F]{4}:[0-9a-fA-F]{4}] error status/mask=.*"
              + "|\\[ ?\\d{1,2}] .*|TLP Header: .*)");

  /** Before 5.3: {@code vfio_bar_restore: 0000:03:00.0 reset recovery - restoring BARs}. */
  private static final Pattern OLD_VFIO = Pattern.compile("vfio[\\w-]{0,40}: " + ADDRESS + " .*");

  /** {@code {1}[Hardware Error]: device_id: 0000:17:00.0}. */
  private static final Pattern FIRMWARE =
      Pattern.compile("\\{\\d{1,9}}\\[Hardware Error]:\\s+device_id: " + ADDRESS);

  /** For anyone. */
  public PciLines() {}

  @Override
  public Optional<KernelMessage> read(String text) {
    if (text.startsWith("{")) {
      Matcher firmware = FIRMWARE.matcher(text);
      return firmware.matches()
          ? PciAddress.parse(firmware.group(1)).map(at -> KernelMessage.about(AER, at, Map.of()))
          : Optional.empty();
    }
    if (text.startsWith("vfio")) {
      Matcher vfio = OLD_VFIO.matcher(text);
      if (vfio.matches()) {
        return PciAddress.parse(vfio.group(1)).map(at -> KernelMessage.about(VFIO, at, Map.of()));
      }
    }
    Matcher device = DEVICE.matcher(text);
    if (!device.matches()) {
      return Optional.empty();
    }
    String driver = device.group(1) == null ? "" : device.group(1);
    String said = device.group(3);
    return PciAddress.parse(device.group(2)).map(at -> message(driver, at, said));
  }

  private static KernelMessage message(String driver, PciAddress at, String said) {
    Matcher source = SOURCE.matcher(said);
    if (source.matches()) {
      PciAddress from = PciAddress.parse(source.group(2)).orElse(at);
      return KernelMessage.about(AER, from, severity(source.group(1), new TreeMap<>()));
    }
    Matcher id = SOURCE_ID.matcher(said);
    if (id.matches()) {
      int requester = Integer.parseInt(id.group(2), 16);
      PciAddress from =
          new PciAddress(at.domain(), requester >> 8, (requester >> 3) & 0x1f, requester & 0x7);
      return KernelMessage.about(AER, from, severity(id.group(1), new TreeMap<>()));
    }
    Matcher error = ERROR.matcher(said);
    if (error.matches()) {
      Map<String, String> facts = new TreeMap<>();
      facts.put("layer", error.group(2));
      facts.put("agent", error.group(3));
      return KernelMessage.about(AER, at, severity(error.group(1), facts));
    }
    if (said.startsWith("AER:") || REGISTERS.matcher(said).matches()) {
      return KernelMessage.about(AER, at, Map.of());
    }
    return KernelMessage.about(
        driver.startsWith("vfio") ? VFIO : DRIVER,
        at,
        driver.isEmpty() ? Map.of() : Map.of("driver", driver));
  }

  private static Map<String, String> severity(String words, Map<String, String> facts) {
    if (words.contains("Non-Fatal")) {
      facts.put("severity", "nonfatal");
    } else if (words.contains("Fatal")) {
      facts.put("severity", "fatal");
    } else if (words.contains("Correct")) {
      facts.put("severity", "correctable");
    }
    return facts;
  }
}
