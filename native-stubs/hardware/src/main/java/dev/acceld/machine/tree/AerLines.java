package dev.acceld.machine.tree;

import dev.acceld.machine.tree.PcieErrorFiles.Severity;
import java.util.List;
import java.util.Locale;

/** What the kernel's PCI core writes of PCIe errors (drivers/pci/pcie/aer.c since 6.9). */
final class AerLines {
  private AerLines() {}

  /** One report, of one error or several. */
  static void write(KernelLog log, Sysfs.PciFunction function, Severity severity, boolean several) {
    String words =
        switch (severity) {
          case CORRECTABLE -> "Correctable";
          case NONFATAL -> "Uncorrectable (Non-Fatal)";
          case FATAL -> "Uncorrectable (Fatal)";
        };
    int level = severity == Severity.CORRECTABLE ? KernelLog.WARNING : KernelLog.ERROR;
    String at = function.address();
    String port = at.substring(0, at.indexOf(':')) + ":00:01.0";
    String driver = function.driver();
    String device = (driver == null ? "pci" : driver) + " " + at + ": ";
    log.write(
        level,
        "pcieport "
            + port
            + ": AER: "
            + (several ? "Multiple " : "")
            + words
            + " error message received from "
            + at,
        port);
    List<String> said =
        switch (severity) {
          case CORRECTABLE -> List.of("Data Link Layer, (Receiver ID)", "00000040", "[ 6] BadTLP");
          case NONFATAL -> List.of("Transaction Layer, (Requester ID)", "00004000", "[14] CmpltTO");
          case FATAL -> List.of("Data Link Layer, (Receiver ID)", "00000010", "[ 4] DLP");
        };
    log.write(level, device + "PCIe Bus Error: severity=" + words + ", type=" + said.get(0), at);
    String id =
        String.format(
            Locale.ROOT, "[%04x:%04x]", function.vendor().value(), function.device().value());
    log.write(
        level, device + "  device " + id + " error status/mask=" + said.get(1) + "/00000000", at);
    log.write(level, device + "   " + said.get(2), at);
  }
}
