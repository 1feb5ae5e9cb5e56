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
  /** Memory in use. */
  MEMORY_USED(Unit.BYTES, Type.GAUGE),
  /** Memory that is free. */
  MEMORY_FREE(Unit.BYTES, Type.GAUGE),
  /** Memory that the driver keeps for itself. */
  MEMORY_RESERVED(Unit.BYTES, Type.GAUGE),
  /** Memory in all. */
  MEMORY_TOTAL(Unit.BYTES, Type.GAUGE),
  /** Temperature of the processor. */
  TEMPERATURE(Unit.CELSIUS, Type.GAUGE),
  /** Temperature of the memory. */
  MEMORY_TEMPERATURE(Unit.CELSIUS, Type.GAUGE),
  /** Power drawn. */
  POWER(Unit.WATTS, Type.GAUGE),
  /** Power limit in force. */
  POWER_LIMIT(Unit.WATTS, Type.GAUGE),
  /** Energy used since the driver was loaded. */
  ENERGY(Unit.JOULES, Type.COUNTER),
  /** Clock of the streaming multiprocessors. */
  SM_CLOCK(Unit.HERTZ, Type.GAUGE),
  /** Clock of the memory. */
  MEMORY_CLOCK(Unit.HERTZ, Type.GAUGE),
  /** ECC errors that were corrected, since the driver was loaded. */
  ECC_CORRECTED(Unit.COUNT, Type.COUNTER),
  /** ECC errors that could not be corrected, since the driver was loaded. */
  ECC_UNCORRECTED(Unit.COUNT, Type.COUNTER),
  /** PCIe packets that had to be sent again. */
  PCIE_REPLAYS(Unit.COUNT, Type.COUNTER),
  /** Bytes sent over PCIe by the device. */
  PCIE_SENT(Unit.BYTES, Type.COUNTER),
  /** Bytes received over PCIe by the device. */
  PCIE_RECEIVED(Unit.BYTES, Type.COUNTER),
  /** PCIe generation in use. */
  PCIE_GENERATION(Unit.NONE, Type.GAUGE),
  /** PCIe lanes in use. */
  PCIE_WIDTH(Unit.NONE, Type.GAUGE);

  /** The unit of a value; always the base unit. */
  public enum Unit {
    /** 0 to 1. */
    RATIO,
    /** Bytes. */
    BYTES,
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
  private final Parts parts;

  Metric(Unit unit, Type type) {
    this(unit, type, Parts.WHOLE);
  }

  Metric(Unit unit, Type type, Parts parts) {
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

  /** What its values are told apart by; {@link Parts#WHOLE} when there is one only. */
  public Parts parts() {
    return parts;
  }

  /** A lower-case name of the value of one part: {@code power}, {@code throttled.power-brake}. */
  public String id(int part) {
    String name = name().toLowerCase(Locale.ROOT);
    return parts == Parts.WHOLE ? name : name + "." + parts.names().get(part);
  }
}
