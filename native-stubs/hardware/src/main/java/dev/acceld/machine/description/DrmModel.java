package dev.acceld.machine.description;

/**
 * What GPUs of one model have in common whose driver shows itself in sysfs alone, below the
 * kernel's Direct Rendering Manager.
 */
public sealed interface DrmModel permits AmdModel, IntelModel {
  /** The product name. */
  String name();

  /** The PCI device id. */
  PciId device();

  /** The PCI subsystem device id. */
  PciId subsystem();

  /** The PCI revision, 0 to 255. */
  int revision();

  /** The PCI class. */
  PciId pciClass();

  /** Name of the kernel driver. */
  String driverName();

  /** Local memory. */
  long memoryMiB();

  /** Power drawn when idle. */
  int idleWatts();

  /** The power limit. */
  int limitWatts();

  /** Highest clock of the compute units. */
  int clockMHz();

  /** PCIe generation. */
  int pcieGeneration();

  /** PCIe lanes. */
  int pcieWidth();
}
