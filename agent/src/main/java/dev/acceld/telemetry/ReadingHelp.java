package dev.acceld.telemetry;

import dev.acceld.device.Metric;

/** A sentence for each metric. */
final class ReadingHelp {
  private ReadingHelp() {}

  static String of(Metric metric) {
    return switch (metric) {
      case UTILIZATION -> "Share of the sampling time in which any kernel ran, 0 to 1.";
      case MEMORY_UTILIZATION ->
          "Share of the sampling time in which memory was read or written, 0 to 1; not how full it"
              + " is.";
      case ENCODER_UTILIZATION -> "Share of the time in which the video encoder was busy, 0 to 1.";
      case DECODER_UTILIZATION -> "Share of the time in which the video decoder was busy, 0 to 1.";
      case JPEG_UTILIZATION -> "Share of the time in which the JPEG decoder was busy, 0 to 1.";
      case OFA_UTILIZATION -> "Share of the time in which the optical flow unit was busy, 0 to 1.";
      case GRAPHICS_ACTIVE ->
          "Share of cycles in which any engine was active since the sample before.";
      case SM_ACTIVE ->
          "Share of cycles in which a multiprocessor had work, mean over all of them.";
      case SM_OCCUPANCY -> "Warps on the multiprocessors as a share of how many there can be.";
      case INTEGER_ACTIVE -> "Share of cycles in which the integer pipe was active.";
      case TENSOR_ACTIVE -> "Share of cycles in which any tensor pipe was active.";
      case TENSOR_DFMA_ACTIVE -> "Share of cycles in which tensor pipes did double precision.";
      case TENSOR_HMMA_ACTIVE -> "Share of cycles in which tensor pipes did half precision.";
      case TENSOR_IMMA_ACTIVE -> "Share of cycles in which tensor pipes did integers.";
      case FP64_ACTIVE -> "Share of cycles in which the double precision pipe was active.";
      case FP32_ACTIVE -> "Share of cycles in which the single precision pipe was active.";
      case FP16_ACTIVE -> "Share of cycles in which the half precision pipe was active.";
      case DRAM_ACTIVE -> "Share of the memory bandwidth that was used.";
      case PCIE_SENT_RATE ->
          "Bytes a second that the device sent over PCIe since the sample before.";
      case PCIE_RECEIVED_RATE ->
          "Bytes a second that the device received over PCIe since the sample before.";
      case NVLINK_SENT_RATE ->
          "Bytes a second that the device sent over all NVLinks since the sample before.";
      case NVLINK_RECEIVED_RATE ->
          "Bytes a second that the device received over all NVLinks since the sample before.";
      case MEMORY_USED -> "Device memory in use.";
      case MEMORY_FREE -> "Device memory that is free.";
      case MEMORY_RESERVED -> "Device memory that the driver keeps for itself.";
      case MEMORY_TOTAL -> "Device memory in all.";
      case BAR1_USED -> "Address space through which the host reaches the memory, in use.";
      case BAR1_FREE -> "Address space through which the host reaches the memory, free.";
      case BAR1_TOTAL -> "Address space through which the host reaches the memory, in all.";
      case PROCESSES -> "Processes that compute on the device.";
      case PROCESS_MEMORY ->
          "Device memory that processes have, where the driver tells it of each.";
      case TEMPERATURE -> "Temperature of the processor.";
      case MEMORY_TEMPERATURE -> "Temperature of the memory.";
      case TEMPERATURE_MARGIN -> "Degrees left before the device slows down.";
      case TEMPERATURE_THRESHOLD -> "Temperatures at which the device slows or shuts down.";
      case FAN_SPEED -> "Fan speed as a share of the highest intended.";
      case POWER -> "Power drawn.";
      case POWER_AVERAGE -> "Power drawn, averaged by the device over about a second.";
      case MODULE_POWER -> "Power drawn by the module that carries the device and its processor.";
      case POWER_LIMIT -> "Power limit in force.";
      case POWER_LIMIT_DEFAULT -> "Power limit that the device comes with.";
      case POWER_LIMIT_LEAST -> "Smallest power limit that can be set.";
      case POWER_LIMIT_MOST -> "Greatest power limit that can be set.";
      case ENERGY -> "Energy used since the driver was loaded.";
      case SM_CLOCK -> "Clock of the streaming multiprocessors.";
      case MEMORY_CLOCK -> "Clock of the memory.";
      case VIDEO_CLOCK -> "Clock of the video engines.";
      case PERFORMANCE_STATE -> "Performance state, 0 the fastest to 15 the slowest.";
      case CLOCK_REASON -> "1 for each thing that decides about the clocks now, 0 for the others.";
      case THROTTLED ->
          "Time in which clocks were held down since the driver was loaded, by cause; causes"
              + " overlap.";
      case ECC_CORRECTED -> "Corrected ECC memory errors since the driver was loaded.";
      case ECC_UNCORRECTED -> "Uncorrected ECC memory errors since the driver was loaded.";
      case ECC_CORRECTED_LIFETIME -> "Corrected ECC memory errors in all the life of the device.";
      case ECC_UNCORRECTED_LIFETIME ->
          "Uncorrected ECC memory errors in all the life of the device.";
      case ECC_CORRECTED_AT -> "Corrected ECC errors since the driver was loaded, by location.";
      case ECC_UNCORRECTED_AT -> "Uncorrected ECC errors since the driver was loaded, by location.";
      case SRAM_UNCORRECTED -> "Uncorrected SRAM errors in all the life of the device, by unit.";
      case SRAM_THRESHOLD_EXCEEDED ->
          "1 when SRAM had more uncorrected errors than the vendor tolerates.";
      case REMAPPED_ROWS_CORRECTABLE -> "Memory rows remapped after corrected errors.";
      case REMAPPED_ROWS_UNCORRECTABLE -> "Memory rows remapped after uncorrected errors.";
      case ROW_REMAP_PENDING -> "1 while a row remapping waits for a reset.";
      case ROW_REMAP_FAILED -> "1 when a row could not be remapped.";
      case MEMORY_BANKS -> "Memory banks by the spare rows that they have left.";
      case RETIRED_PAGES -> "Memory pages that are no longer used, by cause.";
      case RETIRED_PAGES_PENDING -> "1 while a page waits for a reboot to be retired.";
      case REPAIR_PENDING -> "1 for each part that is repaired at the next reset.";
      case PCIE_REPLAYS -> "PCIe packets that had to be sent again.";
      case PCIE_ERRORS -> "PCIe errors by kind.";
      case PCIE_SENT -> "Bytes that the device sent over PCIe.";
      case PCIE_RECEIVED -> "Bytes that the device received over PCIe.";
      case PCIE_GENERATION -> "PCIe generation in use.";
      case PCIE_WIDTH -> "PCIe lanes in use.";
      case NVLINK_UP -> "1 while the NVLink is active, 0 while it is not.";
      case NVLINK_SENT -> "Bytes of data sent over the NVLink.";
      case NVLINK_RECEIVED -> "Bytes of data received over the NVLink.";
      case NVLINK_CRC_ERRORS -> "Checksum errors on the NVLink, up to NVLink 4.";
      case NVLINK_REPLAYS -> "Packets sent again over the NVLink, up to NVLink 4.";
      case NVLINK_PACKET_ERRORS ->
          "Packets received with errors over the NVLink, from NVLink 5 on.";
      case NVLINK_RECOVERIES -> "How often the NVLink had to recover.";
      case NVLINK_RECOVERY_FAILURES -> "How often the NVLink failed to recover, from NVLink 5 on.";
      case XID_HEARD ->
          "1 while XID errors of the GPU are heard, 0 while nobody listens; then it has no XID"
              + " series.";
      case FABRIC_STATE ->
          "Registration with the NVLink fabric: 1 not begun, 2 under way, 3 completed.";
      case FABRIC_STATUS ->
          "How the registration with the NVLink fabric ended: 0 well, else an NVML error code.";
      case FABRIC_HEALTH ->
          "The NVLink fabric's health in one number: 1 healthy, 2 unhealthy, 3 limited capacity.";
      case FABRIC_PROBLEM ->
          "1 for each thing that is wrong with the place in the NVLink fabric, 0 for the others.";
      case RECOVERY_ACTION ->
          "What the driver asks for: 0 nothing, 1 reset, 2 reboot, 3 drain peers, 4 drain and"
              + " reset.";
    };
  }
}
