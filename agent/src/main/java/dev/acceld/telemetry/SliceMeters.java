package dev.acceld.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is written to the API server about slices: {@code acceld_slice_writes_total} by {@code verb}
 * and {@code outcome}, {@code acceld_slice_publish_duration_seconds}. Any thread.
 */
public final class SliceMeters {
  private final MeterRegistry registry;
  private final Map<String, Counter> writes = new ConcurrentHashMap<>();
  private final Timer publish;

  SliceMeters(MeterRegistry registry) {
    this.registry = registry;
    this.publish =
        Timer.builder("acceld.slice.publish.duration")
            .description("Time from a change of the devices to the slices stored.")
            .serviceLevelObjectives(Buckets.CALLS)
            .register(registry);
  }

  /**
   * One write ended.
   *
   * @param verb {@code create}, {@code update}, {@code delete}
   */
  public void written(String verb, Outcome outcome) {
    writes
        .computeIfAbsent(
            verb + ' ' + outcome.label(),
            k ->
                Counter.builder("acceld.slice.writes")
                    .description("Writes of ResourceSlices to the API server.")
                    .tags("verb", verb, "outcome", outcome.label())
                    .register(registry))
        .increment();
  }

  /** The slices tell of a change now, that long after it was seen. */
  public void published(Duration sinceChange) {
    publish.record(sinceChange);
  }
}
