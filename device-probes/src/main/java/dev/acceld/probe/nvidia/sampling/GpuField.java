package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.FieldId;
import org.jspecify.annotations.Nullable;

/** What one call of {@code nvmlDeviceGetFieldValues} gives at once, of the GPU as a whole. */
public enum GpuField {
  /** Power draw at this moment, watts; driver 535. */
  POWER(FieldId.POWER, Metric.POWER, 1000),
  /** Power draw averaged over about a second, watts; driver 535. */
  POWER_AVERAGE(FieldId.POWER_AVERAGE, Metric.POWER_AVERAGE, 1000),
  /** Power draw of the module that carries the GPU and its CPU, watts; driver 535. */
  MODULE_POWER(FieldId.POWER, FieldId.SCOPE_MODULE, Metric.MODULE_POWER, 0, 1000),
  /** Power limit in force, watts; driver 535. */
  POWER_LIMIT(FieldId.POWER_LIMIT, Metric.POWER_LIMIT, 1000),
  /** Default power limit, watts; driver 535. */
  POWER_LIMIT_DEFAULT(FieldId.POWER_LIMIT_DEFAULT, Metric.POWER_LIMIT_DEFAULT, 1000),
  /** Lowest power limit that can be set, watts; driver 535. */
  POWER_LIMIT_LEAST(FieldId.POWER_LIMIT_LEAST, Metric.POWER_LIMIT_LEAST, 1000),
  /** Highest power limit that can be set, watts; driver 535. */
  POWER_LIMIT_MOST(FieldId.POWER_LIMIT_MOST, Metric.POWER_LIMIT_MOST, 1000),
  /** Energy since the driver was loaded, joules. */
  ENERGY(FieldId.ENERGY, Metric.ENERGY, 1000),
  /** Memory temperature, degrees Celsius; 0, from a board without the sensor, is left out. */
  MEMORY_TEMPERATURE(FieldId.MEMORY_TEMPERATURE, Metric.MEMORY_TEMPERATURE, 1),
  /** Seconds in which the clocks were held down for power, since the driver was loaded. */
  THROTTLED_POWER(FieldId.THROTTLED_POWER, 0, Metric.THROTTLED),
  /** Seconds in which the clocks were held down for heat, since the driver was loaded. */
  THROTTLED_THERMAL(FieldId.THROTTLED_THERMAL, 1, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down to keep pace with a group of GPUs, since the driver
   * was loaded.
   */
  THROTTLED_SYNC_BOOST(FieldId.THROTTLED_SYNC_BOOST, 2, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down for a limit of the board, since the driver was
   * loaded.
   */
  THROTTLED_BOARD_LIMIT(FieldId.THROTTLED_BOARD_LIMIT, 3, Metric.THROTTLED),
  /** Seconds in which the clocks were held down for want of work, since the driver was loaded. */
  THROTTLED_LOW_UTILIZATION(FieldId.THROTTLED_LOW_UTILIZATION, 4, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down for the reliability of the voltage, since the driver
   * was loaded.
   */
  THROTTLED_RELIABILITY(FieldId.THROTTLED_RELIABILITY, 5, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down by software, for heat, since the driver was loaded;
   * driver 575.
   */
  THROTTLED_SOFTWARE_THERMAL(FieldId.THROTTLED_SOFTWARE_THERMAL, 6, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down by hardware, for heat, since the driver was loaded;
   * driver 575.
   */
  THROTTLED_HARDWARE_THERMAL(FieldId.THROTTLED_HARDWARE_THERMAL, 7, Metric.THROTTLED),
  /**
   * Seconds in which the clocks were held down from outside, since the driver was loaded; driver
   * 575.
   */
  THROTTLED_POWER_BRAKE(FieldId.THROTTLED_POWER_BRAKE, 8, Metric.THROTTLED),
  /** ECC errors corrected since the driver was loaded. */
  ECC_CORRECTED(FieldId.ECC_CORRECTED, Metric.ECC_CORRECTED, 1),
  /** ECC errors not corrected since the driver was loaded. */
  ECC_UNCORRECTED(FieldId.ECC_UNCORRECTED, Metric.ECC_UNCORRECTED, 1),
  /** ECC errors corrected in all the life of the GPU. */
  ECC_CORRECTED_LIFETIME(FieldId.ECC_CORRECTED_LIFETIME, Metric.ECC_CORRECTED_LIFETIME, 1),
  /** ECC errors not corrected in all the life of the GPU. */
  ECC_UNCORRECTED_LIFETIME(FieldId.ECC_UNCORRECTED_LIFETIME, Metric.ECC_UNCORRECTED_LIFETIME, 1),
  /** ECC errors corrected in L1 since the driver was loaded. */
  ECC_CORRECTED_L1(FieldId.ECC_CORRECTED_L1, 0, Metric.ECC_CORRECTED_AT),
  /** ECC errors not corrected in L1 since the driver was loaded. */
  ECC_UNCORRECTED_L1(FieldId.ECC_UNCORRECTED_L1, 0, Metric.ECC_UNCORRECTED_AT),
  /** ECC errors corrected in L2 since the driver was loaded. */
  ECC_CORRECTED_L2(FieldId.ECC_CORRECTED_L2, 1, Metric.ECC_CORRECTED_AT),
  /** ECC errors not corrected in L2 since the driver was loaded. */
  ECC_UNCORRECTED_L2(FieldId.ECC_UNCORRECTED_L2, 1, Metric.ECC_UNCORRECTED_AT),
  /** ECC errors corrected in the memory since the driver was loaded. */
  ECC_CORRECTED_DRAM(FieldId.ECC_CORRECTED_DRAM, 2, Metric.ECC_CORRECTED_AT),
  /** ECC errors not corrected in the memory since the driver was loaded. */
  ECC_UNCORRECTED_DRAM(FieldId.ECC_UNCORRECTED_DRAM, 2, Metric.ECC_UNCORRECTED_AT),
  /** ECC errors corrected in registers since the driver was loaded. */
  ECC_CORRECTED_REGISTERS(FieldId.ECC_CORRECTED_REGISTERS, 3, Metric.ECC_CORRECTED_AT),
  /** ECC errors not corrected in registers since the driver was loaded. */
  ECC_UNCORRECTED_REGISTERS(FieldId.ECC_UNCORRECTED_REGISTERS, 3, Metric.ECC_UNCORRECTED_AT),
  /** ECC errors corrected in texture memory since the driver was loaded. */
  ECC_CORRECTED_TEXTURE(FieldId.ECC_CORRECTED_TEXTURE, 4, Metric.ECC_CORRECTED_AT),
  /** ECC errors not corrected in texture memory since the driver was loaded. */
  ECC_UNCORRECTED_TEXTURE(FieldId.ECC_UNCORRECTED_TEXTURE, 4, Metric.ECC_UNCORRECTED_AT),
  /** ECC errors not corrected in the CBU since the driver was loaded. */
  ECC_UNCORRECTED_CBU(FieldId.ECC_UNCORRECTED_CBU, 5, Metric.ECC_UNCORRECTED_AT),
  /** Rows of memory remapped after corrected errors. */
  REMAPPED_CORRECTABLE(FieldId.REMAPPED_CORRECTABLE, Metric.REMAPPED_ROWS_CORRECTABLE, 1),
  /** Rows of memory remapped after uncorrected errors. */
  REMAPPED_UNCORRECTABLE(FieldId.REMAPPED_UNCORRECTABLE, Metric.REMAPPED_ROWS_UNCORRECTABLE, 1),
  /** 1 while a row waits for a reset to be remapped, else 0. */
  REMAP_PENDING(FieldId.REMAP_PENDING, Metric.ROW_REMAP_PENDING, 1),
  /** 1 when a row remapping has failed, else 0. */
  REMAP_FAILED(FieldId.REMAP_FAILED, Metric.ROW_REMAP_FAILED, 1),
  /** Pages of memory retired after single-bit errors. */
  RETIRED_SINGLE_BIT(FieldId.RETIRED_SINGLE_BIT, 0, Metric.RETIRED_PAGES),
  /** Pages of memory retired after a double-bit error. */
  RETIRED_DOUBLE_BIT(FieldId.RETIRED_DOUBLE_BIT, 1, Metric.RETIRED_PAGES),
  /** 1 while a page waits for a reboot to be retired, else 0. */
  RETIRED_PENDING(FieldId.RETIRED_PENDING, Metric.RETIRED_PAGES_PENDING, 1),
  /** Retransmitted PCIe packets. */
  PCIE_REPLAYS(FieldId.PCIE_REPLAYS, Metric.PCIE_REPLAYS, 1),
  /** Bytes that the GPU sent over PCIe; may wrap; driver 550. */
  PCIE_SENT(FieldId.PCIE_SENT, Metric.PCIE_SENT, 1),
  /** Bytes that the GPU received over PCIe; may wrap; driver 550. */
  PCIE_RECEIVED(FieldId.PCIE_RECEIVED, Metric.PCIE_RECEIVED, 1),
  /** Correctable PCIe errors; this and the following ten counters from driver 535 on. */
  PCIE_CORRECTABLE(FieldId.PCIE_ERRORS, 0, Metric.PCIE_ERRORS),
  /** NAKs (negative acknowledgements) that the GPU received over PCIe. */
  PCIE_NAK_RECEIVED(FieldId.PCIE_ERRORS + 1, 1, Metric.PCIE_ERRORS),
  /** PCIe receiver errors. */
  PCIE_RECEIVER(FieldId.PCIE_ERRORS + 2, 2, Metric.PCIE_ERRORS),
  /** Bad TLPs, the packets of the transaction layer of PCIe. */
  PCIE_BAD_TLP(FieldId.PCIE_ERRORS + 3, 3, Metric.PCIE_ERRORS),
  /** NAKs (negative acknowledgements) that the GPU sent over PCIe. */
  PCIE_NAK_SENT(FieldId.PCIE_ERRORS + 4, 4, Metric.PCIE_ERRORS),
  /** Bad DLLPs, the packets of the data link layer of PCIe. */
  PCIE_BAD_DLLP(FieldId.PCIE_ERRORS + 5, 5, Metric.PCIE_ERRORS),
  /** Uncorrectable PCIe errors that are not fatal. */
  PCIE_NON_FATAL(FieldId.PCIE_ERRORS + 6, 6, Metric.PCIE_ERRORS),
  /** Fatal PCIe errors. */
  PCIE_FATAL(FieldId.PCIE_ERRORS + 7, 7, Metric.PCIE_ERRORS),
  /** Unsupported requests on PCIe. */
  PCIE_UNSUPPORTED_REQUEST(FieldId.PCIE_ERRORS + 8, 8, Metric.PCIE_ERRORS),
  /** LCRC errors: wrong checksums on the PCIe link. */
  PCIE_LCRC(FieldId.PCIE_ERRORS + 9, 9, Metric.PCIE_ERRORS),
  /** Errors of PCIe lanes. */
  PCIE_LANE(FieldId.PCIE_ERRORS + 10, 10, Metric.PCIE_ERRORS),
  /** Number of NVLinks, up to 36; sets how many are sampled and is no measurement itself. */
  LINK_COUNT(FieldId.LINK_COUNT, null, 1),
  /**
   * What has to be done to the GPU, by its number in {@link Metric#RECOVERY_ACTION}; driver 570.
   */
  RECOVERY_ACTION(FieldId.RECOVERY_ACTION, Metric.RECOVERY_ACTION, 1);

  /** All fields, each at its ordinal. One shared array, which nobody may change. */
  public static final GpuField[] ALL = values();

  /** Throttled times are in nanoseconds; all else with parts is a plain number. */
  private static final double NANOS = 1e9;

  /** The field id, {@code NVML_FI_DEV_*} of nvml.h. */
  public final int id;

  final int scope;

  /** Null for what is no measurement. */
  public final @Nullable Metric metric;

  /** The part of the device, by its number in {@link Metric#parts}. */
  public final int part;

  /** To the metric's unit. */
  final double divisor;

  /** A value of the whole. */
  GpuField(int id, @Nullable Metric metric, double divisor) {
    this(id, 0, metric, 0, divisor);
  }

  /** A value of a part. */
  GpuField(int id, int part, Metric metric) {
    this(id, 0, metric, part, metric == Metric.THROTTLED ? NANOS : 1);
  }

  GpuField(int id, int scope, @Nullable Metric metric, int part, double divisor) {
    this.id = id;
    this.scope = scope;
    this.metric = metric;
    this.part = part;
    this.divisor = divisor;
  }
}
