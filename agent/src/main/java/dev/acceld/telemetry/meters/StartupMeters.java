package dev.acceld.telemetry.meters;

import dev.acceld.startup.StartupPhase;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How long pods with claims take to start: {@code acceld_pod_startup_seconds} by {@code phase}, and
 * {@code acceld_claims_pending_age_seconds}. Any thread.
 */
public final class StartupMeters {
  private final MeterRegistry registry;
  private final Map<StartupPhase, Timer> timers = new EnumMap<>(StartupPhase.class);

  /** Nothing is registered before {@link #begin}. */
  public StartupMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Claims are prepared here from now on: registers the histogram of each phase, empty, and the age
   * of pending claims. Once.
   *
   * @param oldestPending for how long the claim waits that has waited longest; asked at each
   *     scrape, must answer at once
   */
  public synchronized void begin(Supplier<Duration> oldestPending) {
    for (StartupPhase phase : StartupPhase.values()) {
      timers.computeIfAbsent(phase, this::timer);
    }
    Gauge.builder("acceld.claims.pending.age", () -> oldestPending.get().toNanos() / 1e9)
        .description(
            "Time since the kubelet first asked for the claim that has waited longest to be"
                + " prepared; 0 while none waits.")
        .baseUnit("seconds")
        .strongReference(true)
        .register(registry);
  }

  /** A pod has gone through a phase. */
  public synchronized void record(StartupPhase phase, Duration took) {
    timers.computeIfAbsent(phase, this::timer).record(took);
  }

  private Timer timer(StartupPhase phase) {
    return Timer.builder("acceld.pod.startup")
        .description("Duration of the start of a pod with claims, by phase.")
        .tags("phase", phase.label())
        .serviceLevelObjectives(Buckets.STARTUPS)
        .register(registry);
  }
}
