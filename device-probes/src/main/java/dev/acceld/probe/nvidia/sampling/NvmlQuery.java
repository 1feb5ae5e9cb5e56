package dev.acceld.probe.nvidia.sampling;

import dev.acceld.probe.nvidia.nvml.Symbol;

/** One thing to ask a GPU; the unit in which "not supported" is remembered. */
public enum NvmlQuery {
  /** Everything with a field id: that of the GPU in one call, that of its NVLinks in another. */
  FIELDS(Symbol.FIELD_VALUES),
  /** Percent of time in which any kernel ran, and in which memory was read or written. */
  UTILIZATION(Symbol.UTILIZATION),
  /** Percent of time in which the video encoder was busy. */
  ENCODER(Symbol.ENCODER_UTILIZATION),
  /** Percent of time in which the video decoder was busy. */
  DECODER(Symbol.DECODER_UTILIZATION),
  /** Percent of time in which the JPEG decoder was busy; driver 535. */
  JPEG(Symbol.JPEG_UTILIZATION),
  /** Percent of time in which the optical flow unit was busy; driver 535. */
  OFA(Symbol.OFA_UTILIZATION),
  /** Bytes of memory in all, reserved, free and used; driver 510. */
  MEMORY_V2(Symbol.MEMORY_INFO_V2),
  /** Bytes of memory in all, free and used, where {@link #MEMORY_V2} is not supported. */
  MEMORY(Symbol.MEMORY_INFO),
  /** Bytes of BAR1 address space in all, free and used. */
  BAR1(Symbol.BAR1_MEMORY),
  /** Temperature of the GPU, degrees Celsius. */
  TEMPERATURE_V(Symbol.TEMPERATURE_V),
  /** The same where {@link #TEMPERATURE_V} is not supported. */
  TEMPERATURE(Symbol.TEMPERATURE, 0),
  /** Degrees Celsius left before the GPU slows down, below zero when it does; driver 570. */
  MARGIN(Symbol.MARGIN_TEMPERATURE),
  /** Temperature at which the GPU shuts down, degrees Celsius. */
  SHUTDOWN_AT(Symbol.TEMPERATURE_THRESHOLD, 0),
  /** Temperature at which the GPU slows down, degrees Celsius. */
  SLOWDOWN_AT(Symbol.TEMPERATURE_THRESHOLD, 1),
  /** Highest temperature that the memory may have, degrees Celsius. */
  MEMORY_MOST(Symbol.TEMPERATURE_THRESHOLD, 2),
  /** Fan speed in percent of the highest that is intended; not on boards without a fan. */
  FAN(Symbol.FAN_SPEED),
  /** Clock frequency of the streaming multiprocessors, megahertz. */
  SM_CLOCK(Symbol.CLOCK_INFO, 1),
  /** Clock frequency of the memory, megahertz. */
  MEMORY_CLOCK(Symbol.CLOCK_INFO, 2),
  /** Clock frequency of the video engines, megahertz. */
  VIDEO_CLOCK(Symbol.CLOCK_INFO, 3),
  /** A mask of what decides about the clocks at the moment; driver 535. */
  CLOCK_REASONS(Symbol.CLOCK_EVENT_REASONS),
  /** Performance state, 0 (fastest) to 15, or 32 when it is not known. */
  PERFORMANCE_STATE(Symbol.PERFORMANCE_STATE),
  /** PCIe generation at the moment. */
  PCIE_GENERATION(Symbol.PCIE_GENERATION),
  /** PCIe lanes at the moment. */
  PCIE_WIDTH(Symbol.PCIE_WIDTH),
  /** ECC errors of the SRAM, also by unit, and whether there are too many; driver 550. */
  SRAM_STATUS(Symbol.SRAM_ECC_STATUS),
  /** Banks of memory, counted by how many spare rows they have left. */
  MEMORY_BANKS(Symbol.ROW_REMAPPER_HISTOGRAM),
  /** Whether a memory channel or a TPC is repaired at the next reset; driver 580. */
  REPAIR(Symbol.REPAIR_STATUS),
  /** Place in the NVLink fabric: registration, problems, health in one number; driver 580. */
  FABRIC_V3(Symbol.FABRIC_INFO_V),
  /** The same without that number, where {@link #FABRIC_V3} is not supported; driver 550. */
  FABRIC_V2(Symbol.FABRIC_INFO_V),
  /** Registration alone, where {@link #FABRIC_V2} is not supported; driver 525. */
  FABRIC(Symbol.FABRIC_INFO),
  /** Compute processes, with the bytes of memory that each has; driver 510. */
  PROCESSES_V3(Symbol.COMPUTE_PROCESSES_V3),
  /** The same where {@link #PROCESSES_V3} is not supported. */
  PROCESSES_V2(Symbol.COMPUTE_PROCESSES_V2),
  /** The same where {@link #PROCESSES_V2} is not supported either. */
  PROCESSES_V1(Symbol.COMPUTE_PROCESSES_V1),
  /** Processes that draw, with the bytes of memory that each has; driver 510. */
  GRAPHICS_V3(Symbol.GRAPHICS_PROCESSES_V3),
  /** The same where {@link #GRAPHICS_V3} is not supported. */
  GRAPHICS_V2(Symbol.GRAPHICS_PROCESSES_V2),
  /** The same where {@link #GRAPHICS_V2} is not supported either. */
  GRAPHICS_V1(Symbol.GRAPHICS_PROCESSES_V1),
  /** How busy each process keeps a GPU; not in MIG mode. */
  PROCESS_UTILIZATION(Symbol.PROCESS_UTILIZATION),
  /** Whether there is GPM; remembered as not supported also when the answer is no; driver 520. */
  GPM(Symbol.GPM_SUPPORT),
  /** A GPM sample of a whole GPU. */
  GPM_SAMPLE(Symbol.GPM_SAMPLE_GET),
  /** A GPM sample of one GPU instance, asked of its GPU; driver 520. */
  GPM_PART_SAMPLE(Symbol.GPM_MIG_SAMPLE_GET),
  // The rest stands in for a field, or a function, that an older driver lacks.
  /** Stands in for {@link #CLOCK_REASONS}, under its old name. */
  OLD_CLOCK_REASONS(Symbol.CLOCK_THROTTLE_REASONS),
  /** Power draw, milliwatts; stands in for {@link GpuField#POWER}. */
  POWER(Symbol.POWER_USAGE),
  /** Power limit in force, milliwatts; stands in for {@link GpuField#POWER_LIMIT}. */
  POWER_LIMIT(Symbol.ENFORCED_POWER_LIMIT),
  /** Energy since the driver was loaded, millijoules; stands in for {@link GpuField#ENERGY}. */
  ENERGY(Symbol.TOTAL_ENERGY),
  /** Stands in for {@link GpuField#ECC_CORRECTED}. */
  ECC_CORRECTED(Symbol.TOTAL_ECC_ERRORS, 0),
  /** Stands in for {@link GpuField#ECC_UNCORRECTED}. */
  ECC_UNCORRECTED(Symbol.TOTAL_ECC_ERRORS, 1),
  /**
   * ECC errors corrected in SRAM since the driver was loaded; stands in for {@link #SRAM_STATUS}.
   */
  SRAM_CORRECTED(Symbol.MEMORY_ERROR_COUNTER, 0),
  /**
   * ECC errors not corrected in SRAM since the driver was loaded; stands in for {@link
   * #SRAM_STATUS}.
   */
  SRAM_UNCORRECTED(Symbol.MEMORY_ERROR_COUNTER, 1),
  /** Stands in for {@link GpuField#PCIE_REPLAYS}. */
  PCIE_REPLAYS(Symbol.PCIE_REPLAYS),
  /** 1 for an active NVLink; this and the rest stand in for fields that came with driver 520. */
  LINK_STATE(Symbol.NVLINK_STATE),
  /** Packets sent again over an NVLink. */
  LINK_REPLAYS(Symbol.NVLINK_ERRORS, 0),
  /** How often an NVLink had to recover. */
  LINK_RECOVERIES(Symbol.NVLINK_ERRORS, 1),
  /** Checksum errors on an NVLink. */
  LINK_CRC_ERRORS(Symbol.NVLINK_ERRORS, 2);

  /** No selector. */
  static final int NONE = -1;

  /** The function to call; several queries may share one, with another selector or version. */
  public final Symbol symbol;

  final int selector;

  NvmlQuery(Symbol symbol) {
    this(symbol, NONE);
  }

  NvmlQuery(Symbol symbol, int selector) {
    this.symbol = symbol;
    this.selector = selector;
  }
}
