package dev.acceld.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long claims take and how they end: {@code acceld_prepare_duration_seconds} and {@code
 * acceld_unprepare_duration_seconds} by {@code phase} and {@code outcome} (phase {@value #TOTAL} is
 * the whole claim, the others its parts), {@code acceld_claim_operations_total} by {@code
 * operation} and {@code outcome}. Any thread.
 */
public final class ClaimMeters {
  /** The phase that stands for the whole claim. */
  public static final String TOTAL = "total";

  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Key, Counter> operations = new ConcurrentHashMap<>();

  ClaimMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Outcome outcome : Outcome.values()) {
      operation("prepare", outcome);
      operation("unprepare", outcome);
    }
  }

  /** A part of a prepare ended. */
  public void preparePhase(String phase, Outcome outcome, Duration took) {
    timer("prepare", phase, outcome).record(took);
  }

  /** The prepare of one claim ended. */
  public void prepared(Outcome outcome, Duration took) {
    timer("prepare", TOTAL, outcome).record(took);
    operation("prepare", outcome).increment();
  }

  /** A part of an unprepare ended. */
  public void unpreparePhase(String phase, Outcome outcome, Duration took) {
    timer("unprepare", phase, outcome).record(took);
  }

  /** The unprepare of one claim ended. */
  public void unprepared(Outcome outcome, Duration took) {
    timer("unprepare", TOTAL, outcome).record(took);
    operation("unprepare", outcome).increment();
  }

  private Timer timer(String operation, String phase, Outcome outcome) {
    return timers.computeIfAbsent(
        new Key(operation, phase, outcome),
        k ->
            Timer.builder("acceld." + operation + ".duration")
                .description("Time that the " + operation + " of one claim took, by phase.")
                .tags("phase", phase, "outcome", outcome.label())
                .serviceLevelObjectives(Buckets.CALLS)
                .register(registry));
  }

  private Counter operation(String operation, Outcome outcome) {
    return operations.computeIfAbsent(
        new Key(operation, TOTAL, outcome),
        k ->
            Counter.builder("acceld.claim.operations")
                .description("Claims that were prepared and unprepared, repeated calls included.")
                .tags("operation", operation, "outcome", outcome.label())
                .register(registry));
  }

  private record Key(String operation, String phase, Outcome outcome) {}
}
