package dev.acceld.health.nvidia;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What kind of trouble a GPU Operational Event tells of, after the registry of categories of R620.
 * A category that is not here says nothing more than the severity does.
 */
enum OperationalEventCategory {
  /** Something took too long. */
  TIMEOUT(1, "a timeout", XidFollowUp.SOFTWARE),
  /** Memory or a cache: ECC, parity, poison. */
  MEMORY_INTEGRITY_ERROR(2, "memory integrity", XidFollowUp.SUPPORT),
  /** NVLink, PCIe or C2C. */
  INTERCONNECT_ERROR(3, "an interconnect (NVLink, PCIe or C2C)", XidFollowUp.LINK),
  /** The state of driver or device. */
  CORRUPTION_DETECTED(4, "corrupted state of driver or device", XidFollowUp.SOFTWARE),
  /** Policy or authentication. */
  SECURITY_ERROR(5, "security", XidFollowUp.SOFTWARE),
  /** Delivery or management of power. */
  POWER_ERROR(6, "power", XidFollowUp.HARDWARE);

  private final int number;
  private final String words;
  private final XidFollowUp followUp;

  OperationalEventCategory(int number, String words, XidFollowUp followUp) {
    this.number = number;
    this.words = words;
    this.followUp = followUp;
  }

  static Optional<OperationalEventCategory> of(long number) {
    return Arrays.stream(values()).filter(each -> each.number == number).findFirst();
  }

  /** In a signal: {@code memory-integrity-error}. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it concerns. */
  String describe() {
    return words;
  }

  XidFollowUp followUp() {
    return followUp;
  }
}
