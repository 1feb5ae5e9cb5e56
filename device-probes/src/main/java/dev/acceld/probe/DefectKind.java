package dev.acceld.probe;

/** What a device can say of itself that is wrong with it, beside errors that pass. */
public enum DefectKind {
  /** A row of memory could not be remapped: there is no spare one left. */
  ROW_REMAP_FAILED,
  /** A row of memory is remapped at the next reset. */
  ROW_REMAP_PENDING,
  /** A page of memory is retired at the next reboot. */
  PAGE_RETIREMENT_PENDING,
  /** the uncorrected errors of the SRAM exceed the vendor's threshold. */
  SRAM_WORN,
  /** A part is repaired at the next reset. */
  REPAIR_PENDING,
  /** A link to other devices that was up is down. */
  LINK_DOWN,
  /** Something is wrong with the place in the fabric that links devices. */
  FABRIC,
  /** The PCIe link that was up is down. */
  PCIE_LINK_DOWN,
  /** The PCIe link has fewer lanes than both of its ends. */
  PCIE_LINK_NARROW,
  /** Transfers over PCIe failed lately, though the link works. */
  PCIE_ERRORS,
  /** PCIe repairs transfers more often than a good link does. */
  PCIE_CORRECTED,
  /** The program that uses the device says that it does not work. */
  RUNTIME_ERROR,
  /** A process has the device open though nobody holds it. */
  LEFTOVER_PROCESS
}
