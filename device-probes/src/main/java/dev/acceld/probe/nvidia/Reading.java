package dev.acceld.probe.nvidia;

import dev.acceld.probe.nvidia.nvml.Symbol;

/** One thing to ask a GPU; the unit in which "not supported" is remembered. */
enum Reading {
  FIELDS(Symbol.FIELD_VALUES),
  UTILIZATION(Symbol.UTILIZATION),
  ENCODER(Symbol.ENCODER_UTILIZATION),
  DECODER(Symbol.DECODER_UTILIZATION),
  MEMORY_V2(Symbol.MEMORY_INFO_V2),
  MEMORY(Symbol.MEMORY_INFO),
  TEMPERATURE_V(Symbol.TEMPERATURE_V),
  TEMPERATURE(Symbol.TEMPERATURE, 0),
  SM_CLOCK(Symbol.CLOCK_INFO, 1),
  MEMORY_CLOCK(Symbol.CLOCK_INFO, 2),
  PCIE_GENERATION(Symbol.PCIE_GENERATION),
  PCIE_WIDTH(Symbol.PCIE_WIDTH),
  // The rest stands in for a field that an older driver lacks.
  POWER(Symbol.POWER_USAGE),
  POWER_LIMIT(Symbol.ENFORCED_POWER_LIMIT),
  ENERGY(Symbol.TOTAL_ENERGY),
  ECC_CORRECTED(Symbol.TOTAL_ECC_ERRORS, 0),
  ECC_UNCORRECTED(Symbol.TOTAL_ECC_ERRORS, 1),
  PCIE_REPLAYS(Symbol.PCIE_REPLAYS);

  /** No selector. */
  static final int NONE = -1;

  final Symbol symbol;
  final int selector;

  Reading(Symbol symbol) {
    this(symbol, NONE);
  }

  Reading(Symbol symbol, int selector) {
    this.symbol = symbol;
    this.selector = selector;
  }
}
