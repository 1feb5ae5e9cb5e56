package dev.acceld.probe;

/** What a device can say of itself that is wrong with it, beside errors that pass. */
public enum DefectKind {
  /** A row of memory could not be remapped: there is no spare one left. */
  ROW_REMAP_FAILED("row-remap-failed"),
  /** A row of memory is remapped at the next reset. */
  ROW_REMAP_PENDING("row-remap-pending"),
  /** A page of memory is retired at the next reset or reboot. */
  PAGE_RETIREMENT_PENDING("page-retirement-pending"),
  /** A faulty page of memory could not be retired. */
  PAGE_RETIREMENT_FAILED("page-retirement-failed"),
  /** More pages of memory are retired than the driver's threshold allows. */
  PAGE_RETIREMENT_LIMIT("page-retirement-limit"),
  /** Memory or caches correct errors more often than sound ones do. */
  ECC_CORRECTED("ecc-corrected-errors"),
  /** The uncorrected errors of the SRAM exceed the vendor's threshold. */
  SRAM_WORN("sram-errors"),
  /** A part is repaired at the next reset. */
  REPAIR_PENDING("repair-pending"),
  /** A link to other devices that was up is down. */
  LINK_DOWN("nvlink-down"),
  /** Something is wrong with the place in the fabric that links devices. */
  FABRIC("fabric"),
  /** The PCIe link that was up is down. */
  PCIE_LINK_DOWN("pcie-link-down"),
  /** The PCIe link has fewer lanes than both of its ends. */
  PCIE_LINK_NARROW("pcie-link-narrow"),
  /** Transfers over PCIe failed lately, though the link works. */
  PCIE_ERRORS("pcie-errors"),
  /** PCIe repairs transfers more often than a good link does. */
  PCIE_CORRECTED("pcie-corrected-errors"),
  /** Only a firmware update helps the device. */
  SURVIVABILITY("survivability-mode"),
  /** The program that uses the device says that it does not work. */
  RUNTIME_ERROR("runtime-error"),
  /** A process has the device open though nobody holds it. */
  LEFTOVER_PROCESS("leftover-process"),
  /** A process that uses the device cannot be killed. */
  PROCESS_STUCK("process-stuck"),
  /** The hardware slows the clocks because of temperature. */
  THERMAL_SLOWDOWN("thermal-slowdown"),
  /** The processor is too hot. */
  TEMPERATURE("temperature"),
  /** The memory is too hot. */
  MEMORY_TEMPERATURE("memory-temperature");

  private final String signal;

  DefectKind(String signal) {
    this.signal = signal;
  }

  /** The name of its health rule, and the code of its reason. */
  public String signal() {
    return signal;
  }
}
