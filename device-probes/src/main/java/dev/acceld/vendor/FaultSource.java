package dev.acceld.vendor;

/**
 * Who tells of a fault. The same occurrence may be told by each of them once, in any order, unless
 * one is its {@link #SOLE} source.
 */
public enum FaultSource {
  /** An event or a reading of the driver, or a probe. */
  DRIVER,
  /** An event of the driver that nothing else tells of. */
  SOLE,
  /** A second event of the driver about what it also reports the first way. */
  SECOND_EVENT,
  /** A line of the kernel's log. */
  KERNEL_LOG
}
