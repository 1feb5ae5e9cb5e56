package dev.acceld.device;

import java.util.Locale;

/**
 * Everything that a probe can measure, with its unit. The probes say what was measured; how a
 * series is called is decided by the telemetry.
 */
public enum Metric {
  /** Share of time that any kernel ran. */
  UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of time that memory was read or written. */
  MEMORY_UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of time that the encoder was busy. */
  ENCODER_UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of time that the decoder was busy. */
  DECODER_UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of time that the JPEG decoder was busy. */
  JPEG_UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of time that the optical flow unit was busy. */
  OFA_UTILIZATION(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which any engine was active, since the sample before. */
  GRAPHICS_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which a multiprocessor had a warp, mean over all of them. */
  SM_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Warps resident on the multiprocessors, as a share of how many there can be. */
  SM_OCCUPANCY(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the integer pipe was active. */
  INTEGER_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which any tensor pipe was active. */
  TENSOR_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the tensor pipe did double precision. */
  TENSOR_DFMA_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the tensor pipe did half precision. */
  TENSOR_HMMA_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the tensor pipe did integers. */
  TENSOR_IMMA_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the double-precision pipe was active. */
  FP64_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the single-precision pipe was active. */
  FP32_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of cycles in which the half-precision pipe was active. */
  FP16_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** Share of the memory bandwidth that was used. */
  DRAM_ACTIVE(Unit.RATIO, Type.GAUGE),
  /** How long nothing has run. */
  IDLE_DURATION(Unit.SECONDS, Type.GAUGE),
  /** Programs that wait for the device. */
  QUEUED_PROGRAMS(Unit.COUNT, Type.GAUGE),
  /** Bytes a second sent over PCIe, since the sample before. */
  PCIE_SENT_RATE(Unit.BYTES_PER_SECOND, Type.GAUGE),
  /** Bytes a second received over PCIe, since the sample before. */
  PCIE_RECEIVED_RATE(Unit.BYTES_PER_SECOND, Type.GAUGE),
  /** Bytes a second sent over all NVLinks, since the sample before. */
  NVLINK_SENT_RATE(Unit.BYTES_PER_SECOND, Type.GAUGE),
  /** Bytes a second received over all NVLinks, since the sample before. */
  NVLINK_RECEIVED_RATE(Unit.BYTES_PER_SECOND, Type.GAUGE),
  /** Memory in use. */
  MEMORY_USED(Unit.BYTES, Type.GAUGE),
  /** Memory that is free. */
  MEMORY_FREE(Unit.BYTES, Type.GAUGE),
  /** Memory that the driver keeps for itself. */
  MEMORY_RESERVED(Unit.BYTES, Type.GAUGE),
  /** Memory in all. */
  MEMORY_TOTAL(Unit.BYTES, Type.GAUGE),
  /** BAR1 address space, through which the host accesses device memory: used. */
  BAR1_USED(Unit.BYTES, Type.GAUGE),
  /** The same that is free. */
  BAR1_FREE(Unit.BYTES, Type.GAUGE),
  /** The same in all. */
  BAR1_TOTAL(Unit.BYTES, Type.GAUGE),
  /** Compute processes on the device. */
  PROCESSES(Unit.COUNT, Type.GAUGE),
  /** Memory that processes have, where the driver tells it of each. */
  PROCESS_MEMORY(Unit.BYTES, Type.GAUGE),
  /** Temperature of the processor. */
  TEMPERATURE(Unit.CELSIUS, Type.GAUGE),
  /** Temperature of the memory. */
  MEMORY_TEMPERATURE(Unit.CELSIUS, Type.GAUGE),
  /** Degrees left before the device slows down; below zero it does. */
  TEMPERATURE_MARGIN(Unit.CELSIUS, Type.GAUGE),
  /** Temperatures at which the device helps itself. */
  TEMPERATURE_THRESHOLD(Unit.CELSIUS, Type.GAUGE, MetricDimension.THRESHOLD),
  /** Fan speed as a share of the highest that is intended. */
  FAN_SPEED(Unit.RATIO, Type.GAUGE),
  /** Power drawn. */
  POWER(Unit.WATTS, Type.GAUGE),
  /** Power draw, averaged by the device over about a second. */
  POWER_AVERAGE(Unit.WATTS, Type.GAUGE),
  /** Power draw of the module that carries the device and its CPU. */
  MODULE_POWER(Unit.WATTS, Type.GAUGE),
  /** Power limit in force. */
  POWER_LIMIT(Unit.WATTS, Type.GAUGE),
  /** Default power limit of the device. */
  POWER_LIMIT_DEFAULT(Unit.WATTS, Type.GAUGE),
  /** Minimum power limit that can be set. */
  POWER_LIMIT_LEAST(Unit.WATTS, Type.GAUGE),
  /** Maximum power limit that can be set. */
  POWER_LIMIT_MOST(Unit.WATTS, Type.GAUGE),
  /** Energy consumed since the driver was loaded. */
  ENERGY(Unit.JOULES, Type.COUNTER),
  /** Clock frequency of the streaming multiprocessors. */
  SM_CLOCK(Unit.HERTZ, Type.GAUGE),
  /** Clock of the memory. */
  MEMORY_CLOCK(Unit.HERTZ, Type.GAUGE),
  /** Clock frequency of the video engines. */
  VIDEO_CLOCK(Unit.HERTZ, Type.GAUGE),
  /** Performance state: 0 is the fastest, 15 the slowest. */
  PERFORMANCE_STATE(Unit.NONE, Type.GAUGE),
  /** 1 for each thing that decides about the clocks at the moment. */
  CLOCK_REASON(Unit.NONE, Type.GAUGE, MetricDimension.REASON),
  /** Time in which clocks were held down, by cause, since the driver was loaded. */
  THROTTLED(Unit.SECONDS, Type.COUNTER, MetricDimension.CAUSE),
  /** ECC errors that were corrected, since the driver was loaded. */
  ECC_CORRECTED(Unit.COUNT, Type.COUNTER),
  /** ECC errors that could not be corrected, since the driver was loaded. */
  ECC_UNCORRECTED(Unit.COUNT, Type.COUNTER),
  /** ECC errors that were corrected in all the life of the device. */
  ECC_CORRECTED_LIFETIME(Unit.COUNT, Type.COUNTER),
  /** ECC errors that could not be corrected in all the life of the device. */
  ECC_UNCORRECTED_LIFETIME(Unit.COUNT, Type.COUNTER),
  /** {@link #ECC_CORRECTED} by location. */
  ECC_CORRECTED_AT(Unit.COUNT, Type.COUNTER, MetricDimension.LOCATION),
  /** {@link #ECC_UNCORRECTED} by location. */
  ECC_UNCORRECTED_AT(Unit.COUNT, Type.COUNTER, MetricDimension.LOCATION),
  /** Uncorrected errors of SRAM in all the life of the device, by unit. */
  SRAM_UNCORRECTED(Unit.COUNT, Type.COUNTER, MetricDimension.UNIT),
  /** 1 when the uncorrected errors of the SRAM exceed the vendor's threshold. */
  SRAM_THRESHOLD_EXCEEDED(Unit.NONE, Type.GAUGE),
  /** Rows of memory remapped after corrected errors. */
  REMAPPED_ROWS_CORRECTABLE(Unit.COUNT, Type.COUNTER),
  /** Rows of memory remapped after uncorrected errors. */
  REMAPPED_ROWS_UNCORRECTABLE(Unit.COUNT, Type.COUNTER),
  /** 1 when a remapping waits for a reset. */
  ROW_REMAP_PENDING(Unit.NONE, Type.GAUGE),
  /** 1 when a row remapping has failed. */
  ROW_REMAP_FAILED(Unit.NONE, Type.GAUGE),
  /** Banks of memory by the spare rows that they have left. */
  MEMORY_BANKS(Unit.COUNT, Type.GAUGE, MetricDimension.SPARES),
  /** Pages of memory that are no longer used. */
  RETIRED_PAGES(Unit.COUNT, Type.COUNTER, MetricDimension.BIT_ERRORS),
  /** 1 when a page waits for a reboot to be retired. */
  RETIRED_PAGES_PENDING(Unit.NONE, Type.GAUGE),
  /** 1 for each unit that is repaired at the next reset. */
  REPAIR_PENDING(Unit.NONE, Type.GAUGE, MetricDimension.REPAIR),
  /** Retransmitted PCIe packets. */
  PCIE_REPLAYS(Unit.COUNT, Type.COUNTER),
  /** PCIe errors, by kind. */
  PCIE_ERRORS(Unit.COUNT, Type.COUNTER, MetricDimension.PCIE_ERROR),
  /** Bytes sent over PCIe by the device. */
  PCIE_SENT(Unit.BYTES, Type.COUNTER),
  /** Bytes received over PCIe by the device. */
  PCIE_RECEIVED(Unit.BYTES, Type.COUNTER),
  /** Current PCIe generation. */
  PCIE_GENERATION(Unit.NONE, Type.GAUGE),
  /** Current number of PCIe lanes. */
  PCIE_WIDTH(Unit.NONE, Type.GAUGE),
  /** 1 while the link is active. */
  NVLINK_UP(Unit.NONE, Type.GAUGE, MetricDimension.LINK),
  /** Bytes sent over the link. */
  NVLINK_SENT(Unit.BYTES, Type.COUNTER, MetricDimension.LINK),
  /** Bytes received over the link. */
  NVLINK_RECEIVED(Unit.BYTES, Type.COUNTER, MetricDimension.LINK),
  /** Checksum errors on the link, up to NVLink 4. */
  NVLINK_CRC_ERRORS(Unit.COUNT, Type.COUNTER, MetricDimension.LINK),
  /** Packets sent again over the link, up to NVLink 4. */
  NVLINK_REPLAYS(Unit.COUNT, Type.COUNTER, MetricDimension.LINK),
  /** Packets received with errors, from NVLink 5 on. */
  NVLINK_PACKET_ERRORS(Unit.COUNT, Type.COUNTER, MetricDimension.LINK),
  /** How often the link had to recover. */
  NVLINK_RECOVERIES(Unit.COUNT, Type.COUNTER, MetricDimension.LINK),
  /** How often it could not, from NVLink 5 on. */
  NVLINK_RECOVERY_FAILURES(Unit.COUNT, Type.COUNTER, MetricDimension.LINK),
  /** Registration with the NVLink fabric: 1 not started, 2 in progress, 3 completed. */
  FABRIC_STATE(Unit.NONE, Type.GAUGE),
  /** The fabric's health in one number: 1 healthy, 2 unhealthy, 3 limited capacity. */
  FABRIC_HEALTH(Unit.NONE, Type.GAUGE),
  /** 1 while somebody hears the XIDs that the driver reports of the device, 0 while nobody does. */
  XID_HEARD(Unit.NONE, Type.GAUGE),
  /** How the registration ended: 0 well, else an NVML error. */
  FABRIC_STATUS(Unit.NONE, Type.GAUGE),
  /** 1 for each thing that is wrong with the place in the fabric. */
  FABRIC_PROBLEM(Unit.NONE, Type.GAUGE, MetricDimension.FABRIC),
  /**
   * Recovery action that the driver asks for: 0 none, 1 reset, 2 reboot, 3 drain peers, 4 drain and
   * reset.
   */
  RECOVERY_ACTION(Unit.NONE, Type.GAUGE);

  /** The unit of a value; always the base unit. */
  public enum Unit {
    /** 0 to 1. */
    RATIO,
    /** Bytes. */
    BYTES,
    /** Bytes a second. */
    BYTES_PER_SECOND,
    /** Degrees Celsius. */
    CELSIUS,
    /** Watts. */
    WATTS,
    /** Joules. */
    JOULES,
    /** Hertz. */
    HERTZ,
    /** Seconds. */
    SECONDS,
    /** Events. */
    COUNT,
    /** A plain number. */
    NONE
  }

  /** Whether a value may go down. */
  public enum Type {
    /** It may. */
    GAUGE,
    /** Only when the device or driver starts anew. */
    COUNTER
  }

  private final Unit unit;
  private final Type type;
  private final MetricDimension parts;

  Metric(Unit unit, Type type) {
    this(unit, type, MetricDimension.WHOLE);
  }

  Metric(Unit unit, Type type, MetricDimension parts) {
    this.unit = unit;
    this.type = type;
    this.parts = parts;
  }

  /** The unit of the values. */
  public Unit unit() {
    return unit;
  }

  /** Gauge or counter. */
  public Type type() {
    return type;
  }

  /** What its values are told apart by; {@link MetricDimension#WHOLE} when there is one only. */
  public MetricDimension parts() {
    return parts;
  }

  /** A lower-case name of the value of one part: {@code power}, {@code throttled.power-brake}. */
  public String id(int part) {
    String name = name().toLowerCase(Locale.ROOT);
    return parts == MetricDimension.WHOLE ? name : name + "." + parts.names().get(part);
  }
}
