package dev.acceld.probe.nvidia.nvml;

/**
 * Field ids ({@code NVML_FI_DEV_*} of nvml.h 13.3) that are read in one call. A driver answers for
 * those that its own nvml.h has; where a note names one, that driver branch is the first.
 */
public final class FieldId {
  private FieldId() {}

  /** A scope: the module that carries GPU and processor, for power. */
  public static final int SCOPE_MODULE = 1;

  /** ECC errors corrected since the driver was loaded. */
  public static final int ECC_CORRECTED = 3;

  /** ECC errors not corrected since the driver was loaded. */
  public static final int ECC_UNCORRECTED = 4;

  /** ECC errors corrected ever. */
  public static final int ECC_CORRECTED_LIFETIME = 5;

  /** ECC errors not corrected ever. */
  public static final int ECC_UNCORRECTED_LIFETIME = 6;

  /** Corrected since the driver was loaded, in L1. */
  public static final int ECC_CORRECTED_L1 = 7;

  /** Not corrected since the driver was loaded, in L1. */
  public static final int ECC_UNCORRECTED_L1 = 8;

  /** Corrected in L2. */
  public static final int ECC_CORRECTED_L2 = 9;

  /** Not corrected in L2. */
  public static final int ECC_UNCORRECTED_L2 = 10;

  /** Corrected in the memory. */
  public static final int ECC_CORRECTED_DRAM = 11;

  /** Not corrected in the memory. */
  public static final int ECC_UNCORRECTED_DRAM = 12;

  /** Corrected in registers. */
  public static final int ECC_CORRECTED_REGISTERS = 13;

  /** Not corrected in registers. */
  public static final int ECC_UNCORRECTED_REGISTERS = 14;

  /** Corrected in texture memory. */
  public static final int ECC_CORRECTED_TEXTURE = 15;

  /** Not corrected in texture memory. */
  public static final int ECC_UNCORRECTED_TEXTURE = 16;

  /** Not corrected in the CBU. */
  public static final int ECC_UNCORRECTED_CBU = 17;

  /** Pages retired after single-bit errors. */
  public static final int RETIRED_SINGLE_BIT = 29;

  /** Pages retired after a double-bit error. */
  public static final int RETIRED_DOUBLE_BIT = 30;

  /** 1 when a page waits to be retired. */
  public static final int RETIRED_PENDING = 31;

  /** Nanoseconds held down for power. */
  public static final int THROTTLED_POWER = 74;

  /** Nanoseconds held down for heat. */
  public static final int THROTTLED_THERMAL = 75;

  /** Nanoseconds held down to keep pace with a group of GPUs. */
  public static final int THROTTLED_SYNC_BOOST = 76;

  /** Nanoseconds held down for a limit of the board. */
  public static final int THROTTLED_BOARD_LIMIT = 77;

  /** Nanoseconds held down for want of work. */
  public static final int THROTTLED_LOW_UTILIZATION = 78;

  /** Nanoseconds held down for reliability of voltage. */
  public static final int THROTTLED_RELIABILITY = 79;

  /** Memory temperature, degrees Celsius. */
  public static final int MEMORY_TEMPERATURE = 82;

  /** Energy since the driver was loaded, millijoules. */
  public static final int ENERGY = 83;

  /** NVLinks that there are. */
  public static final int LINK_COUNT = 91;

  /** PCIe replays. */
  public static final int PCIE_REPLAYS = 94;

  /** KiB of data sent; scope is the link. */
  public static final int LINK_SENT_KIB = 138;

  /** KiB of data received; scope is the link. */
  public static final int LINK_RECEIVED_KIB = 139;

  /** Rows remapped after corrected errors. */
  public static final int REMAPPED_CORRECTABLE = 142;

  /** Rows remapped after uncorrected errors. */
  public static final int REMAPPED_UNCORRECTABLE = 143;

  /** 1 when a row waits to be remapped. */
  public static final int REMAP_PENDING = 144;

  /** 1 when a row remapping has failed. */
  public static final int REMAP_FAILED = 145;

  /** Replays; scope is the link; up to NVLink 4. */
  public static final int LINK_REPLAYS = 161;

  /** Recoveries; scope is the link; up to NVLink 4. */
  public static final int LINK_RECOVERIES = 162;

  /** Checksum errors; scope is the link; up to NVLink 4. */
  public static final int LINK_CRC_ERRORS = 163;

  /** 1 for an active link; scope is the link; driver 520. */
  public static final int LINK_STATE = 165;

  /** The first of eleven counters of PCIe errors; driver 535. */
  public static final int PCIE_ERRORS = 173;

  /** Power averaged over about a second, milliwatts; driver 535. */
  public static final int POWER_AVERAGE = 185;

  /** Power at this moment, milliwatts; driver 535. */
  public static final int POWER = 186;

  /** Smallest power limit, milliwatts; driver 535. */
  public static final int POWER_LIMIT_LEAST = 187;

  /** Greatest power limit, milliwatts; driver 535. */
  public static final int POWER_LIMIT_MOST = 188;

  /** Power limit to begin with, milliwatts; driver 535. */
  public static final int POWER_LIMIT_DEFAULT = 189;

  /** Power limit in force, milliwatts; driver 535. */
  public static final int POWER_LIMIT = 190;

  /** Bytes sent over PCIe; may wrap; driver 550. */
  public static final int PCIE_SENT = 197;

  /** Bytes received over PCIe; may wrap; driver 550. */
  public static final int PCIE_RECEIVED = 198;

  /** Bytes sent; scope is the link; NVLink 5, driver 555. */
  public static final int LINK_SENT_BYTES = 202;

  /** Bytes received; scope is the link; NVLink 5, driver 555. */
  public static final int LINK_RECEIVED_BYTES = 204;

  /** Packets received with errors; scope is the link; NVLink 5. */
  public static final int LINK_PACKET_ERRORS = 208;

  /** Recoveries that failed; scope is the link; NVLink 5. */
  public static final int LINK_RECOVERY_FAILURES = 214;

  /** Recoveries; scope is the link; NVLink 5. */
  public static final int LINK_RECOVERY_EVENTS = 215;

  /** What has to be done to the GPU; driver 570. */
  public static final int RECOVERY_ACTION = 230;

  /** Nanoseconds held down by software for heat; driver 575. */
  public static final int THROTTLED_SOFTWARE_THERMAL = 269;

  /** Nanoseconds held down by hardware for heat; driver 575. */
  public static final int THROTTLED_HARDWARE_THERMAL = 270;

  /** Nanoseconds held down from outside; driver 575. */
  public static final int THROTTLED_POWER_BRAKE = 271;
}
