package dev.acceld.telemetry.meters;

import dev.acceld.startup.StartupPhase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * How long pods with claims take to start: {@code acceld_pod_startup_seconds} by {@code phase}. Any
 * thread.
 */
public final class StartupMeters {
  private final MeterRegistry registry;
  private final Map<StartupPhase, Timer> timers = new EnumMap<>(StartupPhase.class);

  /** The histograms follow with the first pod. */
  public StartupMeters(MeterRegistry registry) {
    this.registry = registry;
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
