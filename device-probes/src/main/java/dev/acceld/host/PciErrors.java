package dev.acceld.host;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PCIe errors of a function since the kernel found it, as Advanced Error Reporting counts them
 * ({@code aer_dev_correctable}, {@code aer_dev_nonfatal}, {@code aer_dev_fatal}; kernel 4.19,
 * Documentation/ABI/testing/sysfs-bus-pci-devices-aer): lines {@code BadTLP 3} and a total. Nothing
 * but a new enumeration of the function sets them to zero. Where the firmware handles errors
 * itself, or in a virtual machine, they may stay zero whatever happens.
 *
 * @param correctable repaired by the hardware; nothing was lost
 * @param nonFatal a transfer failed, the link works
 * @param fatal the link itself is not reliable any more
 * @param kinds by kind, {@code BadTLP}; of those that happened
 */
public record PciErrors(long correctable, long nonFatal, long fatal, Map<String, Long> kinds) {
  /** None. */
  public static final PciErrors NONE = new PciErrors(0, 0, 0, Map.of());

  private static final Pattern LINE = Pattern.compile("([A-Za-z_]{1,64}) (\\d{1,18})");
  private static final String TOTAL = "TOTAL_ERR_";

  /** Takes a copy. */
  public PciErrors {
    kinds = Map.copyOf(kinds);
  }

  /**
   * From the texts of the three files; empty when one has no total. The kernel has all three or
   * none, so what is missing could not be read, and is not zero.
   */
  static Optional<PciErrors> parse(String correctable, String nonFatal, String fatal) {
    Map<String, Long> kinds = new TreeMap<>();
    long cor = total(correctable, kinds);
    long non = total(nonFatal, kinds);
    long fat = total(fatal, kinds);
    return cor < 0 || non < 0 || fat < 0
        ? Optional.empty()
        : Optional.of(new PciErrors(cor, non, fat, kinds));
  }

  /** -1 without one. */
  private static long total(String text, Map<String, Long> kinds) {
    long total = -1;
    for (String line : text.split("\n", -1)) {
      Matcher m = LINE.matcher(line.strip());
      if (!m.matches()) {
        continue;
      }
      long count = Long.parseLong(m.group(2));
      if (m.group(1).startsWith(TOTAL)) {
        total = count;
      } else if (count > 0) {
        kinds.merge(m.group(1), count, PciErrors::sum);
      }
    }
    return total;
  }

  /** Those of several functions together. */
  public PciErrors plus(PciErrors other) {
    Map<String, Long> all = new TreeMap<>(kinds);
    other.kinds.forEach((kind, n) -> all.merge(kind, n, PciErrors::sum));
    return new PciErrors(
        sum(correctable, other.correctable),
        sum(nonFatal, other.nonFatal),
        sum(fatal, other.fatal),
        all);
  }

  /** Of two numbers that are not negative; what does not fit is the largest number. */
  private static long sum(long a, long b) {
    return a + b < 0 ? Long.MAX_VALUE : a + b;
  }

  /** How many there were of a kind. */
  public long of(String kind) {
    return kinds.getOrDefault(kind, 0L);
  }

  /** Whether any total has gone back since: the function was found anew. */
  public boolean restartedSince(PciErrors before) {
    return correctable < before.correctable || nonFatal < before.nonFatal || fatal < before.fatal;
  }
}
