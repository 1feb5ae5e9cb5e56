package dev.acceld.dra.events;

import dev.acceld.device.HealthReport.Effect;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.events.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All faults with what was told of each, and what is to be told now, to whom. Not safe for threads.
 */
final class FaultLedger {
  /** What an earlier process has told may need a reading to be seen again. */
  static final Duration GRACE = Duration.ofSeconds(60);

  private static final int MOST = 2000;
  private static final int MOST_CLAIMS_NAMED = 3;

  private final EventWriter writer;
  private final Map<Fault.Key, ToldFault> faults = new LinkedHashMap<>();
  private final Set<Fault.Key> remembered = new HashSet<>();
  private final long start;

  FaultLedger(EventWriter writer, List<ToldFault> told, long nanos) {
    this.writer = writer;
    this.start = nanos;
    told.forEach(fault -> {
      faults.put(fault.key, fault);
      remembered.add(fault.key);
    });
  }

  Collection<ToldFault> all() {
    return faults.values();
  }

  /** Takes in the present; true when there is something to tell. */
  boolean look(FaultWatch.Snapshot now, long nanos) {
    now.active().forEach((key, fault) -> active(key, fault, now.begins().getOrDefault(key, 1L)));
    // Also those that ended before they were looked at.
    now.begins()
        .forEach((key, begins) -> {
          ToldFault known = faults.get(key);
          if (known != null && known.watched < begins) {
            known.begins += begins - known.watched;
            known.watched = begins;
          }
        });
    for (Iterator<ToldFault> each = faults.values().iterator(); each.hasNext(); ) {
      ToldFault fault = each.next();
      boolean early = remembered.contains(fault.key) && nanos - start < GRACE.toNanos();
      if (fault.active && !early && now.knownToBeWithout(fault.key)) {
        fault.active = false;
      }
      if (fault.over(nanos) || faults.size() > MOST && !fault.news()) {
        each.remove();
      }
    }
    return faults.values().stream().anyMatch(fault -> fault.due(nanos));
  }

  private void active(Fault.Key key, Fault fault, long begins) {
    boolean old = remembered.remove(key);
    ToldFault known = faults.computeIfAbsent(key, k -> new ToldFault(fault));
    if (!known.active || !old) {
      known.begins += begins - known.watched;
      known.since = fault.reason().since();
    }
    known.watched = begins;
    known.active = true;
    known.fault = fault;
  }

  /** Makes the Events of all that is due, the Node's first. */
  List<Outgoing> tell(List<PreparedClaim> claims, String node, Instant now, long nanos) {
    List<ToldFault> begun = new ArrayList<>();
    List<ToldFault> ended = new ArrayList<>();
    for (ToldFault fault : faults.values()) {
      if (fault.due(nanos)) {
        (fault.tellsBegin() ? begun : ended).add(fault);
      }
    }
    List<Outgoing> events = new ArrayList<>();
    ObjectRef nodeRef = ObjectRef.node(node, "");
    events.addAll(write(nodeRef, true, ofNode(begun), holders(begun, claims), now));
    events.addAll(write(nodeRef, false, ofNode(ended), List.of(), now));
    Map<ObjectRef, Set<String>> pods = new LinkedHashMap<>();
    Map<ObjectRef, Set<String>> ofClaims = new LinkedHashMap<>();
    for (PreparedClaim claim : claims) {
      Set<String> devices = devices(claim);
      ofClaims.put(ObjectRef.claim(claim.claim()), devices);
      for (PodRef pod : distinct(claim.pods())) {
        pods.computeIfAbsent(ObjectRef.pod(pod), p -> new LinkedHashSet<>()).addAll(devices);
      }
    }
    for (Map<ObjectRef, Set<String>> objects : List.of(pods, ofClaims)) {
      objects.forEach((object, devices) -> {
        events.addAll(write(object, true, of(begun, devices), List.of(), now));
        List<ToldFault> over = of(ended, devices);
        // Who was not told of the fault is not told of its end.
        over.removeIf(f -> !f.series.containsKey(EventWriter.object(object, true)));
        events.addAll(write(object, false, over, List.of(), now));
      });
    }
    begun.forEach(fault -> fault.told(nanos));
    ended.forEach(fault -> fault.told(nanos));
    return events;
  }

  private List<Outgoing> write(
      ObjectRef about, boolean begin, List<ToldFault> of, List<String> holders, Instant now) {
    return of.isEmpty() ? List.of() : writer.write(about, begin, of, this::left, holders, now);
  }

  /**
   * Those of single devices, each physical part once; what is an application's alone does not
   * concern the Node, and a pod could have its Events written at will.
   */
  private static List<ToldFault> ofNode(List<ToldFault> faults) {
    List<ToldFault> all = new ArrayList<>();
    Set<String> parts = new HashSet<>();
    for (ToldFault each : faults) {
      Fault fault = each.fault;
      if (!fault.group()
          && fault.reason().effect() != Effect.NO_TAINT
          && parts.add(fault.part() + " " + fault.key().code() + " " + fault.key().value())) {
        all.add(each);
      }
    }
    return all;
  }

  private static List<ToldFault> of(List<ToldFault> faults, Set<String> devices) {
    List<ToldFault> all = new ArrayList<>(faults);
    all.removeIf(fault -> !devices.contains(fault.key.device()));
    return all;
  }

  /** What is still wrong with the devices of these faults. */
  private List<Fault> left(List<ToldFault> of) {
    Set<String> devices = new HashSet<>();
    of.forEach(fault -> devices.add(fault.key.device()));
    return faults.values().stream()
        .filter(fault -> fault.active && devices.contains(fault.key.device()))
        .map(fault -> fault.fault)
        .toList();
  }

  private static List<String> holders(List<ToldFault> faults, List<PreparedClaim> claims) {
    Set<String> devices = new HashSet<>();
    faults.forEach(fault -> devices.add(fault.key.device()));
    return claims.stream()
        .filter(claim -> devices(claim).stream().anyMatch(devices::contains))
        .map(claim -> claim.claim().path())
        .limit(MOST_CLAIMS_NAMED)
        .toList();
  }

  /** Those that it holds: a request with admin access only looks. */
  private static Set<String> devices(PreparedClaim claim) {
    Set<String> devices = new LinkedHashSet<>();
    claim
        .devices()
        .forEach(device -> {
          if (!device.adminAccess()) {
            devices.add(device.device());
          }
        });
    return devices;
  }

  /** Each pod once; the kubelet's list names it without its UID. */
  private static Collection<PodRef> distinct(List<PodRef> pods) {
    Map<String, PodRef> byPath = new LinkedHashMap<>();
    for (PodRef pod : pods) {
      byPath.merge(pod.path(), pod, (old, next) -> old.uid().isEmpty() ? next : old);
    }
    return byPath.values();
  }
}
