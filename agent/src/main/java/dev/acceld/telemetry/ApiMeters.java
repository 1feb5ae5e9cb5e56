package dev.acceld.telemetry;

import dev.acceld.dra.cluster.ClusterApi;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Requests to the API server: {@code acceld_api_request_duration_seconds} by {@code verb}, {@code
 * resource} and {@code outcome}; its {@code _count} is the number of requests. Any thread.
 */
public final class ApiMeters {
  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

  ApiMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The same API, with every request measured. */
  public ClusterApi around(ClusterApi api) {
    return new MeteredClusterApi(api, this);
  }

  /**
   * One request ended.
   *
   * @param verb {@code get}, {@code list}, {@code create}, …
   * @param resource {@code resourceclaims}, {@code resourceslices}, {@code pods}, {@code nodes}
   * @param outcome {@code ok}, or the reason of the refusal in lower case ({@code not_found})
   * @param nanos from the call to its end
   */
  void request(String verb, String resource, String outcome, long nanos) {
    timers
        .computeIfAbsent(new Key(verb, resource, outcome), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("acceld.api.request.duration")
        .description("Time that requests to the API server took; a watch counts until it is open.")
        .tags("verb", key.verb(), "resource", key.resource(), "outcome", key.outcome())
        .serviceLevelObjectives(Buckets.CALLS)
        .register(registry);
  }

  private record Key(String verb, String resource, String outcome) {}
}
