package dev.acceld.agent.cli.text;

import dev.acceld.device.Metric;
import java.util.Locale;

/** What readings are shown together, in the order in which they are shown. */
public enum ReadingGroup {
  UTILIZATION,
  MEMORY,
  TEMPERATURE,
  POWER,
  CLOCKS,
  ERRORS,
  PCIE,
  NVLINK,
  FABRIC,
  OTHERS;

  /** The heading. */
  public String heading() {
    return switch (this) {
      case PCIE -> "PCIe";
      case NVLINK -> "NVLink";
      case FABRIC -> "NVLink fabric";
      default -> name().toLowerCase(Locale.ROOT);
    };
  }

  public static ReadingGroup of(Metric metric) {
    return switch (metric) {
      case UTILIZATION,
          MEMORY_UTILIZATION,
          ENCODER_UTILIZATION,
          DECODER_UTILIZATION,
          JPEG_UTILIZATION,
          OFA_UTILIZATION,
          GRAPHICS_ACTIVE,
          SM_ACTIVE,
          SM_OCCUPANCY,
          INTEGER_ACTIVE,
          TENSOR_ACTIVE,
          TENSOR_DFMA_ACTIVE,
          TENSOR_HMMA_ACTIVE,
          TENSOR_IMMA_ACTIVE,
          FP64_ACTIVE,
          FP32_ACTIVE,
          FP16_ACTIVE,
          DRAM_ACTIVE,
          IDLE_DURATION,
          QUEUED_PROGRAMS,
          PROCESSES ->
          UTILIZATION;
      case MEMORY_USED,
          MEMORY_FREE,
          MEMORY_RESERVED,
          MEMORY_TOTAL,
          BAR1_USED,
          BAR1_FREE,
          BAR1_TOTAL,
          PROCESS_MEMORY ->
          MEMORY;
      case TEMPERATURE, MEMORY_TEMPERATURE, TEMPERATURE_MARGIN, TEMPERATURE_THRESHOLD, FAN_SPEED ->
          TEMPERATURE;
      case POWER,
          POWER_AVERAGE,
          MODULE_POWER,
          POWER_LIMIT,
          POWER_LIMIT_DEFAULT,
          POWER_LIMIT_LEAST,
          POWER_LIMIT_MOST,
          ENERGY ->
          POWER;
      case SM_CLOCK, MEMORY_CLOCK, VIDEO_CLOCK, PERFORMANCE_STATE, CLOCK_REASON, THROTTLED ->
          CLOCKS;
      case ECC_CORRECTED,
          ECC_UNCORRECTED,
          ECC_CORRECTED_LIFETIME,
          ECC_UNCORRECTED_LIFETIME,
          ECC_CORRECTED_AT,
          ECC_UNCORRECTED_AT,
          SRAM_UNCORRECTED,
          SRAM_THRESHOLD_EXCEEDED,
          REMAPPED_ROWS_CORRECTABLE,
          REMAPPED_ROWS_UNCORRECTABLE,
          ROW_REMAP_PENDING,
          ROW_REMAP_FAILED,
          MEMORY_BANKS,
          RETIRED_PAGES,
          RETIRED_PAGES_PENDING,
          REPAIR_PENDING,
          RECOVERY_ACTION,
          XID_HEARD ->
          ERRORS;
      case PCIE_SENT_RATE,
          PCIE_RECEIVED_RATE,
          PCIE_REPLAYS,
          PCIE_ERRORS,
          PCIE_SENT,
          PCIE_RECEIVED,
          PCIE_GENERATION,
          PCIE_WIDTH ->
          PCIE;
      case NVLINK_SENT_RATE,
          NVLINK_RECEIVED_RATE,
          NVLINK_UP,
          NVLINK_SENT,
          NVLINK_RECEIVED,
          NVLINK_CRC_ERRORS,
          NVLINK_REPLAYS,
          NVLINK_PACKET_ERRORS,
          NVLINK_RECOVERIES,
          NVLINK_RECOVERY_FAILURES ->
          NVLINK;
      case FABRIC_STATE, FABRIC_STATUS, FABRIC_HEALTH, FABRIC_PROBLEM -> FABRIC;
    };
  }
}
