package dev.acceld.probe.nvidia.sampling;

import dev.acceld.probe.nvidia.nvml.Symbol;

/** One thing to ask a GPU; the unit in which "not supported" is remembered. */
public enum NvmlQuery {
  FIELDS(Symbol.FIELD_VALUES),
  UTILIZATION(Symbol.UTILIZATION),
  ENCODER(Symbol.ENCODER_UTILIZATION),
  DECODER(Symbol.DECODER_UTILIZATION),
  JPEG(Symbol.JPEG_UTILIZATION),
  OFA(Symbol.OFA_UTILIZATION),
  MEMORY_V2(Symbol.MEMORY_INFO_V2),
  MEMORY(Symbol.MEMORY_INFO),
  BAR1(Symbol.BAR1_MEMORY),
  TEMPERATURE_V(Symbol.TEMPERATURE_V),
  TEMPERATURE(Symbol.TEMPERATURE, 0),
  MARGIN(Symbol.MARGIN_TEMPERATURE),
  SHUTDOWN_AT(Symbol.TEMPERATURE_THRESHOLD, 0),
  SLOWDOWN_AT(Symbol.TEMPERATURE_THRESHOLD, 1),
  MEMORY_MOST(Symbol.TEMPERATURE_THRESHOLD, 2),
  FAN(Symbol.FAN_SPEED),
  SM_CLOCK(Symbol.CLOCK_INFO, 1),
  MEMORY_CLOCK(Symbol.CLOCK_INFO, 2),
  VIDEO_CLOCK(Symbol.CLOCK_INFO, 3),
  CLOCK_REASONS(Symbol.CLOCK_EVENT_REASONS),
  PERFORMANCE_STATE(Symbol.PERFORMANCE_STATE),
  PCIE_GENERATION(Symbol.PCIE_GENERATION),
  PCIE_WIDTH(Symbol.PCIE_WIDTH),
  SRAM_STATUS(Symbol.SRAM_ECC_STATUS),
  MEMORY_BANKS(Symbol.ROW_REMAPPER_HISTOGRAM),
  REPAIR(Symbol.REPAIR_STATUS),
  FABRIC_V3(Symbol.FABRIC_INFO_V),
  FABRIC_V2(Symbol.FABRIC_INFO_V),
  FABRIC(Symbol.FABRIC_INFO),
  PROCESSES_V3(Symbol.COMPUTE_PROCESSES_V3),
  PROCESSES_V2(Symbol.COMPUTE_PROCESSES_V2),
  GPM(Symbol.GPM_SUPPORT),
  GPM_SAMPLE(Symbol.GPM_SAMPLE_GET),
  GPM_PART_SAMPLE(Symbol.GPM_MIG_SAMPLE_GET),
  // The rest stands in for a field, or a function, that an older driver lacks.
  OLD_CLOCK_REASONS(Symbol.CLOCK_THROTTLE_REASONS),
  POWER(Symbol.POWER_USAGE),
  POWER_LIMIT(Symbol.ENFORCED_POWER_LIMIT),
  ENERGY(Symbol.TOTAL_ENERGY),
  ECC_CORRECTED(Symbol.TOTAL_ECC_ERRORS, 0),
  ECC_UNCORRECTED(Symbol.TOTAL_ECC_ERRORS, 1),
  SRAM_CORRECTED(Symbol.MEMORY_ERROR_COUNTER, 0),
  SRAM_UNCORRECTED(Symbol.MEMORY_ERROR_COUNTER, 1),
  PCIE_REPLAYS(Symbol.PCIE_REPLAYS),
  LINK_STATE(Symbol.NVLINK_STATE),
  LINK_REPLAYS(Symbol.NVLINK_ERRORS, 0),
  LINK_RECOVERIES(Symbol.NVLINK_ERRORS, 1),
  LINK_CRC_ERRORS(Symbol.NVLINK_ERRORS, 2);

  /** No selector. */
  static final int NONE = -1;

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
