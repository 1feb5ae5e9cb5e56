package dev.acceld.vendor;

import dev.acceld.device.PciAddress;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a line of the kernel's log says, in terms that no vendor owns.
 *
 * @param rule which form of line it is, a label-safe word: {@code xid}, {@code aer}
 * @param about the PCI function; function 0 when the line names the slot only, empty when it names
 *     none
 * @param fault the fault that it reports
 * @param ending what it says is over
 * @param facts what else it tells, by name: {@code pid}, {@code process}, {@code severity}
 */
public record KernelMessage(
    String rule,
    Optional<PciAddress> about,
    Optional<FaultCode> fault,
    Ending ending,
    Map<String, String> facts) {

  /** What a line says is over. */
  public enum Ending {
    /** Nothing. */
    NOTHING,
    /** The faults of the device that a reset ends: its driver asks for nothing any more. */
    DEVICE,
    /** All earlier faults of its vendor's devices: the driver begins anew. */
    VENDOR
  }

  /** Takes a copy, sorted by name. */
  public KernelMessage {
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /** A line about a device that reports no numbered fault. */
  public static KernelMessage about(String rule, PciAddress at, Map<String, String> facts) {
    return new KernelMessage(rule, Optional.of(at), Optional.empty(), Ending.NOTHING, facts);
  }

  /** A line that is known, and does not tell which device it is about. */
  public static KernelMessage placeless(String rule) {
    return new KernelMessage(rule, Optional.empty(), Optional.empty(), Ending.NOTHING, Map.of());
  }
}
