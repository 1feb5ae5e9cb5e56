package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The faults that outlive the agent, between the verdicts in memory and their store: what befell a
 * physical part is put on disk, what is found there is brought back, and counters that began anew
 * are evidence that a part was reset. Under its owner's lock.
 */
final class KeptFaults {
  private static final Logger log = LoggerFactory.getLogger(KeptFaults.class);
  private static final Duration NEW_MARKS_EVERY = Duration.ofMinutes(10);

  /** One odd reading does not heal a GPU. */
  private static final int READINGS_NEEDED = 2;

  private final FaultStore store;
  private final Map<String, KeptFault> active = new HashMap<>();
  private final Map<String, Integer> goneBack = new HashMap<>();
  private final Map<String, Instant> marked = new HashMap<>();
  private Instant lastReading = Instant.EPOCH;

  KeptFaults(FaultStore store) {
    this.store = store;
  }

  /** A device that was not known before: what is kept of its physical part holds for it. */
  void restore(Device device, Inventory inventory, DeviceHealth health, long nanos) {
    String part = part(device, inventory);
    active
        .values()
        .forEach(fault -> {
          if (fault.part().equals(part)) {
            fault.xid().ifPresent(code -> health.restore(code, fault.since(), nanos));
          }
        });
  }

  /** After a change in memory. */
  void sync(Inventory inventory, Map<DeviceName, DeviceHealth> healths, Instant at) {
    Map<String, KeptFault> raised = new HashMap<>();
    Set<String> parts = new HashSet<>();
    for (Device device : inventory.devices()) {
      DeviceHealth health = healths.get(device.name());
      if (health == null) {
        continue;
      }
      Device whole = whole(device, inventory);
      parts.add(part(device, inventory));
      health
          .xids()
          .forEach((code, since) -> {
            KeptFault fault = fault(whole, KeptFault.xid(code), since);
            raised.putIfAbsent(fault.key(), fault);
          });
    }
    raised.forEach((key, fault) -> {
      if (active.putIfAbsent(key, fault) == null) {
        store.put(fault);
      }
    });
    for (KeptFault fault : List.copyOf(active.values())) {
      if (parts.contains(fault.part()) && !raised.containsKey(fault.key())) {
        end(fault, at, "the device was reset, or the driver says that nothing is to be done");
      }
    }
  }

  /** What this and other processes have written; true when that changes a verdict. */
  boolean told(
      List<KeptFault> faults,
      Set<String> unwritten,
      Inventory inventory,
      Map<DeviceName, DeviceHealth> healths,
      long nanos) {
    boolean changed = false;
    Set<String> there = new HashSet<>();
    for (KeptFault fault : faults) {
      there.add(fault.key());
      KeptFault known = active.get(fault.key());
      if (unwritten.contains(fault.key())) {
        continue;
      }
      if (fault.active() && known == null) {
        active.put(fault.key(), fault);
        log.warn("{} has lasted since {}: {}", fault.part(), fault.since(), fault.condition());
        changed |=
            each(
                fault,
                inventory,
                healths,
                h -> fault.xid().ifPresent(code -> h.restore(code, fault.since(), nanos)));
      } else if (known != null
          && fault.ended().filter(e -> !known.since().isAfter(e)).isPresent()) {
        active.remove(fault.key());
        log.info("{}: {} is over: {}", fault.part(), fault.condition(), fault.evidence());
        changed |=
            each(
                fault,
                inventory,
                healths,
                h -> fault.xid().ifPresent(code -> h.endXid(code, nanos)));
      }
    }
    for (KeptFault fault : active.values()) {
      if (!there.contains(fault.key()) && !unwritten.contains(fault.key())) {
        store.put(fault); // somebody has emptied the directory: that is no evidence
      }
    }
    return changed;
  }

  /** Compares fresh readings with the marks; true when a part turns out to have been reset. */
  boolean evidence(
      Readings readings,
      Inventory inventory,
      Map<DeviceName, DeviceHealth> healths,
      Instant at,
      long nanos) {
    if (active.isEmpty() || readings.takenAt().equals(lastReading)) {
      return false;
    }
    lastReading = readings.takenAt();
    boolean changed = false;
    for (KeptFault fault : List.copyOf(active.values())) {
      Device device = find(fault, inventory).orElse(null);
      ResetMarks now = device == null ? ResetMarks.NONE : ResetMarks.of(readings.of(device.name()));
      if (now.isEmpty()) {
        continue;
      }
      String counters = fault.marks().countersGoneBackIn(now);
      if (counters.isEmpty() && !fault.marks().recoveredIn(now)) {
        goneBack.remove(fault.key());
        mark(fault, now, at);
      } else if (goneBack.merge(fault.key(), 1, Integer::sum) >= READINGS_NEEDED) {
        changed |= each(fault, inventory, healths, h -> h.recovered(!counters.isEmpty(), nanos));
        if (device != null && ends(fault, healths.get(device.name()))) {
          end(
              fault,
              at,
              counters.isEmpty()
                  ? "the driver does not ask for a recovery any more"
                  : "the device was reset: " + counters);
        } else {
          // A repair is needed, which no reset is: go on from here.
          goneBack.remove(fault.key());
          active.put(fault.key(), fault.with(now));
        }
      }
    }
    return changed;
  }

  /** The store sees by the boot id that what it has is over. */
  void rebooted() {
    active.clear();
    goneBack.clear();
    marked.clear();
  }

  private static boolean ends(KeptFault fault, @Nullable DeviceHealth health) {
    return health != null && fault.xid().filter(health.xids()::containsKey).isEmpty();
  }

  /** Marks grow with time, and the farther they are the surer is what they show. */
  private void mark(KeptFault fault, ResetMarks now, Instant at) {
    Instant last = marked.get(fault.key());
    if (last != null && last.plus(NEW_MARKS_EVERY).isAfter(at)) {
      return;
    }
    marked.put(fault.key(), at);
    KeptFault fresh = fault.with(fault.marks().and(now));
    active.put(fault.key(), fresh);
    store.put(fresh);
  }

  private void end(KeptFault fault, Instant at, String evidence) {
    active.remove(fault.key());
    goneBack.remove(fault.key());
    marked.remove(fault.key());
    log.info("{}: {} is over: {}", fault.part(), fault.condition(), evidence);
    store.put(fault.over(at, evidence));
  }

  private static boolean each(
      KeptFault fault,
      Inventory inventory,
      Map<DeviceName, DeviceHealth> healths,
      Consumer<DeviceHealth> change) {
    boolean any = false;
    for (Device device : inventory.devices()) {
      DeviceHealth health = healths.get(device.name());
      if (health != null && part(device, inventory).equals(fault.part())) {
        change.accept(health);
        any = true;
      }
    }
    return any;
  }

  private static Optional<Device> find(KeptFault fault, Inventory inventory) {
    return inventory.devices().stream()
        .filter(d -> part(d, inventory).equals(fault.part()))
        .map(d -> whole(d, inventory))
        .findFirst();
  }

  private KeptFault fault(Device whole, String condition, Instant since) {
    return new KeptFault(
        uuid(whole),
        pci(whole),
        condition,
        since,
        store.boot().orElse(""),
        ResetMarks.NONE,
        Optional.empty(),
        "");
  }

  private static String part(Device device, Inventory inventory) {
    Device whole = whole(device, inventory);
    return KeptFault.part(uuid(whole), pci(whole));
  }

  private static Optional<String> uuid(Device device) {
    return device instanceof Gpu gpu ? Optional.of(gpu.uuid()) : Optional.empty();
  }

  private static Optional<PciAddress> pci(Device device) {
    return device.common().pci();
  }

  /** The GPU that a partition is of. */
  private static Device whole(Device device, Inventory inventory) {
    if (device instanceof Gpu) {
      return device;
    }
    return inventory.devices().stream()
        .filter(d -> d instanceof Gpu)
        .filter(d -> Objects.equals(d.common().physical(), device.common().physical()))
        .findFirst()
        .orElse(device);
  }
}
