package dev.acceld.telemetry.meters;

import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.cluster.ClaimRef;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * How long claims take and how they end, to be given to the claim service: {@code
 * acceld_prepare_duration_seconds} and {@code acceld_unprepare_duration_seconds} by {@code phase}
 * and {@code outcome} (phase {@code total} is the whole claim, the others its parts: do not add
 * them up), {@code acceld_claim_operations_total} by {@code operation} and {@code outcome}, {@code
 * acceld_claim_records_damaged_total}, {@code acceld_claims_collected_total}. Any thread.
 */
public final class ClaimMeters implements ClaimObserver {
  private final MeterRegistry registry;
  private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
  private final Map<Key, Counter> operations = new ConcurrentHashMap<>();
  private final Counter damaged;
  private final Counter collected;

  /** Registers the counters, at zero; the durations follow with the first claim. */
  public ClaimMeters(MeterRegistry registry) {
    this.registry = registry;
    for (Operation operation : Operation.values()) {
      for (Outcome outcome : Outcome.values()) {
        operation(new Key(operation, Phase.TOTAL, outcome)); // visible from zero on
      }
    }
    this.damaged =
        Counter.builder("acceld.claim.records.damaged")
            .description("Claim records that could not be read and were set aside.")
            .register(registry);
    this.collected =
        Counter.builder("acceld.claims.collected")
            .description("Prepared claims that were cleaned up because they no longer exist.")
            .register(registry);
  }

  @Override
  public void ended(ClaimRef claim, Operation operation, Phase phase, long nanos, boolean ok) {
    Key key = new Key(operation, phase, Outcome.of(ok));
    timers.computeIfAbsent(key, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    if (phase == Phase.TOTAL) {
      operation(key).increment();
    }
  }

  @Override
  public void damaged(String claimUid) {
    damaged.increment();
  }

  @Override
  public void collected(ClaimRef claim) {
    collected.increment();
  }

  private Timer timer(Key key) {
    String operation = word(key.operation());
    return Timer.builder("acceld." + operation + ".duration")
        .description("Duration of the " + operation + " of one claim, by phase.")
        .tags("phase", word(key.phase()), "outcome", key.outcome().label())
        .serviceLevelObjectives(Buckets.CALLS)
        .register(registry);
  }

  private Counter operation(Key key) {
    return operations.computeIfAbsent(
        key,
        k ->
            Counter.builder("acceld.claim.operations")
                .description(
                    "Prepare and unprepare operations of claims, including repeated calls.")
                .tags("operation", word(k.operation()), "outcome", k.outcome().label())
                .register(registry));
  }

  private static String word(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  private record Key(Operation operation, Phase phase, Outcome outcome) {}
}
