package dev.acceld.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/**
 * What is registered with the kubelet: {@code acceld_kubelet_registered} by {@code service}, {@code
 * acceld_kubelet_registrations_total} by {@code outcome}. Any thread.
 */
public final class KubeletMeters {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter refused;

  KubeletMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = registrations(Outcome.OK);
    this.refused = registrations(Outcome.FAILED);
  }

  /**
   * Shows whether a service is registered now.
   *
   * @param service as told to the kubelet: {@code v1.DRAPlugin}
   * @param now asked at each scrape; must answer at once
   */
  public void registered(String service, BooleanSupplier now) {
    Gauge.builder("acceld.kubelet.registered", () -> now.getAsBoolean() ? 1 : 0)
        .description("1 while the kubelet has confirmed the registration of the service.")
        .tag("service", service)
        .strongReference(true)
        .register(registry);
  }

  /** The kubelet answered a registration. */
  public void registration(Outcome outcome) {
    (outcome == Outcome.OK ? accepted : refused).increment();
  }

  private Counter registrations(Outcome outcome) {
    return Counter.builder("acceld.kubelet.registrations")
        .description("Answers of the kubelet to our registration; more than one: it restarted.")
        .tag("outcome", outcome.label())
        .register(registry);
  }
}
