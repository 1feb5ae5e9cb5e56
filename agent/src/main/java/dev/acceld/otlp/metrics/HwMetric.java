package dev.acceld.otlp.metrics;

/** Every metric that is exported, with its instrument. */
public enum HwMetric {
  /** Of a device. */
  UTILIZATION(
      "hw.gpu.utilization", Instrument.GAUGE, "1", "Share of time in which the engine was busy."),
  /** Of a device. */
  MEMORY_USAGE("hw.gpu.memory.usage", Instrument.UP_DOWN, "By", "Device memory in use."),
  /** Of a device. */
  MEMORY_LIMIT("hw.gpu.memory.limit", Instrument.UP_DOWN, "By", "Device memory in all."),
  /** Of a device. */
  MEMORY_UTILIZATION(
      "hw.gpu.memory.utilization", Instrument.GAUGE, "1", "Share of the device memory in use."),
  /** Of a device. */
  IO("hw.gpu.io", Instrument.COUNTER, "By", "Bytes sent and received over PCIe."),
  /** Of a device. */
  POWER("hw.power", Instrument.GAUGE, "W", "Power drawn."),
  /** Of a device. */
  ENERGY("hw.energy", Instrument.SUM, "J", "Energy consumed since the driver was loaded."),
  /** Of a device. */
  TEMPERATURE("hw.temperature", Instrument.GAUGE, "Cel", "Temperature of processor and memory."),
  /** Of a device. */
  TEMPERATURE_LIMIT(
      "hw.temperature.limit",
      Instrument.GAUGE,
      "Cel",
      "Temperatures at which the device slows down and shuts down."),
  /** Of a device. */
  STATUS(
      "hw.status", Instrument.UP_DOWN, "1", "1 for the state that the device is in, 0 for others."),
  /** Of a device. */
  ERRORS("hw.errors", Instrument.COUNTER, "{error}", "Errors, by type."),
  /** Of a device that is no GPU. */
  OTHER_UTILIZATION(
      "acceld.accelerator.utilization",
      Instrument.GAUGE,
      "1",
      "Share of time in which an accelerator that is no GPU was busy."),
  /** Of a device that is no GPU. */
  OTHER_MEMORY_USAGE(
      "acceld.accelerator.memory.usage",
      Instrument.UP_DOWN,
      "By",
      "Memory in use of an accelerator that is no GPU."),
  /** Of a device that is no GPU. */
  OTHER_MEMORY_LIMIT(
      "acceld.accelerator.memory.limit",
      Instrument.UP_DOWN,
      "By",
      "Memory in all of an accelerator that is no GPU."),
  /** Of a device that is no GPU. */
  OTHER_MEMORY_UTILIZATION(
      "acceld.accelerator.memory.utilization",
      Instrument.GAUGE,
      "1",
      "Share of the memory in use of an accelerator that is no GPU."),
  /** Of a claim. */
  CLAIM_DEVICE_TIME(
      "acceld.claim.device_time",
      Instrument.SUM,
      "s",
      "Time for which the claim held devices, times their number."),
  /** Of a claim. */
  CLAIM_ENERGY(
      "acceld.claim.energy", Instrument.SUM, "J", "Energy that the devices of the claim took."),
  /** Of a claim. */
  CLAIM_UTILIZATION_TIME(
      "acceld.claim.utilization_time",
      Instrument.SUM,
      "s",
      "Utilization of the claim's devices, 0 to 1, times seconds."),
  /** Of a claim. */
  CLAIM_MEMORY_TIME(
      "acceld.claim.memory_time",
      Instrument.SUM,
      "By.s",
      "Device memory in use on the claim's devices, times seconds."),
  /** Of a claim. */
  CLAIM_IDLE_TIME(
      "acceld.claim.idle_time",
      Instrument.SUM,
      "s",
      "Time for which devices of the claim had a utilization below 1 %.");

  /** What kind of number it is. */
  public enum Instrument {
    /** Any number, now. */
    GAUGE("gauge"),
    /** A whole number that goes up and down and may be summed. */
    UP_DOWN("up-down counter"),
    /** A whole number that only goes up. */
    COUNTER("counter"),
    /** A number with a fraction that only goes up. */
    SUM("counter");

    private final String words;

    Instrument(String words) {
      this.words = words;
    }

    /** As OpenTelemetry calls it. */
    public String words() {
      return words;
    }
  }

  private final String id;
  private final Instrument instrument;
  private final String unit;
  private final String description;

  HwMetric(String id, Instrument instrument, String unit, String description) {
    this.id = id;
    this.instrument = instrument;
    this.unit = unit;
    this.description = description;
  }

  /** Its name. */
  public String id() {
    return id;
  }

  /** What kind of number it is. */
  public Instrument instrument() {
    return instrument;
  }

  /** Its unit, as UCUM writes it. */
  public String unit() {
    return unit;
  }

  /** One sentence. */
  public String description() {
    return description;
  }
}
