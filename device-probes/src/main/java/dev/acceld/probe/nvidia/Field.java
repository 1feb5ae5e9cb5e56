package dev.acceld.probe.nvidia;

import dev.acceld.device.Metric;
import dev.acceld.probe.nvidia.nvml.FieldId;
import org.jspecify.annotations.Nullable;

/** What one call of {@code nvmlDeviceGetFieldValues} gives at once. */
enum Field {
  POWER(FieldId.POWER, Metric.POWER, 1000),
  POWER_LIMIT(FieldId.POWER_LIMIT, Metric.POWER_LIMIT, 1000),
  ENERGY(FieldId.ENERGY, Metric.ENERGY, 1000),
  MEMORY_TEMPERATURE(FieldId.MEMORY_TEMPERATURE, Metric.MEMORY_TEMPERATURE, 1),
  ECC_CORRECTED(FieldId.ECC_CORRECTED, Metric.ECC_CORRECTED, 1),
  ECC_UNCORRECTED(FieldId.ECC_UNCORRECTED, Metric.ECC_UNCORRECTED, 1),
  PCIE_REPLAYS(FieldId.PCIE_REPLAYS, Metric.PCIE_REPLAYS, 1),
  PCIE_SENT(FieldId.PCIE_SENT, Metric.PCIE_SENT, 1),
  PCIE_RECEIVED(FieldId.PCIE_RECEIVED, Metric.PCIE_RECEIVED, 1),
  RECOVERY_ACTION(FieldId.RECOVERY_ACTION, null, 1);

  static final Field[] ALL = values();

  final int id;

  /** Null for what is no measurement. */
  final @Nullable Metric metric;

  /** To the metric's unit. */
  final double divisor;

  Field(int id, @Nullable Metric metric, double divisor) {
    this.id = id;
    this.metric = metric;
    this.divisor = divisor;
  }

  int bit() {
    return 1 << ordinal();
  }
}
