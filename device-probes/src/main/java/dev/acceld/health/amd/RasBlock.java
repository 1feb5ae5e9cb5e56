package dev.acceld.health.amd;

import dev.acceld.vendor.FaultCode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A block of a GPU whose errors amdgpu counts, by the name of its file in sysfs ({@code
 * ras/umc_err_count}; drivers/gpu/drm/amd/amdgpu/amdgpu_ras.c, {@code ras_block_string}).
 */
public enum RasBlock {
  /** Memory controllers, and with them the memory. */
  UMC("memory"),
  /** System DMA engines. */
  SDMA("system DMA engine"),
  /** Shader engines, compute units and their caches. */
  GFX("graphics and compute engine"),
  /** The hub between memory and all engines but graphics. */
  MMHUB("multimedia memory hub"),
  /** The hub for address translation. */
  ATHUB("address translation hub"),
  /** The PCIe interface. */
  PCIE_BIF("PCIe interface"),
  /** The host data path. */
  HDP("host data path"),
  /** Links to other GPUs. */
  XGMI_WAFL("XGMI links to other GPUs"),
  /** The fabric between the parts of the chip. */
  DF("data fabric"),
  /** The network for management on the chip. */
  SMN("system management network"),
  /** The semaphore block. */
  SEM("semaphore block"),
  /** The security processor. */
  MP0("security processor"),
  /** The power management processor. */
  MP1("power management processor"),
  /** Fuses. */
  FUSE("fuses"),
  /** The block that collects errors of others. */
  MCA("machine check architecture"),
  /** Video engines. */
  VCN("video engine"),
  /** JPEG engines. */
  JPEG("JPEG engine"),
  /** The interrupt handler. */
  IH("interrupt handler"),
  /** The processor for input and output. */
  MPIO("I/O processor");

  /** The {@link FaultCode#reason} of uncorrectable errors. */
  public static final String REASON = "ras";

  private final String part;

  RasBlock(String part) {
    this.part = part;
  }

  /** As the driver calls it, {@code xgmi_wafl}. */
  public String driverName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** An uncorrectable error in it: {@code ras-xgmiwafl}. */
  public FaultCode fault() {
    return new FaultCode(REASON, driverName().replace("_", ""));
  }

  /** What it is, for a person. */
  String part() {
    return part;
  }

  /** The one that the driver calls so. */
  public static Optional<RasBlock> of(String driverName) {
    return Arrays.stream(values()).filter(b -> b.driverName().equals(driverName)).findFirst();
  }
}
