package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What all Intel GPUs of one model have in common.
 *
 * @param name the product name
 * @param device the PCI device id
 * @param subsystem the PCI subsystem device id
 * @param revision the PCI revision
 * @param pciClass the PCI class: 0x030000 with, 0x038000 without a display
 * @param driver the kernel driver
 * @param driverVersion version of a driver that was installed apart from the kernel; null for the
 *     kernel's own, which has none
 * @param memoryMiB local memory
 * @param memoryFile whether the driver shows the size of the memory in sysfs: Intel's drivers from
 *     outside of the kernel do
 * @param barMiB size of the PCI memory window onto it, a power of two
 * @param tiles number of tiles
 * @param errorCounters whether the driver counts hardware errors in sysfs: Intel's i915 from
 *     outside of the kernel does
 * @param virtualFunctions SR-IOV virtual functions that it can have; null for none
 * @param idleWatts power drawn when idle
 * @param limitWatts the power limit
 * @param minClockMHz lowest clock
 * @param clockMHz highest clock
 * @param fans number of fans with a sensor
 * @param pcieGeneration PCIe generation of the function's own link
 * @param pcieWidth PCIe lanes of the function's own link
 */
public record IntelModel(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) PciId device,
    @JsonProperty(required = true) PciId subsystem,
    @JsonProperty(required = true) int revision,
    @JsonProperty(required = true) PciId pciClass,
    @JsonProperty(required = true) Driver driver,
    @Nullable String driverVersion,
    @JsonProperty(required = true) long memoryMiB,
    @Nullable Boolean memoryFile,
    @JsonProperty(required = true) long barMiB,
    @JsonProperty(required = true) int tiles,
    @Nullable Boolean errorCounters,
    @Nullable Integer virtualFunctions,
    @JsonProperty(required = true) int idleWatts,
    @JsonProperty(required = true) int limitWatts,
    @JsonProperty(required = true) int minClockMHz,
    @JsonProperty(required = true) int clockMHz,
    @JsonProperty(required = true) int fans,
    @JsonProperty(required = true) int pcieGeneration,
    @JsonProperty(required = true) int pcieWidth)
    implements DrmModel {

  private static final int MOST_TILES = 4;
  private static final int MOST_FANS = 3;

  /** Checks the forms. */
  public IntelModel {
    Checks.drm(revision, memoryMiB, idleWatts, limitWatts, pcieGeneration, pcieWidth);
    if (driverVersion != null) {
      Checks.form("driverVersion", driverVersion, "[0-9]+(\\.[0-9]+){1,3}", "1.25.2 (in quotes)");
    }
    if (barMiB < 1 || Long.bitCount(barMiB) != 1) {
      throw new IllegalArgumentException("barMiB: " + barMiB + " is not a power of two");
    }
    if (tiles < 1 || tiles > MOST_TILES) {
      throw new IllegalArgumentException("tiles: 1 to " + MOST_TILES);
    }
    if (fans < 0 || fans > MOST_FANS) {
      throw new IllegalArgumentException("fans: 0 to " + MOST_FANS);
    }
    if (minClockMHz < 1 || clockMHz < minClockMHz) {
      throw new IllegalArgumentException("clockMHz: must not be less than minClockMHz");
    }
    if (driver == Driver.xe && Boolean.TRUE.equals(errorCounters)) {
      throw new IllegalArgumentException("errorCounters: the driver xe shows none in sysfs");
    }
  }

  /** Intel's kernel drivers. */
  public enum Driver {
    /** Newer. */
    xe,
    /** Older. */
    i915
  }

  @Override
  public String driverName() {
    return driver.name();
  }
}
