package dev.acceld.faultstore;

import java.time.Instant;

/**
 * When something began, in terms that still mean the same to another process, or after a reboot.
 *
 * @param at by the wall clock
 * @param boot the boot in which that was; empty when the host did not say
 */
public record Onset(Instant at, String boot) {

  public Onset inBoot(String newBoot) {
    return new Onset(at, newBoot);
  }

  /** Whether it is known that they are of different boots. */
  public boolean otherBootThan(Onset other) {
    return !boot.isEmpty() && !other.boot.isEmpty() && !boot.equals(other.boot);
  }
}
