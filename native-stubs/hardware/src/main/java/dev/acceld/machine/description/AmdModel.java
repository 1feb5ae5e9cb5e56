package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all AMD GPUs of one model have in common.
 *
 * @param name the product name
 * @param device the PCI device id
 * @param subsystem the PCI subsystem device id
 * @param revision the PCI revision
 * @param pciClass the PCI class: 0x120000 for a processing accelerator, 0x038000 without a display
 * @param productNumber the board's part number
 * @param vbios the firmware's version
 * @param driverVersion version of the driver amdgpu; null for the driver of the kernel, which has
 *     none of its own
 * @param gfxTarget the instruction set, such as {@code gfx942}
 * @param asic name of the processor in KFD's topology
 * @param computeUnits compute units in all
 * @param xccs compute dies (XCC)
 * @param memoryMiB local memory
 * @param memoryVendor who made the memory
 * @param metrics version of the binary file {@code gpu_metrics}
 * @param computePartitions modes that the GPU can be divided into, the current one first; empty
 *     when it cannot
 * @param memoryPartitions modes of the memory, the current one first
 * @param rasBlocks the parts of the GPU that count memory errors
 * @param deferredErrors whether the driver counts deferred errors of the memory controller (umc)
 * @param edgeSensor whether there is a temperature sensor at the edge of the die
 * @param hotspotCriticalC the hottest spot's temperature from which clocks are held down
 * @param memoryCriticalC the same for the memory
 * @param idleWatts power drawn when idle
 * @param limitWatts the power limit
 * @param clockMHz highest clock of the compute units
 * @param memoryClockMHz clock of the memory
 * @param pcieGeneration PCIe generation
 * @param pcieWidth PCIe lanes
 * @param xgmi whether the GPUs of the group are linked directly, as one hive
 */
public record AmdModel(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) PciId device,
    @JsonProperty(required = true) PciId subsystem,
    @JsonProperty(required = true) int revision,
    @JsonProperty(required = true) PciId pciClass,
    @JsonProperty(required = true) String productNumber,
    @JsonProperty(required = true) String vbios,
    @Nullable String driverVersion,
    @JsonProperty(required = true) String gfxTarget,
    @JsonProperty(required = true) String asic,
    @JsonProperty(required = true) int computeUnits,
    @JsonProperty(required = true) int xccs,
    @JsonProperty(required = true) long memoryMiB,
    @JsonProperty(required = true) String memoryVendor,
    @JsonProperty(required = true) String metrics,
    List<String> computePartitions,
    List<String> memoryPartitions,
    @JsonProperty(required = true) List<String> rasBlocks,
    @Nullable Boolean deferredErrors,
    @JsonProperty(required = true) boolean edgeSensor,
    @JsonProperty(required = true) int hotspotCriticalC,
    @JsonProperty(required = true) int memoryCriticalC,
    @JsonProperty(required = true) int idleWatts,
    @JsonProperty(required = true) int limitWatts,
    @JsonProperty(required = true) int clockMHz,
    @JsonProperty(required = true) int memoryClockMHz,
    @JsonProperty(required = true) int pcieGeneration,
    @JsonProperty(required = true) int pcieWidth,
    @JsonProperty(required = true) boolean xgmi)
    implements DrmModel {

  /** Blocks of the driver (amdgpu_ras.c), in its order: the bits of its feature mask. */
  public static final List<String> RAS_BLOCKS =
      List.of(
          "umc",
          "sdma",
          "gfx",
          "mmhub",
          "athub",
          "pcie_bif",
          "hdp",
          "xgmi_wafl",
          "df",
          "smn",
          "sem",
          "mp0",
          "mp1",
          "fuse",
          "mca",
          "vcn",
          "jpeg",
          "ih",
          "mpio");

  /** Checks the forms. */
  public AmdModel {
    computePartitions = Absent.toEmpty(computePartitions);
    memoryPartitions = Absent.toEmpty(memoryPartitions);
    rasBlocks = Absent.toEmpty(rasBlocks);
    Checks.form("gfxTarget", gfxTarget, "gfx[0-9]{1,2}[0-9a-f]{2}", "gfx942");
    Checks.form("metrics", metrics, "1\\.[356]", "1.3, 1.5 or 1.6 (in quotes)");
    Checks.drm(revision, memoryMiB, idleWatts, limitWatts, pcieGeneration, pcieWidth);
    if (driverVersion != null) {
      Checks.form("driverVersion", driverVersion, "[0-9]+(\\.[0-9]+){1,3}", "6.12.12 (in quotes)");
    }
    if (computeUnits < 1 || xccs < 1 || computeUnits % xccs != 0) {
      throw new IllegalArgumentException("computeUnits: must be a multiple of xccs, at least 1");
    }
    for (String mode : computePartitions) {
      Checks.form("computePartitions", mode, "SPX|DPX|TPX|QPX|CPX", "SPX");
    }
    for (String mode : memoryPartitions) {
      Checks.form("memoryPartitions", mode, "NPS[1248]", "NPS1");
    }
    for (String block : rasBlocks) {
      if (!RAS_BLOCKS.contains(block)) {
        throw new IllegalArgumentException(
            "rasBlocks: there is no block '" + block + "'" + Suggestions.hint(block, RAS_BLOCKS));
      }
    }
  }

  @Override
  public String driverName() {
    return "amdgpu";
  }
}
