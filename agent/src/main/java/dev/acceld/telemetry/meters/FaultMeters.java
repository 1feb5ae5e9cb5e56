package dev.acceld.telemetry.meters;

import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.events.EventObserver;
import dev.acceld.dra.events.Fault;
import dev.acceld.dra.events.FaultListener;
import dev.acceld.dra.kubelet.KubeletPluginObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How long it takes until a fault is known, until others know of it, and until it is over: {@code
 * acceld_fault_detection_seconds}, {@code acceld_fault_taint_seconds}, {@code
 * acceld_fault_kubelet_seconds}, {@code acceld_fault_duration_seconds}, all by {@code reason};
 * {@code acceld_events_total} by {@code outcome}, from zero on; and the counts of {@code
 * acceld_device_faults_total}. A fault of a GPU and its partitions is timed once. A fault that the
 * agent found when it started has begun before: it is not counted, and only its end is timed. Any
 * thread.
 */
public final class FaultMeters implements FaultListener, EventObserver, KubeletPluginObserver {
  private static final String TAINT = "acceld.dev/";
  private static final int MOST_REASONS = 50;
  private static final String OTHER = "other";

  private final MeterRegistry registry;
  private final InstantSource clock;
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> events = new ConcurrentHashMap<>();
  private final Set<String> reasons = new HashSet<>(); // this and below: under the lock
  private final Map<Fault.Key, Fault> untainted = new HashMap<>();
  private final Map<Fault.Key, Fault> unsent = new HashMap<>();
  private Set<String> offered = Set.of();
  private final Map<String, Set<String>> parts = new HashMap<>();
  private final Map<String, Map<String, Long>> counts = new HashMap<>();

  /** Registers the counter of each outcome, at zero; the histograms follow with the first fault. */
  public FaultMeters(MeterRegistry registry) {
    this(registry, InstantSource.system());
  }

  FaultMeters(MeterRegistry registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    Stream.concat(ApiMeters.ALL_OUTCOMES.stream(), Stream.of(DROPPED)).forEach(this::events);
  }

  @Override
  public synchronized void began(Fault fault, boolean found) {
    if (fault.group()) {
      return;
    }
    Set<String> devices = parts.computeIfAbsent(part(fault), p -> new HashSet<>());
    boolean first = devices.isEmpty();
    devices.add(fault.key().device());
    if (found) {
      return;
    }
    counts
        .computeIfAbsent(fault.key().device(), d -> new TreeMap<>())
        .merge(reason(fault), 1L, Long::sum);
    if (first) {
      record(
          "acceld.fault.detection",
          "Time from the first sign of a fault until its effect on the device is known.",
          fault,
          fault.reason().since(),
          fault.assessed());
      unsent.put(fault.key(), fault);
    }
    if (fault.reason().effect() != Effect.NO_TAINT && offered.contains(fault.key().device())) {
      untainted.put(fault.key(), fault);
    }
  }

  @Override
  public synchronized void ended(Fault fault, Instant at) {
    untainted.remove(fault.key());
    unsent.remove(fault.key());
    Set<String> devices = parts.getOrDefault(part(fault), new HashSet<>());
    if (devices.remove(fault.key().device()) && devices.isEmpty()) {
      parts.remove(part(fault));
      record(
          "acceld.fault.duration",
          "Time from the first sign of a fault until its end.",
          fault,
          fault.reason().since(),
          at);
    }
  }

  /** The API server has stored that offer: with a taint, or without the device. */
  public synchronized void stored(List<SliceDevice> offer) {
    Map<String, SliceDevice> devices = new HashMap<>();
    offer.forEach(device -> devices.put(device.name(), device));
    offered = Set.copyOf(devices.keySet());
    for (Fault fault : List.copyOf(untainted.values())) {
      SliceDevice device = devices.get(fault.key().device());
      String taint = TAINT + fault.key().code();
      boolean told =
          device == null || device.taints().stream().anyMatch(t -> t.key().equals(taint));
      if (told && untainted.containsKey(fault.key())) {
        untainted.values().removeIf(other -> part(other).equals(part(fault)));
        record(
            "acceld.fault.taint",
            "Time from the moment a fault is known until the API server has stored its taint.",
            fault,
            fault.assessed(),
            clock.instant());
      }
    }
  }

  @Override
  public synchronized void healthSent(List<HealthReport> reports) {
    if (unsent.isEmpty()) {
      return;
    }
    for (HealthReport report : reports) {
      for (HealthReport.Reason reason : report.reasons()) {
        Fault fault =
            unsent.remove(new Fault.Key(report.device().value(), reason.code(), reason.value()));
        if (fault != null) {
          record(
              "acceld.fault.kubelet",
              "Time from the moment a fault is known until it is sent to the kubelet.",
              fault,
              fault.assessed(),
              clock.instant());
        }
      }
    }
  }

  /** How often faults began while the agent ran, by device and reason. A copy. */
  public synchronized Map<String, Map<String, Long>> counts() {
    Map<String, Map<String, Long>> copy = new HashMap<>();
    counts.forEach((device, of) -> copy.put(device, Map.copyOf(of)));
    return copy;
  }

  @Override
  public void told(String outcome) {
    events(outcome).increment();
  }

  private static String part(Fault fault) {
    return fault.part() + " " + fault.key().code() + " " + fault.key().value();
  }

  /** Vendors name their own; there are never many, and a wrong one must not make them many. */
  private String reason(Fault fault) {
    String code = fault.key().code();
    return reasons.contains(code) || reasons.size() < MOST_REASONS && reasons.add(code)
        ? code
        : OTHER;
  }

  private void record(String name, String help, Fault fault, Instant from, Instant to) {
    String reason = reason(fault);
    timers
        .computeIfAbsent(
            name + " " + reason,
            key ->
                Timer.builder(name)
                    .description(help)
                    .tags("reason", reason)
                    .serviceLevelObjectives(
                        name.endsWith("duration") ? Buckets.FAULTS : Buckets.STARTUPS)
                    .register(registry))
        .record(to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO);
  }

  private Counter events(String outcome) {
    return events.computeIfAbsent(
        outcome,
        o ->
            Counter.builder("acceld.events")
                .description(
                    "Requests for Kubernetes Events about faults, by outcome; dropped ones were"
                        + " given up.")
                .tag("outcome", o)
                .register(registry));
  }
}
