package dev.acceld.telemetry.meters;

import dev.acceld.dra.slice.PublisherObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is published: {@code acceld_slice_writes_total} by {@code verb} and {@code outcome}, {@code
 * acceld_slice_failures_total}, {@code acceld_slices_in_sync}, {@code acceld_slices_published},
 * {@code acceld_slice_devices_published}, {@code acceld_slice_pool_generation}, {@code
 * acceld_slice_first_stored_seconds}, {@code acceld_slices_waiting_for_writer}, {@code
 * acceld_slice_taints_kept}, {@code acceld_slice_counters_kept}, {@code acceld_slices_altered}.
 * Counters are there from zero on; of the others, what has not been told yet is no series. Any
 * thread.
 */
public final class SliceMeters implements PublisherObserver {
  private final MeterRegistry registry;
  private final Map<Key, Counter> writes = new ConcurrentHashMap<>();
  private final Map<String, Value> values = new ConcurrentHashMap<>();
  private final Counter failures;
  private volatile BiConsumer<String, String> listener = (verb, outcome) -> {};

  /** Registers the counters, at zero; a gauge follows with its first value. */
  public SliceMeters(MeterRegistry registry) {
    this.registry = registry;
    for (String verb : List.of("create", "update", "delete")) {
      for (String outcome : ApiMeters.ALL_OUTCOMES) {
        writes(new Key(verb, outcome));
      }
    }
    this.failures =
        Counter.builder("acceld.slice.failures")
            .description("Failed attempts to update the slices; each is retried.")
            .register(registry);
  }

  /** Tells verb and outcome of each write to somebody else, too, who must be quick. */
  public void onWrite(BiConsumer<String, String> told) {
    listener = told;
  }

  @Override
  public void wrote(String verb, String outcome) {
    writes(new Key(verb, outcome)).increment();
    listener.accept(verb, outcome);
  }

  @Override
  public void inSync(int devices, int slices, long generation) {
    set("acceld.slices.in.sync", "1 while the stored slices are the desired ones.", null, 1);
    set("acceld.slices.published", "ResourceSlices stored for this node.", null, slices);
    set("acceld.slice.devices.published", "Devices in the stored slices.", null, devices);
    set("acceld.slice.pool.generation", "Generation of the stored pool.", null, generation);
    waiting(0);
  }

  @Override
  public void firstStored(Duration sinceRegistered) {
    set(
        "acceld.slice.first.stored",
        "Time from the kubelet's confirmation until the first slices are stored.",
        "seconds",
        sinceRegistered.toNanos() / 1e9);
  }

  @Override
  public void failed(String message) {
    failures.increment();
    set("acceld.slices.in.sync", "1 while the stored slices are the desired ones.", null, 0);
  }

  @Override
  public void waitingForWriter() {
    waiting(1);
  }

  @Override
  public void taintsKept(boolean kept) {
    set(
        "acceld.slice.taints.kept",
        "1 while the cluster stores device taints; no series until this is known.",
        null,
        kept ? 1 : 0);
  }

  @Override
  public void countersKept(boolean kept) {
    set(
        "acceld.slice.counters.kept",
        "1 while the cluster stores shared counters; no series until this is known.",
        null,
        kept ? 1 : 0);
  }

  @Override
  public void altered(String what) {
    set(
        "acceld.slices.altered",
        "1 while the API server or a webhook stores slices that differ from those sent.",
        null,
        what.isEmpty() ? 0 : 1);
  }

  private void waiting(double value) {
    set(
        "acceld.slices.waiting.for.writer",
        "1 while another process of this node writes the slices.",
        null,
        value);
  }

  private Counter writes(Key key) {
    return writes.computeIfAbsent(
        key,
        k ->
            Counter.builder("acceld.slice.writes")
                .description("Writes of ResourceSlices to the API server.")
                .tags("verb", k.verb(), "outcome", k.outcome())
                .register(registry));
  }

  private void set(String name, String help, @Nullable String unit, double to) {
    values.computeIfAbsent(
                name,
                n -> {
                  Value value = new Value();
                  Gauge.builder(n, value, v -> v.now)
                      .description(help)
                      .baseUnit(unit)
                      .register(registry);
                  return value;
                })
            .now =
        to;
  }

  private static final class Value {
    private volatile double now;
  }

  private record Key(String verb, String outcome) {}
}
