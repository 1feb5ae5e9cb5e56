package dev.acceld.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests to the API server: {@code acceld_api_request_duration_seconds} by {@code verb}, {@code
 * resource} and {@code code}; its {@code _count} is the number of requests. Any thread.
 */
public final class ApiMeters {
  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  ApiMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * One request ended.
   *
   * @param verb {@code get}, {@code list}, {@code create}, …
   * @param resource {@code resourceclaims}, {@code resourceslices}, {@code pods}, {@code nodes}
   * @param code the HTTP status; 0 when there was no answer
   * @param took from sending to the end of the answer
   */
  public void request(String verb, String resource, int code, Duration took) {
    timers
        .computeIfAbsent(
            new Key(verb, resource, code),
            k ->
                Timer.builder("acceld.api.request.duration")
                    .description("Requests to the API server; code none: no answer came.")
                    .tags("verb", verb, "resource", resource)
                    .tag("code", code == 0 ? "none" : Integer.toString(code))
                    .serviceLevelObjectives(Buckets.CALLS)
                    .register(registry))
        .record(took);
  }

  private record Key(String verb, String resource, int code) {}
}
