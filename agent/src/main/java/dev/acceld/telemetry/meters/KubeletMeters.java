package dev.acceld.telemetry.meters;

import dev.acceld.dra.kubelet.KubeletPluginObserver;
import dev.acceld.dra.kubelet.RegistrationStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * What passes between the kubelet and us: {@code acceld_kubelet_registered} by {@code service},
 * {@code acceld_kubelet_registrations_total} by {@code outcome}, {@code
 * acceld_kubelet_connections}, {@code acceld_kubelet_call_duration_seconds} by {@code call} and
 * {@code outcome} where there were any, {@code acceld_kubelet_calls_total} by the same from zero
 * on. Any thread.
 */
public final class KubeletMeters implements KubeletPluginObserver {
  /** The service that prepares claims, as {@code acceld_kubelet_registered} names it. */
  public static final String DRA_PLUGIN = "DRAPlugin";

  /** The kubelet gave up before the answer. */
  private static final String CANCELLED = "cancelled";

  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter refused;
  private final Map<Key, Timer> durations = new ConcurrentHashMap<>();
  private final Map<Key, Counter> calls = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** Registers the counters and {@code acceld_kubelet_connections}, at zero. */
  public KubeletMeters(MeterRegistry registry) {
    this.registry = registry;
    this.accepted = registrations(Outcome.OK);
    this.refused = registrations(Outcome.FAILED);
    for (Call call : Call.values()) {
      for (String outcome : List.of(Outcome.OK.label(), Outcome.FAILED.label(), CANCELLED)) {
        calls(new Key(call, outcome));
      }
    }
    Gauge.builder("acceld.kubelet.connections", connections, AtomicInteger::get)
        .description("Open connections of the kubelet to the DRA socket.")
        .register(registry);
  }

  /**
   * Shows whether a service is registered now.
   *
   * @param service its name without a version, such as {@link #DRA_PLUGIN}
   * @param now asked at each scrape; must answer at once
   */
  public void registered(String service, BooleanSupplier now) {
    Gauge.builder("acceld.kubelet.registered", () -> now.getAsBoolean() ? 1 : 0)
        .description("1 while the kubelet has confirmed the registration of the service.")
        .tag("service", service)
        .strongReference(true)
        .register(registry);
  }

  /** The kubelet answered our registration; to be given to the plugin as a listener. */
  public void registration(RegistrationStatus status) {
    switch (status.state()) {
      case REGISTERED -> accepted.increment();
      case REFUSED -> refused.increment();
      case WAITING -> {}
    }
  }

  @Override
  public void answered(Call call, int claims, int failed, Duration took, boolean cancelled) {
    Key key = new Key(call, cancelled ? CANCELLED : Outcome.of(failed == 0).label());
    durations.computeIfAbsent(key, this::timer).record(took);
    calls(key).increment();
  }

  @Override
  public void connections(int open) {
    connections.set(open);
  }

  private Timer timer(Key key) {
    return Timer.builder("acceld.kubelet.call.duration")
        .description(
            "Duration of the kubelet's calls; failed means that at least one claim of the"
                + " call failed.")
        .tags("call", word(key), "outcome", key.outcome())
        .serviceLevelObjectives(Buckets.CALLS)
        .register(registry);
  }

  private Counter calls(Key key) {
    return calls.computeIfAbsent(
        key,
        k ->
            Counter.builder("acceld.kubelet.calls")
                .description(
                    "Calls of the kubelet; failed means that at least one claim of the"
                        + " call failed.")
                .tags("call", word(k), "outcome", k.outcome())
                .register(registry));
  }

  private Counter registrations(Outcome outcome) {
    return Counter.builder("acceld.kubelet.registrations")
        .description(
            "Responses of the kubelet to the registration; more than one means that it restarted.")
        .tag("outcome", outcome.label())
        .register(registry);
  }

  private static String word(Key key) {
    return key.call().name().toLowerCase(Locale.ROOT);
  }

  private record Key(Call call, String outcome) {}
}
