package dev.acceld.probe.nvidia.nvml;

/** Field ids ({@code NVML_FI_DEV_*} of nvml.h 13.3) that are read in one call. */
public final class FieldId {
  private FieldId() {}

  /** ECC errors corrected since the driver was loaded. */
  public static final int ECC_CORRECTED = 3;

  /** ECC errors not corrected since the driver was loaded. */
  public static final int ECC_UNCORRECTED = 4;

  /** Memory temperature, degrees Celsius. */
  public static final int MEMORY_TEMPERATURE = 82;

  /** Energy since the driver was loaded, millijoules. */
  public static final int ENERGY = 83;

  /** PCIe replays. */
  public static final int PCIE_REPLAYS = 94;

  /** Power at this moment, milliwatts. */
  public static final int POWER = 186;

  /** Power limit in force, milliwatts. */
  public static final int POWER_LIMIT = 190;

  /** Bytes sent over PCIe; may wrap. */
  public static final int PCIE_SENT = 197;

  /** Bytes received over PCIe; may wrap. */
  public static final int PCIE_RECEIVED = 198;

  /** What has to be done to the GPU; driver 570. */
  public static final int RECOVERY_ACTION = 230;
}
