package dev.acceld.dra.events;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Inventory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * From verdicts to faults that begin and end. A fault ends when the device is known to be without
 * it: not when the device is not in the inventory, nor while nobody can tell how it is. Any thread.
 */
public final class FaultWatch {
  /** A device that is gone that long, such as a partition that was removed, is forgotten. */
  static final Duration FORGET_AFTER = Duration.ofMinutes(10);

  private final InstantSource clock;
  private final List<FaultListener> listeners = new CopyOnWriteArrayList<>();
  private final Map<Fault.Key, Fault> active = new LinkedHashMap<>();
  private final Map<Fault.Key, Long> begins = new HashMap<>();
  private final Map<String, Instant> absent = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private volatile Snapshot snapshot = new Snapshot(Map.of(), Map.of(), Map.of());

  /** Knows nothing yet. */
  public FaultWatch(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * All that is known at one moment. Immutable.
   *
   * @param active the faults that last, in the order of the inventory
   * @param begins how often each fault began since the process started, those that it found as well
   * @param states the verdict on each device
   */
  public record Snapshot(
      Map<Fault.Key, Fault> active, Map<Fault.Key, Long> begins, Map<String, State> states) {

    /** Whether it is known that the device is without that fault. */
    boolean knownToBeWithout(Fault.Key key) {
      State state = states.get(key.device());
      return state != null && state != State.UNKNOWN && !active.containsKey(key);
    }
  }

  /** Tells from now on. */
  public void listen(FaultListener listener) {
    listeners.add(listener);
  }

  /** The present. */
  public Snapshot snapshot() {
    return snapshot;
  }

  /** Takes in the present verdicts; works in memory only. */
  public synchronized void look(Inventory inventory, Map<DeviceName, HealthReport> reports) {
    Instant now = clock.instant();
    Map<String, State> states = new HashMap<>();
    Map<Fault.Key, Fault> present = new LinkedHashMap<>();
    for (Device device : inventory.devices()) {
      HealthReport report = reports.get(device.name());
      if (report != null) {
        states.put(device.name().value(), report.state());
        report
            .reasons()
            .forEach(reason -> {
              Fault fault = fault(device, report, reason, now);
              present.putIfAbsent(fault.key(), fault);
            });
      }
    }
    present.forEach((key, fault) -> begin(key, fault));
    end(present, states, now);
    seen.addAll(states.keySet());
    snapshot =
        new Snapshot(
            Collections.unmodifiableMap(new LinkedHashMap<>(active)),
            Map.copyOf(begins),
            Map.copyOf(states));
  }

  private static Fault fault(Device device, HealthReport report, Reason reason, Instant now) {
    return new Fault(
        new Fault.Key(device.name().value(), reason.code(), reason.value()),
        reason,
        report.state(),
        device.group(),
        String.join(",", device.common().physical()),
        now);
  }

  private void begin(Fault.Key key, Fault fault) {
    Fault known = active.get(key);
    if (known != null) {
      active.put(
          key,
          new Fault(
              key, fault.reason(), fault.state(), fault.group(), fault.part(), known.assessed()));
      return;
    }
    active.put(key, fault);
    begins.merge(key, 1L, Long::sum);
    boolean found = !seen.contains(key.device());
    listeners.forEach(listener -> listener.began(fault, found));
  }

  private void end(Map<Fault.Key, Fault> present, Map<String, State> states, Instant now) {
    for (Iterator<Fault> each = active.values().iterator(); each.hasNext(); ) {
      Fault fault = each.next();
      State state = states.get(fault.key().device());
      if (state == null) {
        Instant since = absent.computeIfAbsent(fault.key().device(), device -> now);
        if (Duration.between(since, now).compareTo(FORGET_AFTER) > 0) {
          each.remove();
        }
      } else if (!present.containsKey(fault.key()) && state != State.UNKNOWN) {
        each.remove();
        listeners.forEach(listener -> listener.ended(fault, now));
      }
    }
    absent.keySet().removeAll(states.keySet());
  }
}
