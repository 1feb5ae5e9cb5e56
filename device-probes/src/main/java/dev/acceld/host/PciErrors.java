package dev.acceld.host;

import java.util.Map;
import java.util.TreeMap;

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

  /** Takes a copy. */
  public PciErrors {
    kinds = Map.copyOf(kinds);
  }

  /** Those of several functions together. */
  public PciErrors plus(PciErrors other) {
    return new PciErrors(
        sum(correctable, other.correctable),
        sum(nonFatal, other.nonFatal),
        sum(fatal, other.fatal),
        together(kinds, other.kinds));
  }

  private static Map<String, Long> together(Map<String, Long> some, Map<String, Long> others) {
    if (some.isEmpty() || others.isEmpty()) {
      return some.isEmpty() ? others : some;
    }
    Map<String, Long> all = new TreeMap<>(some);
    others.forEach((kind, n) -> all.merge(kind, n, PciErrors::sum));
    return all;
  }

  /** Of two numbers that are not negative; what does not fit is the largest number. */
  static long sum(long a, long b) {
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
