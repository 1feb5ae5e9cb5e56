package dev.acceld.telemetry.meters;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Requests to the API server: {@code acceld_api_request_duration_seconds} by {@code verb}, {@code
 * resource} and {@code outcome}, where there were any; {@code acceld_api_requests_total} by {@code
 * outcome}, every one of which is there from zero on. Any thread.
 */
public final class ApiMeters {
  /** Of a request that ended in an unforeseen way. */
  static final String ERROR = "error";

  /** All that there are. */
  public static final List<String> ALL_OUTCOMES =
      Stream.concat(
              Stream.of(Outcome.OK.label(), ERROR),
              Arrays.stream(ClusterException.Reason.values()).map(ApiMeters::outcome))
          .toList();

  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> requests = new ConcurrentHashMap<>();

  /**
   * Registers the counter of each outcome, at zero; the durations follow with the first request.
   */
  public ApiMeters(MeterRegistry registry) {
    this.registry = registry;
    ALL_OUTCOMES.forEach(this::requests);
  }

  /** What a request's outcome is called when the API server refused it. */
  static String outcome(ClusterException.Reason refused) {
    return refused.name().toLowerCase(Locale.ROOT);
  }

  /** The same API, with every request measured. */
  public ClusterApi around(ClusterApi api) {
    return new MeteredClusterApi(api, this);
  }

  /**
   * One request ended.
   *
   * @param verb {@code get}, {@code list}, {@code create}, …
   * @param resource {@code resourceclaims}, {@code resourceslices}, {@code pods}, {@code nodes},
   *     {@code events}
   * @param outcome {@code ok}, or the reason of the refusal in lower case ({@code not_found})
   * @param nanos from the call to its end
   */
  public void request(String verb, String resource, String outcome, long nanos) {
    timers
        .computeIfAbsent(new Key(verb, resource, outcome), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
    requests(outcome).increment();
  }

  /** A request to be measured. */
  interface Request<T> {
    T send() throws ClusterException;
  }

  /** Sends a request and measures it. */
  <T> T measured(String verb, String resource, Request<T> request) throws ClusterException {
    long begin = System.nanoTime();
    String outcome = ERROR; // stays when something unforeseen is thrown
    try {
      T answer = request.send();
      outcome = Outcome.OK.label();
      return answer;
    } catch (ClusterException e) {
      outcome = outcome(e.reason());
      throw e;
    } finally {
      request(verb, resource, outcome, System.nanoTime() - begin);
    }
  }

  private Counter requests(String outcome) {
    return requests.computeIfAbsent(
        outcome,
        o ->
            Counter.builder("acceld.api.requests")
                .description("Requests to the API server, by outcome.")
                .tag("outcome", o)
                .register(registry));
  }

  private Timer timer(Key key) {
    return Timer.builder("acceld.api.request.duration")
        .description(
            "Duration of requests to the API server; for a watch, the time until it is open.")
        .tags("verb", key.verb(), "resource", key.resource(), "outcome", key.outcome())
        .serviceLevelObjectives(Buckets.CALLS)
        .register(registry);
  }

  private record Key(String verb, String resource, String outcome) {}
}
