package dev.acceld.machine.tree;

import dev.acceld.machine.tree.Sysfs.PciFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The counters of Advanced Error Reporting of a PCI function, in the form of the kernel
 * (Documentation/ABI/testing/sysfs-bus-pci-devices-aer), and the beginning of its configuration
 * space.
 */
public record PcieErrorFiles(FileTree tree, PciFunction function) {
  private static final int HEADER = 64;
  private static final int MOST = 1_000_000;

  private static final List<String> UNCORRECTED =
      List.of(
          "Undefined",
          "DLP",
          "SDES",
          "TLP",
          "FCP",
          "CmpltTO",
          "CmpltAbrt",
          "UnxCmplt",
          "RxOF",
          "MalfTLP",
          "ECRC",
          "UnsupReq",
          "ACSViol",
          "UncorrIntErr",
          "BlockedTLP",
          "AtomicOpBlocked",
          "TLPBlockedErr",
          "PoisonTLPBlocked");

  /** How grave an error is, with the kind that stands for it here. */
  public enum Severity {
    /** Repaired by the link. */
    CORRECTABLE(
        "BadTLP",
        "TOTAL_ERR_COR",
        List.of(
            "RxErr",
            "BadTLP",
            "BadDLLP",
            "Rollover",
            "Timeout",
            "NonFatalErr",
            "CorrIntErr",
            "HeaderOF")),
    /** A transfer failed. */
    NONFATAL("CmpltTO", "TOTAL_ERR_NONFATAL", UNCORRECTED),
    /** The link failed. */
    FATAL("DLP", "TOTAL_ERR_FATAL", UNCORRECTED);

    private final String usual;
    private final String total;
    private final List<String> kinds;

    Severity(String usual, String total, List<String> kinds) {
      this.usual = usual;
      this.total = total;
      this.kinds = kinds;
    }

    private String file() {
      return "/aer_dev_" + name().toLowerCase(Locale.ROOT);
    }
  }

  /** No errors so far. */
  public void reset() {
    for (Severity severity : Severity.values()) {
      write(severity, 0);
    }
    answer();
  }

  /** The configuration space can be read. */
  public void answer() {
    byte[] config = new byte[HEADER];
    little(config, 0, function.vendor().value());
    little(config, 2, function.device().value());
    tree.write(function.directory() + "/config", config);
  }

  /** The configuration space reads as all ones. */
  public void silence() {
    byte[] config = new byte[HEADER];
    Arrays.fill(config, (byte) 0xff);
    tree.write(function.directory() + "/config", config);
  }

  /** So many more, which the kernel's log tells too. */
  public void add(Severity severity, int count) {
    String text = tree.read(function.directory() + severity.file());
    int known = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
    write(severity, Math.min(known + count, MOST));
    AerLines.write(new KernelLog(tree), function, severity, count > 1);
  }

  private void write(Severity severity, int count) {
    StringBuilder text = new StringBuilder();
    severity.kinds.forEach(kind ->
        text.append(kind).append(' ').append(kind.equals(severity.usual) ? count : 0).append('\n'));
    text.append(severity.total).append(' ').append(count);
    tree.write(function.directory() + severity.file(), text.toString());
  }

  private static void little(byte[] to, int at, int value) {
    to[at] = (byte) value;
    to[at + 1] = (byte) (value >>> 8);
  }
}
