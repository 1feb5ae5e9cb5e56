package dev.acceld.kernel;

import java.time.Instant;
import java.util.Map;

/**
 * A line of the kernel's log about a device. Immutable.
 *
 * @param at when the kernel wrote it; up to a few minutes off when it is older than the agent and
 *     the machine has run for weeks
 * @param rule which form of line it is: {@code xid}, {@code aer}, {@code vfio}
 * @param text printable ASCII, 1,024 characters at most
 * @param facts what was read from it, by name
 */
public record KernelLine(Instant at, String rule, String text, Map<String, String> facts) {

  /** Takes a copy. */
  public KernelLine {
    facts = Map.copyOf(facts);
  }
}
