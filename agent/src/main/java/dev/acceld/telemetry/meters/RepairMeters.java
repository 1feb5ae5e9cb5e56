package dev.acceld.telemetry.meters;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Repairs in place: {@code acceld_repairs_total} by {@code outcome}, from zero on, and {@code
 * acceld_repair_duration_seconds} from the first repair on. Any thread.
 */
public final class RepairMeters {
  private static final List<String> OUTCOMES =
      List.of("repaired", "refused", "failed", "interrupted");
  private static final Duration[] BUCKETS = {
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(20),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(2),
    Duration.ofMinutes(5),
    Duration.ofMinutes(10)
  };

  private final MeterRegistry registry;
  private final Map<String, Counter> counters = new TreeMap<>();
  private @Nullable Timer duration;

  /** Registers the counters, at zero. */
  public RepairMeters(MeterRegistry registry) {
    this.registry = registry;
    for (String outcome : OUTCOMES) {
      counters.put(
          outcome,
          Counter.builder("acceld.repairs")
              .description("Repairs of devices in place, by outcome.")
              .tags("outcome", outcome)
              .register(registry));
    }
  }

  /**
   * A repair has ended.
   *
   * @param outcome one of {@code repaired}, {@code refused}, {@code failed}, {@code interrupted}
   */
  public synchronized void ended(String outcome, Duration took) {
    Counter counter = counters.get(outcome);
    if (counter == null) {
      throw new IllegalArgumentException("unknown outcome of a repair: " + outcome);
    }
    counter.increment();
    if (duration == null) {
      duration =
          Timer.builder("acceld.repair.duration")
              .description("Duration of repairs of devices in place, whatever their outcome.")
              .serviceLevelObjectives(BUCKETS)
              .register(registry);
    }
    duration.record(took);
  }
}
