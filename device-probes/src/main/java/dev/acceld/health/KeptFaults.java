package dev.acceld.health;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Readings;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.faultstore.KeptFault;
import dev.acceld.faultstore.Onset;
import dev.acceld.faultstore.ResetMarks;
import dev.acceld.vendor.FaultCode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final Map<String, String> lastEvidence = new HashMap<>();

  /** How often each fault was seen, by this process and in the records. */
  private final Map<String, Long> rounds = new HashMap<>();

  private final EndedFaults ended = new EndedFaults();
  private boolean read;

  private Readings latest = Readings.EMPTY;

  KeptFaults(FaultStore store) {
    this.store = store;
  }

  /** A device that was not known before: what is kept of its physical part holds for it. */
  void restore(Device device, Inventory inventory, DeviceHealth health, long nanos) {
    for (KeptFault fault : active.values()) {
      if (PhysicalIdentity.is(fault, device, inventory)) {
        fault.code().ifPresent(code -> health.restore(code, fault.onset(), nanos));
      }
    }
  }

  /** After a change in memory: keeps what is new, and notes the end of what is over. */
  void sync(Inventory inventory, Map<DeviceName, DeviceHealth> healths, Instant at) {
    Map<String, String> judged = new HashMap<>(); // what ended it, by key
    Set<String> lasting = new HashSet<>();
    for (Device device : inventory.devices()) {
      DeviceHealth health = healths.get(device.name());
      if (health == null) {
        continue;
      }
      Map<FaultCode, Onset> lastingNow = new HashMap<>(health.faults());
      for (KeptFault fault : List.copyOf(active.values())) {
        if (PhysicalIdentity.is(fault, device, inventory)) {
          Optional<FaultCode> number = fault.code().map(FaultCode::common);
          judged.put(fault.key(), number.map(health::evidence).orElse(""));
          Optional<FaultCode> now = number.flatMap(health::lasting);
          if (now.isPresent()) {
            lastingNow.remove(now.get());
            lasting.add(fault.key());
            refine(fault, now.get().detail());
          }
        }
      }
      lastingNow.forEach((code, onset) -> {
        KeptFault fault = next(fault(PhysicalIdentity.whole(device, inventory), code, onset));
        if (!fault.part().isEmpty()) {
          lasting.add(fault.key());
          active.put(fault.key(), fault);
          store.put(fault);
        }
      });
    }
    judged.keySet().removeAll(lasting);
    judged.forEach((key, evidence) -> {
      KeptFault fault = active.get(key);
      if (fault != null) {
        end(fault, at, evidence);
      }
    });
  }

  /** More is known of its cause than when it was kept. */
  private void refine(KeptFault fault, String detail) {
    if (!fault.detail().equals(detail)) {
      KeptFault refined = fault.because(detail);
      active.put(fault.key(), refined);
      store.put(refined);
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
      rounds.merge(fault.key(), fault.round(), Math::max);
      ended.note(fault, store.boot());
      if (unwritten.contains(fault.key())) {
        if (known != null) {
          renumber(known, fault);
        }
        continue;
      }
      if (fault.active() && known == null) {
        active.put(fault.key(), fault);
        log.warn("{} has lasted since {}: {}", fault.part(), fault.onset().at(), fault.condition());
        changed |=
            each(
                fault,
                inventory,
                healths,
                h -> fault.code().ifPresent(code -> h.restore(code, fault.onset(), nanos)));
      } else if (known != null
          && !fault.active()
          && !fault.otherBootThan(known)
          && fault.round() >= known.round()) {
        active.remove(fault.key());
        lastEvidence.put(fault.key(), fault.evidence());
        log.info("{}: {} is over: {}", fault.part(), fault.condition(), fault.evidence());
        changed |=
            each(
                fault,
                inventory,
                healths,
                h -> fault.code().ifPresent(code -> h.endFault(code, nanos)));
      } else if (known != null && fault.active() && fault.round() > known.round()) {
        active.put(fault.key(), known.inRound(fault.round()));
      } else if (known == null && !fault.active()) {
        lastEvidence.putIfAbsent(fault.key(), fault.evidence()); // another process saw it end
      }
    }
    read = true;
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
    boolean same = readings.takenAt().equals(latest.takenAt());
    latest = readings;
    if (active.isEmpty() || same) {
      return false;
    }
    boolean changed = false;
    for (KeptFault fault : List.copyOf(active.values())) {
      Device device = PhysicalIdentity.find(fault, inventory).orElse(null);
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
                  ? "the driver no longer asks for a recovery"
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

  /**
   * Whether counters will show if the device was reset: then that it went away and came back proves
   * nothing by itself.
   */
  boolean countersTell(Device device, Inventory inventory) {
    return active.values().stream()
        .anyMatch(f -> PhysicalIdentity.is(f, device, inventory) && f.marks().canTell());
  }

  /** This boot; empty when the host does not say. */
  String boot() {
    return store.boot().orElse("");
  }

  /** The faults that are known to be over. */
  EndedFaults ended() {
    return ended;
  }

  /** Whether the records could be read so far; before, some that are active may not be known. */
  boolean isRead() {
    return read;
  }

  /**
   * The faults of a part that last.
   *
   * @param device as it is known; empty when it is not, and then the place tells which it was
   */
  List<KeptFault> of(Optional<Device> device, Optional<PciAddress> at, Inventory inventory) {
    return active.values().stream()
        .filter(fault ->
            device.isPresent()
                ? PhysicalIdentity.is(fault, device.get(), inventory)
                : at.isPresent() && at.equals(fault.pci()))
        .toList();
  }

  /** What showed that a fault of a device is over, if its end was seen or is on disk. */
  Optional<String> evidence(Device device, String condition, Inventory inventory) {
    Device whole = PhysicalIdentity.whole(device, inventory);
    String part = KeptFault.part(PhysicalIdentity.uuid(whole), PhysicalIdentity.pci(whole));
    return Optional.ofNullable(lastEvidence.get(part + "." + condition));
  }

  /** The store sees by the boot id that what it has is over. */
  void rebooted() {
    active.clear();
    goneBack.clear();
    marked.clear();
    ended.clear();
  }

  private static boolean ends(KeptFault fault, @Nullable DeviceHealth health) {
    return health != null
        && fault.code().filter(code -> health.lasting(code).isPresent()).isEmpty();
  }

  /** Marks grow with time, and the farther they are the surer is what they show. */
  private void mark(KeptFault fault, ResetMarks now, Instant at) {
    KeptFault fresh = fault.with(fault.marks().and(now));
    active.put(fault.key(), fresh);
    Instant last = marked.get(fault.key());
    if (last == null || !last.plus(NEW_MARKS_EVERY).isAfter(at)) {
      marked.put(fault.key(), at);
      store.put(fresh);
    }
  }

  /** Notes that it is over. */
  void end(KeptFault fault, Instant at, String what) {
    lastEvidence.put(fault.key(), what);
    active.remove(fault.key());
    goneBack.remove(fault.key());
    marked.remove(fault.key());
    log.info("{}: {} is over: {}", fault.part(), fault.condition(), what);
    ended.note(fault.over(at, what), store.boot());
    store.put(fault.over(at, what));
  }

  private static boolean each(
      KeptFault fault,
      Inventory inventory,
      Map<DeviceName, DeviceHealth> healths,
      Consumer<DeviceHealth> change) {
    boolean any = false;
    for (Device device : inventory.devices()) {
      DeviceHealth health = healths.get(device.name());
      if (health != null && PhysicalIdentity.is(fault, device, inventory)) {
        change.accept(health);
        any = true;
      }
    }
    return any;
  }

  private KeptFault next(KeptFault fault) {
    return fault.inRound(rounds.merge(fault.key(), 1L, Long::sum));
  }

  /** It was seen before the records could be read, and is later than an end that they tell. */
  private void renumber(KeptFault known, KeptFault there) {
    boolean earlier = there.round() > known.round() || (there.round() == known.round() && !read);
    if (earlier && !there.active()) {
      KeptFault again = next(known);
      active.put(known.key(), again);
      store.put(again);
    }
  }

  private KeptFault fault(Device whole, FaultCode code, Onset onset) {
    return new KeptFault(
        PhysicalIdentity.uuid(whole),
        PhysicalIdentity.pci(whole),
        code.id(),
        code.detail(),
        onset,
        ResetMarks.of(latest.of(whole.name())),
        Optional.empty(),
        "",
        0);
  }
}
