package dev.acceld.vendor;

import java.util.List;
import java.util.Optional;

/**
 * What a vendor's module says of the node's hardware and its driver.
 *
 * @param severity how bad it is
 * @param text what is so, for a person
 * @param remedy what to do; empty when nothing is to be done, or the text says it
 */
public record HardwareStatement(Severity severity, String text, String remedy) {

  /**
   * How many devices can be allocated, if there are any.
   *
   * @param noun what one is called, {@code TPU chip}
   */
  public static Optional<HardwareStatement> ofCount(String noun, int good, int all) {
    if (all == 0) {
      return Optional.empty();
    }
    String count = good == all ? Integer.toString(all) : good + " of " + all;
    return Optional.of(
        new HardwareStatement(
            good == all ? Severity.OK : Severity.WARN,
            count + " " + noun + (all == 1 ? "" : "s") + " can be allocated",
            ""));
  }

  /**
   * What a look at the devices found to be wrong.
   *
   * @param problems texts that have their remedy
   * @param costly whether they cost a device
   */
  public static List<HardwareStatement> ofProblems(List<String> problems, boolean costly) {
    return problems.stream()
        .map(text -> new HardwareStatement(costly ? Severity.FAIL : Severity.WARN, text, ""))
        .toList();
  }

  /** How bad it is. */
  public enum Severity {
    /** All is well. */
    OK,
    /** Something is missing, the rest works. */
    WARN,
    /** A device, or all of them, cannot be used until it is mended. */
    FAIL
  }
}
