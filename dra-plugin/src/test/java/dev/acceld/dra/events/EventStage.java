package dev.acceld.dra.events;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Action;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import dev.acceld.dra.chips.Chips;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.EventApi;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A node with devices in virtual time, and an API server that keeps Events for an hour. */
final class EventStage implements EventApi {
  static final Instant BEGIN = Instant.parse("2026-11-29T04:00:00Z");

  final FaultWatch watch = new FaultWatch(this::now);
  final Map<String, Event> stored = new LinkedHashMap<>();
  final List<String> requests = new ArrayList<>();
  final List<String> outcomes = new ArrayList<>();
  final List<PreparedClaim> claims = new ArrayList<>();
  private final Map<String, Instant> storedAt = new LinkedHashMap<>();
  private final Map<String, List<Reason>> reasons = new LinkedHashMap<>();
  private final Path dir;
  private @Nullable FaultEvents events;
  long nanos;
  long spread;
  ClusterException.@Nullable Reason refusal;

  EventStage(Path dir, int devices) {
    this.dir = dir;
    for (int i = 0; i < devices; i++) {
      reasons.put("gpu-" + i, List.of());
    }
    start();
  }

  /** Another process takes over. */
  void start() {
    FaultEvents old = events;
    if (old != null) {
      old.close();
    }
    events =
        new FaultEvents(
            new EventSettings(
                "acceld.dev", "node-1", dir.resolve("events.json"), dir.resolve("events.lock")),
            this,
            new FaultEvents.Inputs(
                () -> Optional.of(watch.snapshot()), () -> List.copyOf(claims), () -> "node-uid"),
            outcomes::add,
            () -> spread,
            this::now,
            () -> nanos,
            new SplittableRandom(1));
    look();
  }

  void stop() {
    FaultEvents running = events;
    if (running != null) {
      running.close();
    }
  }

  Instant now() {
    return BEGIN.plusNanos(nanos);
  }

  static Reason xid(int xid) {
    return reason("xid", "" + xid, "XID " + xid + ": bad", Effect.NO_SCHEDULE, Action.REBOOT);
  }

  static Reason mild(String code) {
    return reason(code, "", code + " it is", Effect.NONE, Action.RESET);
  }

  /** What is wrong with a device from now on. */
  void set(String device, Reason... now) {
    List<Reason> dated = new ArrayList<>();
    for (Reason r : now) {
      Instant since =
          reasons.getOrDefault(device, List.of()).stream()
              .filter(old -> old.code().equals(r.code()) && old.value().equals(r.value()))
              .map(Reason::since)
              .findFirst()
              .orElse(now());
      dated.add(
          new Reason(
              r.code(),
              r.value(),
              r.message(),
              r.state(),
              r.effect(),
              r.action(),
              r.ends(),
              since));
    }
    reasons.put(device, dated);
    look();
  }

  void look() {
    Map<DeviceName, HealthReport> reports = new LinkedHashMap<>();
    reasons.forEach((name, list) -> {
      boolean unknown = list.stream().anyMatch(r -> r.code().equals("unresponsive"));
      boolean blocked = list.stream().anyMatch(r -> !r.schedulable());
      State state =
          unknown
              ? State.UNKNOWN
              : blocked ? State.UNHEALTHY : list.isEmpty() ? State.HEALTHY : State.DEGRADED;
      DeviceName device = new DeviceName(name);
      reports.put(device, new HealthReport(device, state, list, now()));
    });
    List<Device> devices = reasons.keySet().stream().<Device>map(Chips::named).toList();
    watch.look(new Inventory(now(), devices, Set.of(), List.of()), reports);
  }

  void remove(String device) {
    reasons.remove(device);
    look();
  }

  /** Time goes by, half a second at a time. */
  void pass(Duration time) {
    long end = nanos + time.toNanos();
    while (nanos < end) {
      nanos += 500_000_000L;
      FaultEvents running = events;
      if (running != null) {
        running.look();
      }
    }
  }

  void claim(String name, String... devices) {
    List<PreparedDevice> all = new ArrayList<>();
    for (String device : devices) {
      all.add(new PreparedDevice("r", "node-1", device, Optional.empty(), false, List.of()));
    }
    claims.add(
        new PreparedClaim(
            new ClaimRef("ns", name, name + "-uid"),
            all,
            List.of(new PodRef("ns", name + "-pod", name + "-pod-uid")),
            BEGIN));
  }

  /** The Events there are, as kind, reason and count. */
  List<String> told() {
    return stored.values().stream()
        .map(e -> e.regarding().kind() + " " + e.reason() + " " + e.count())
        .toList();
  }

  Event only(String kind, String reason) {
    List<Event> found =
        stored.values().stream()
            .filter(e -> e.regarding().kind().equals(kind) && e.reason().equals(reason))
            .toList();
    if (found.size() != 1) {
      throw new AssertionError(kind + " " + reason + ": " + told());
    }
    return found.getFirst();
  }

  private void asked(String what) throws ClusterException {
    requests.add(what);
    ClusterException.Reason no = refusal;
    if (no != null) {
      throw new ClusterException(no, "no");
    }
  }

  @Override
  public void create(Event event) throws ClusterException {
    asked("create " + event.regarding().kind());
    String key = event.regarding().eventNamespace() + "/" + event.name();
    expire();
    if (stored.putIfAbsent(key, event) != null) {
      throw new ClusterException(ClusterException.Reason.CONFLICT, key);
    }
    storedAt.put(key, now());
  }

  @Override
  public void repeat(String namespace, String name, int count, Instant last)
      throws ClusterException {
    asked("patch");
    expire();
    String key = namespace + "/" + name;
    Event old = stored.get(key);
    if (old == null) {
      throw new ClusterException(ClusterException.Reason.NOT_FOUND, key);
    }
    stored.put(
        key,
        new Event(
            old.name(),
            old.regarding(),
            old.related(),
            old.warning(),
            old.reason(),
            old.action(),
            old.note(),
            old.controller(),
            old.instance(),
            old.at(),
            count,
            last));
    storedAt.put(key, now());
  }

  private void expire() {
    Instant old = now().minus(Duration.ofHours(1));
    storedAt.entrySet().removeIf(e -> e.getValue().isBefore(old));
    stored.keySet().retainAll(storedAt.keySet());
  }

  static Reason reason(String code, String value, String message, Effect effect, Action action) {
    State state = effect.schedulable() ? State.DEGRADED : State.UNHEALTHY;
    return new Reason(code, value, message, state, effect, action, "it is repaired", Instant.EPOCH);
  }
}
