package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What all GPUs of one model have in common.
 *
 * @param name the product name as NVML gives it
 * @param device the PCI device id
 * @param subsystem the PCI subsystem device id
 * @param pciClass the PCI class: 0x030200 without, 0x030000 with a display
 * @param architecture the generation
 * @param computeCapability such as {@code 9.0}
 * @param memoryMiB total memory
 * @param reservedMiB what the driver keeps of it
 * @param memoryBusBits width of the memory bus
 * @param hbm whether the memory has a temperature sensor of its own
 * @param ecc whether ECC is on; null when there is none
 * @param mig whether MIG mode is on; null when the GPU has none
 * @param addressing {@code none}, {@code hmm} or {@code ats}; null when it does not tell
 * @param cores CUDA cores
 * @param idleWatts power drawn when idle
 * @param minWatts the smallest power limit
 * @param limitWatts the power limit
 * @param smClockMHz highest clock of the multiprocessors
 * @param memoryClockMHz clock of the memory
 * @param videoClockMHz highest clock of the video engines
 * @param pcieGeneration PCIe generation
 * @param pcieWidth PCIe lanes
 * @param nvlinks NVLinks of each GPU; null when it has none
 * @param nvlinkVersion their version, 2 to 5; null without NVLinks
 * @param fabric whether the GPU registers with an NVLink fabric; null when it does not
 * @param partNumber the board's part number
 * @param vbios the firmware's version
 */
public record GpuModel(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) PciId device,
    @JsonProperty(required = true) PciId subsystem,
    @JsonProperty(required = true) PciId pciClass,
    @JsonProperty(required = true) Architecture architecture,
    @JsonProperty(required = true) String computeCapability,
    @JsonProperty(required = true) long memoryMiB,
    @JsonProperty(required = true) long reservedMiB,
    @JsonProperty(required = true) int memoryBusBits,
    @JsonProperty(required = true) boolean hbm,
    @Nullable Boolean ecc,
    @Nullable Boolean mig,
    @Nullable Addressing addressing,
    @JsonProperty(required = true) int cores,
    @JsonProperty(required = true) int idleWatts,
    @JsonProperty(required = true) int minWatts,
    @JsonProperty(required = true) int limitWatts,
    @JsonProperty(required = true) int smClockMHz,
    @JsonProperty(required = true) int memoryClockMHz,
    @JsonProperty(required = true) int videoClockMHz,
    @JsonProperty(required = true) int pcieGeneration,
    @JsonProperty(required = true) int pcieWidth,
    @Nullable Integer nvlinks,
    @Nullable Integer nvlinkVersion,
    @Nullable Boolean fabric,
    @JsonProperty(required = true) String partNumber,
    @JsonProperty(required = true) String vbios) {

  private static final int MOST_NVLINKS = 36;

  /** Checks the forms. */
  public GpuModel {
    Checks.form("computeCapability", computeCapability, "[0-9]{1,2}\\.[0-9]", "9.0 (in quotes)");
    if (reservedMiB < 0 || memoryMiB <= reservedMiB) {
      throw new IllegalArgumentException("memoryMiB must be more than reservedMiB, which may be 0");
    }
    if (idleWatts < 0 || limitWatts < idleWatts) {
      throw new IllegalArgumentException("limitWatts must not be less than idleWatts");
    }
    if ((nvlinks == null) != (nvlinkVersion == null)) {
      throw new IllegalArgumentException(
          "nvlinks and nvlinkVersion must be set together: set both or neither");
    }
    if (nvlinks != null && (nvlinks < 1 || nvlinks > MOST_NVLINKS)) {
      throw new IllegalArgumentException("nvlinks: 1 to " + MOST_NVLINKS);
    }
  }

  /** Generations, with NVML's numbers for them. */
  public enum Architecture {
    /** Volta. */
    volta(5),
    /** Turing. */
    turing(6),
    /** Ampere. */
    ampere(7),
    /** Ada Lovelace. */
    ada(8),
    /** Hopper. */
    hopper(9),
    /** Blackwell. */
    blackwell(10);

    public final int nvml;

    Architecture(int nvml) {
      this.nvml = nvml;
    }
  }

  /** How the GPU reaches the system's memory, in NVML's order. */
  public enum Addressing {
    /** Not at all. */
    none,
    /** Heterogeneous memory management, by software. */
    hmm,
    /** Address translation services, by hardware. */
    ats
  }
}
