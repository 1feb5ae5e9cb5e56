package dev.acceld.device;

/**
 * What a workload tells of how long its work took, or how fast it went. Like {@link Metric}, with
 * many values instead of one; how a series is called is decided by the telemetry.
 */
public enum SummaryMetric {
  /** How long programs ran on the device; its part is the type of core. */
  PROGRAM_DURATION(Metric.Unit.SECONDS),
  /** How long transfers, collective operations and calls took; its part is the operation. */
  OPERATION_DURATION(Metric.Unit.SECONDS),
  /** Delivery rate of the network connections of the workload; it has no parts. */
  DELIVERY_RATE(Metric.Unit.BYTES_PER_SECOND);

  private final Metric.Unit unit;

  SummaryMetric(Metric.Unit unit) {
    this.unit = unit;
  }

  /** The unit of the values. */
  public Metric.Unit unit() {
    return unit;
  }
}
