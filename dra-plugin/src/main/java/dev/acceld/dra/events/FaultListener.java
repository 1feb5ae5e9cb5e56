package dev.acceld.dra.events;

import java.time.Instant;

/** Hears of faults on the thread on which they become known; must return quickly. */
public interface FaultListener {

  /**
   * A fault has begun.
   *
   * @param found true when it is older than this process, or than its knowledge of the device
   */
  default void began(Fault fault, boolean found) {}

  /** A fault is over, at that time. */
  default void ended(Fault fault, Instant at) {}
}
