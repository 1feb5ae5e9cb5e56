package dev.acceld.probe.tpu;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Sample;
import dev.acceld.device.Summary;
import dev.acceld.device.TpuChip;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.probe.Signal;
import dev.acceld.probe.tpu.runtime.Endpoint;
import dev.acceld.probe.tpu.runtime.ExpectedChips;
import dev.acceld.probe.tpu.runtime.RuntimeMetrics;
import dev.acceld.probe.tpu.runtime.RuntimeReading;
import dev.acceld.probe.tpu.runtime.RuntimeTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods that have chips, and what libtpu in them told last. The pod of a claim is asked every
 * ten seconds, as GKE does; nobody waits for it. All claims of one pod are asked as one, since
 * their containers share the network. One thread.
 */
final class TpuWorkloads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TpuWorkloads.class);
  private static final Duration PERIOD = Duration.ofSeconds(10);

  /** An older answer says nothing of now. */
  private static final Duration STALE = PERIOD.multipliedBy(3);

  private final ClusterView cluster;
  private final LongSupplier nanos;
  private final Map<Workload, Polled> polled = new HashMap<>();
  private final RuntimeErrors errors = new RuntimeErrors();
  private @Nullable RuntimeTransport transport;

  /** Chips that one pod has, in the order in which libtpu counts them. */
  private record Workload(String address, TpuGeneration generation, List<DeviceName> chips) {}

  private static final class Polled {
    private final RuntimeMetrics metrics;
    private final DeviceHolder holder;
    private long next;
    private boolean served; // when it was looked at last
    private volatile @Nullable Answer latest;
    private @Nullable Shown shown;

    private Polled(RuntimeMetrics metrics, DeviceHolder holder, long next) {
      this.metrics = metrics;
      this.holder = holder;
      this.next = next;
    }
  }

  /** What workloads tell of their chips. */
  record Told(Map<DeviceName, Sample> samples, Map<DeviceName, List<Summary>> summaries) {}

  private record Answer(RuntimeReading reading, long at) {}

  /** An answer as it is wanted at each look; there are ten looks for one answer. */
  private record Shown(
      Answer of, Map<DeviceName, Sample> samples, Map<DeviceName, List<Summary>> summaries) {

    static Shown of(Answer answer, List<DeviceName> chips) {
      Map<DeviceName, Sample> samples = new HashMap<>();
      for (int rank = 0; rank < chips.size(); rank++) {
        Sample sample = RuntimeSamples.of(answer.reading.chips().get(rank));
        if (!sample.isEmpty()) {
          samples.put(chips.get(rank), sample);
        }
      }
      return new Shown(answer, samples, RuntimeSummaries.of(answer.reading, chips));
    }
  }

  TpuWorkloads(ClusterView cluster) {
    this(cluster, System::nanoTime);
  }

  TpuWorkloads(ClusterView cluster, LongSupplier nanos) {
    this.cluster = cluster;
    this.nanos = nanos;
  }

  /**
   * What is known now of the chips that somebody uses, and whose workload serves metrics.
   *
   * @param devices chips and blocks of chips
   */
  Told read(List<Device> devices) {
    Map<Workload, DeviceHolder> now = workloads(devices);
    polled
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !now.containsKey(entry.getKey());
          if (gone) {
            entry.getValue().metrics.close();
          }
          return gone;
        });
    Told told = new Told(new HashMap<>(), new HashMap<>());
    errors.begin();
    now.forEach((workload, holder) -> {
      Polled of = polled.computeIfAbsent(workload, w -> begin(w, holder));
      poll(of);
      Answer answer = of.latest;
      boolean serves = answer != null && answer.reading.serving();
      if (of.served && !serves) {
        cluster.addressInDoubt(of.holder);
      }
      of.served = serves;
      if (answer != null && nanos.getAsLong() - answer.at < STALE.toNanos()) {
        errors.note(workload.chips, answer.reading);
        Shown shown = of.shown;
        if (shown == null || shown.of != answer) {
          shown = Shown.of(answer, workload.chips);
          of.shown = shown;
        }
        told.summaries.putAll(shown.summaries);
        told.samples.putAll(shown.samples);
      }
    });
    return told;
  }

  /** What workloads say is wrong with their chips, or is no longer, since the last call. */
  List<Signal> errors(Instant at) {
    return errors.changes(at);
  }

  /** Why readings of workloads that serve metrics are missing, one sentence each. */
  List<String> problems() {
    List<String> all = new ArrayList<>();
    for (Polled of : polled.values()) {
      Answer answer = of.latest;
      if (answer != null && !answer.reading.problems().isEmpty()) {
        all.add(
            "libtpu's metrics of claim "
                + of.holder.claim()
                + ": "
                + answer.reading.problems().getFirst());
      }
    }
    return all;
  }

  /** With the claim that each belongs to. */
  private Map<Workload, DeviceHolder> workloads(List<Device> devices) {
    Map<DeviceName, Device> byName = new HashMap<>();
    devices.forEach(device -> byName.put(device.name(), device));
    Map<String, List<TpuChip>> byAddress = new LinkedHashMap<>();
    Map<String, DeviceHolder> holders = new HashMap<>();
    for (DeviceHolder holder : cluster.holders()) {
      List<TpuChip> chips =
          holder.devices().stream()
              .flatMap(name -> Optional.ofNullable(byName.get(name)).stream())
              .flatMap(device -> device.members().stream())
              .filter(TpuChip.class::isInstance)
              .map(TpuChip.class::cast)
              .toList();
      Optional<String> address = chips.isEmpty() ? Optional.empty() : cluster.address(holder);
      address.ifPresent(at -> {
        byAddress.computeIfAbsent(at, a -> new ArrayList<>()).addAll(chips);
        holders.putIfAbsent(at, holder);
      });
    }
    Map<Workload, DeviceHolder> all = new HashMap<>();
    holders.forEach((address, holder) -> {
      List<TpuChip> chips = byAddress.getOrDefault(address, List.of());
      all.put(
          new Workload(
              address,
              TpuGeneration.byId(chips.getFirst().generation()),
              chips.stream()
                  .sorted(Comparator.comparingInt(TpuChip::index))
                  .map(TpuChip::name)
                  .distinct()
                  .toList()),
          holder);
    });
    return all;
  }

  private Polled begin(Workload workload, DeviceHolder holder) {
    int chips = workload.chips.size();
    OptionalInt devices = workload.generation.jaxDevices();
    RuntimeTransport by = transport;
    if (by == null) {
      by = new RuntimeTransport();
      transport = by;
    }
    RuntimeMetrics metrics =
        new RuntimeMetrics(
            by,
            workload
                .generation
                .metricsPorts(chips)
                .mapToObj(port -> Endpoint.of(workload.address, port))
                .toList(),
            new ExpectedChips(chips, devices));
    return new Polled(metrics, holder, nanos.getAsLong());
  }

  private void poll(Polled of) {
    long now = nanos.getAsLong();
    if (now - of.next < 0) {
      return;
    }
    of.next = now + PERIOD.toNanos();
    of.metrics
        .poll()
        .whenComplete((reading, defect) -> {
          if (reading != null) {
            of.latest = new Answer(reading, nanos.getAsLong());
          } else {
            log.error(
                "libtpu's metrics of claim {} cannot be processed", of.holder.claim(), defect);
          }
        });
  }

  @Override
  public void close() {
    polled.values().forEach(of -> of.metrics.close());
    polled.clear();
    RuntimeTransport by = transport;
    if (by != null) {
      by.close();
    }
  }
}
