package dev.acceld.telemetry.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What did not reach an OpenTelemetry collector: {@code acceld_otlp_dropped_total}. Any thread. */
public final class OtlpMeters {
  private final Counter points;
  private final Counter spans;

  /** At zero. */
  public OtlpMeters(MeterRegistry registry) {
    points = counter(registry, "metrics");
    spans = counter(registry, "traces");
  }

  private static Counter counter(MeterRegistry registry, String signal) {
    return Counter.builder("acceld.otlp.dropped")
        .description("Data points and spans that no OpenTelemetry collector accepted.")
        .tags("signal", signal)
        .register(registry);
  }

  /** So many data points of metrics are lost. */
  public void points(long lost) {
    points.increment(lost);
  }

  /** So many spans are lost. */
  public void spans(long lost) {
    spans.increment(lost);
  }
}
