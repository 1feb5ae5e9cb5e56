package dev.acceld.health;

import dev.acceld.probe.Signal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What probes say once, and what holds until they say that it is over, by the physical part that it
 * is about. A partition that is made meanwhile is of that part too. Not safe for threads.
 */
final class StandingSignals {
  private static final String LOST = "lost";
  private static final String HUNG = "hung";
  private static final String RECOVERY = "recovery";
  private static final String RELEASED = "released";

  private final Map<String, Map<String, Signal>> standing = new TreeMap<>();

  /** About a device that is made of those parts. */
  void add(Set<String> physical, Signal signal) {
    physical.forEach(part -> add(part, signal));
  }

  private void add(String physical, Signal signal) {
    Map<String, Signal> of = standing.computeIfAbsent(physical, p -> new LinkedHashMap<>());
    switch (signal) {
      case Signal.Lost lost -> of.putIfAbsent(LOST, lost);
      case Signal.Answers _ -> of.remove(LOST);
      case Signal.Hung hung -> set(of, HUNG, hung, hung.hangs());
      case Signal.RecoveryAction action -> set(of, RECOVERY, action, action.action() != 0);
      case Signal.Defect defect -> set(of, "defect " + defect.kind(), defect, defect.present());
      case Signal.Released released -> {
        set(of, RELEASED, released, released.released());
        if (released.released()) {
          of.remove(LOST);
        }
      }
      case Signal.Reset _ -> returned(physical, true);
      case Signal.Fault _, Signal.FaultOver _ -> {} // kept with the faults
    }
  }

  private static void set(Map<String, Signal> of, String what, Signal signal, boolean lasts) {
    if (lasts) {
      of.put(what, signal);
    } else {
      of.remove(what);
    }
  }

  /**
   * A device of those parts was away and is there again.
   *
   * @param wasReset whether that means that it was reset
   */
  void returned(Set<String> physical, boolean wasReset) {
    physical.forEach(part -> returned(part, wasReset));
  }

  private void returned(String physical, boolean wasReset) {
    Map<String, Signal> of = standing.getOrDefault(physical, Map.of());
    if (!of.isEmpty()) {
      of.remove(LOST);
      if (wasReset) {
        of.remove(RECOVERY);
      }
    }
  }

  /** What holds for a device of those parts; of each part in the order in which it was said. */
  List<Signal> of(Set<String> physical) {
    return physical.stream()
        .flatMap(part -> standing.getOrDefault(part, Map.of()).values().stream())
        .distinct()
        .toList();
  }

  /** Forgets all parts but those. */
  void keep(Collection<String> physical) {
    standing.keySet().retainAll(Set.copyOf(physical));
  }
}
