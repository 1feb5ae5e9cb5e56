package dev.acceld.telemetry;

import dev.acceld.device.Metric;

/** A sentence for each metric. */
final class ReadingHelp {
  private ReadingHelp() {}

  static String of(Metric metric) {
    return switch (metric) {
      case UTILIZATION -> "Share of the sampling time in which any kernel or program ran, 0 to 1.";
      case MEMORY_UTILIZATION ->
          "Share of the sampling time in which memory was read or written, 0 to 1; not how full it"
              + " is.";
      case ENCODER_UTILIZATION -> "Share of the time in which the video encoder was busy, 0 to 1.";
      case DECODER_UTILIZATION -> "Share of the time in which the video decoder was busy, 0 to 1.";
      case JPEG_UTILIZATION -> "Share of the time in which the JPEG decoder was busy, 0 to 1.";
      case OFA_UTILIZATION -> "Share of the time in which the optical flow unit was busy, 0 to 1.";
      case GRAPHICS_ACTIVE ->
          "Share of cycles in which any engine was active since the previous sample.";
      case SM_ACTIVE ->
          "Share of cycles in which a multiprocessor had work, averaged over all multiprocessors.";
      case SM_OCCUPANCY -> "Resident warps as a share of the maximum number of warps.";
      case INTEGER_ACTIVE -> "Share of cycles in which the integer pipe was active.";
      case TENSOR_ACTIVE -> "Share of cycles in which any tensor pipe was active.";
      case TENSOR_DFMA_ACTIVE ->
          "Share of cycles in which the tensor pipes computed in double precision.";
      case TENSOR_HMMA_ACTIVE ->
          "Share of cycles in which the tensor pipes computed in half precision.";
      case TENSOR_IMMA_ACTIVE ->
          "Share of cycles in which the tensor pipes computed with integers.";
      case FP64_ACTIVE -> "Share of cycles in which the double-precision pipe was active.";
      case FP32_ACTIVE -> "Share of cycles in which the single-precision pipe was active.";
      case FP16_ACTIVE -> "Share of cycles in which the half-precision pipe was active.";
      case DRAM_ACTIVE -> "Share of the memory bandwidth that was used.";
      case IDLE_DURATION -> "Time since the device last executed a program.";
      case QUEUED_PROGRAMS -> "Programs that wait for the device.";
      case PCIE_SENT_RATE ->
          "Bytes per second that the device sent over PCIe since the previous sample.";
      case PCIE_RECEIVED_RATE ->
          "Bytes per second that the device received over PCIe since the previous sample.";
      case NVLINK_SENT_RATE ->
          "Bytes per second that the device sent over all NVLinks since the previous sample.";
      case NVLINK_RECEIVED_RATE ->
          "Bytes per second that the device received over all NVLinks since the previous sample.";
      case MEMORY_USED -> "Used device memory.";
      case MEMORY_FREE -> "Free device memory.";
      case MEMORY_RESERVED -> "Device memory that the driver reserves for itself.";
      case MEMORY_TOTAL -> "Total device memory.";
      case BAR1_USED -> "BAR1 address space, through which the host accesses device memory: used.";
      case BAR1_FREE -> "BAR1 address space, through which the host accesses device memory: free.";
      case BAR1_TOTAL ->
          "BAR1 address space, through which the host accesses device memory: total.";
      case PROCESSES -> "Compute processes on the device.";
      case PROCESS_MEMORY ->
          "Device memory of processes, where the driver reports it for each process.";
      case TEMPERATURE -> "Temperature of the processor.";
      case MEMORY_TEMPERATURE -> "Temperature of the memory.";
      case TEMPERATURE_MARGIN -> "Degrees left before the device slows down.";
      case TEMPERATURE_THRESHOLD -> "Temperatures at which the device slows or shuts down.";
      case FAN_SPEED -> "Fan speed as a share of the maximum intended speed.";
      case POWER -> "Power draw.";
      case POWER_AVERAGE -> "Power draw, averaged by the device over about a second.";
      case MODULE_POWER -> "Power draw of the module that carries the device and its CPU.";
      case POWER_LIMIT -> "Power limit in force.";
      case POWER_LIMIT_DEFAULT -> "Default power limit of the device.";
      case POWER_LIMIT_LEAST -> "Minimum power limit that can be set.";
      case POWER_LIMIT_MOST -> "Maximum power limit that can be set.";
      case ENERGY -> "Energy consumed since the driver was loaded.";
      case SM_CLOCK -> "Clock frequency of the streaming multiprocessors.";
      case MEMORY_CLOCK -> "Memory clock frequency.";
      case VIDEO_CLOCK -> "Clock frequency of the video engines.";
      case PERFORMANCE_STATE -> "Performance state, from 0 (fastest) to 15 (slowest).";
      case CLOCK_REASON ->
          "1 for each reason that currently determines the clocks, 0 for the others.";
      case THROTTLED ->
          "Time for which clocks were throttled since the driver was loaded, by cause; causes"
              + " overlap.";
      case ECC_CORRECTED -> "Corrected ECC memory errors since the driver was loaded.";
      case ECC_UNCORRECTED -> "Uncorrected ECC memory errors since the driver was loaded.";
      case ECC_CORRECTED_LIFETIME -> "Corrected ECC memory errors over the lifetime of the device.";
      case ECC_UNCORRECTED_LIFETIME ->
          "Uncorrected ECC memory errors over the lifetime of the device.";
      case ECC_CORRECTED_AT -> "Corrected ECC errors since the driver was loaded, by location.";
      case ECC_UNCORRECTED_AT -> "Uncorrected ECC errors since the driver was loaded, by location.";
      case SRAM_UNCORRECTED -> "Uncorrected SRAM errors over the lifetime of the device, by unit.";
      case SRAM_THRESHOLD_EXCEEDED ->
          "1 when the uncorrected errors of the SRAM exceed the vendor's threshold.";
      case REMAPPED_ROWS_CORRECTABLE -> "Memory rows remapped after corrected errors.";
      case REMAPPED_ROWS_UNCORRECTABLE -> "Memory rows remapped after uncorrected errors.";
      case ROW_REMAP_PENDING -> "1 while a row remapping is pending until a reset.";
      case ROW_REMAP_FAILED -> "1 when a row remapping has failed.";
      case MEMORY_BANKS -> "Memory banks, by the number of spare rows left.";
      case RETIRED_PAGES -> "Retired memory pages, by cause.";
      case RETIRED_PAGES_PENDING -> "1 while a page retirement is pending until a reboot.";
      case REPAIR_PENDING -> "1 for each unit that is repaired at the next reset.";
      case PCIE_REPLAYS -> "Retransmitted PCIe packets.";
      case PCIE_ERRORS -> "PCIe errors, by kind.";
      case PCIE_SENT -> "Bytes that the device sent over PCIe.";
      case PCIE_RECEIVED -> "Bytes that the device received over PCIe.";
      case PCIE_GENERATION -> "Current PCIe generation.";
      case PCIE_WIDTH -> "Current number of PCIe lanes.";
      case NVLINK_UP -> "1 while the NVLink is active, 0 while it is not.";
      case NVLINK_SENT -> "Bytes of data sent over the NVLink.";
      case NVLINK_RECEIVED -> "Bytes of data received over the NVLink.";
      case NVLINK_CRC_ERRORS -> "CRC errors on the NVLink, up to NVLink 4.";
      case NVLINK_REPLAYS -> "Packets retransmitted over the NVLink, up to NVLink 4.";
      case NVLINK_PACKET_ERRORS ->
          "Packets received with errors over the NVLink, from NVLink 5 on.";
      case NVLINK_RECOVERIES -> "Recoveries of the NVLink.";
      case NVLINK_RECOVERY_FAILURES -> "Failed recoveries of the NVLink, from NVLink 5 on.";
      case XID_HEARD ->
          "1 while the agent learns of the GPU's XIDs, from NVML or the kernel log, 0 while it does"
              + " not; then the GPU has no XID series.";
      case FABRIC_STATE ->
          "Registration with the NVLink fabric: 1 not started, 2 in progress, 3 completed.";
      case FABRIC_STATUS ->
          "Result of the registration with the NVLink fabric: 0 success, otherwise an NVML error"
              + " code.";
      case FABRIC_HEALTH ->
          "Health summary of the NVLink fabric: 1 healthy, 2 unhealthy, 3 limited capacity.";
      case FABRIC_PROBLEM ->
          "1 for each current problem with the device's connection to the NVLink fabric, 0 for the"
              + " others.";
      case RECOVERY_ACTION ->
          "Recovery action that the driver asks for: 0 none, 1 reset, 2 reboot, 3 drain peers, 4"
              + " drain and reset.";
    };
  }
}
