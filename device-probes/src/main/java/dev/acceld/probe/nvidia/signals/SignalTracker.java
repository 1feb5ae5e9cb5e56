package dev.acceld.probe.nvidia.signals;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Sample;
import dev.acceld.health.nvidia.NvidiaHealthRules;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.FaultSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns what is seen again and again into signals that are given once, at each change. */
public final class SignalTracker {
  /** A driver may report an XID a moment before it knows what to do about it. */
  public static final int SETTLED = 5;

  private static final DefectKind[] KINDS = DefectKind.values();

  private final Set<DeviceName> lost = new HashSet<>();
  private final Set<DeviceName> hung = new HashSet<>();
  private final Set<DeviceName> released = new HashSet<>();
  private final Map<DeviceName, Integer> actions = new HashMap<>();
  private final List<Signal> pending = new ArrayList<>();

  /** Samples until the driver's action is told again, changed or not. */
  private final Map<DeviceName, Integer> untilAction = new HashMap<>();

  /** Of these the driver has said at least once what is to be done. */
  private final Set<DeviceName> asked = new HashSet<>();

  private final Map<DeviceName, Map<DefectKind, String>> defects = new HashMap<>();

  /** Defects told that the next sample confirms or ends, whatever was told before. */
  private final Map<DeviceName, Set<DefectKind>> doubtful = new HashMap<>();

  private final Map<DeviceName, Defects> seen = new HashMap<>();
  private final Map<DeviceName, FabricDefects> fabrics = new HashMap<>();

  /**
   * The driver reported an XID; each one becomes a signal. {@link #SETTLED} samples later the
   * action that the driver itself asks for is told, changed or not.
   */
  public void xid(DeviceName device, Instant at, long code) {
    pending.add(new Signal.Fault(device, at, NvidiaHealthRules.xid(code)));
    untilAction.put(device, SETTLED);
  }

  /** The driver reported an XID in another form too, or in another form only. */
  public void xidAgain(DeviceName device, Instant at, long code) {
    pending.add(
        new Signal.Fault(device, at, NvidiaHealthRules.xid(code), FaultSource.SECOND_EVENT));
    untilAction.put(device, SETTLED);
  }

  /**
   * The driver reported an operational event that is no XID; as {@link #xid} in all else.
   *
   * @param grave whether it may lead to an action; what is only counted must not put off the
   *     driver's word on an XID before it
   */
  public void operational(DeviceName device, Instant at, FaultCode code, boolean grave) {
    pending.add(new Signal.Fault(device, at, code, FaultSource.SOLE));
    if (grave) {
      untilAction.put(device, SETTLED);
    }
  }

  /**
   * The device cannot be reached any more. A signal the first time only, until it answers or is
   * released.
   *
   * @param detail why, for a person
   */
  public void lost(DeviceName device, Instant at, String detail) {
    if (lost.add(device)) {
      pending.add(new Signal.Lost(device, at, detail));
    }
  }

  /** The device answered; a signal only if it was lost before. */
  public void answers(DeviceName device, Instant at) {
    if (lost.remove(device)) {
      pending.add(new Signal.Answers(device, at));
    }
  }

  /** A call about it does not come back. */
  public void hangs(DeviceName device, Instant at, String detail) {
    if (hung.add(device)) {
      pending.add(new Signal.Hung(device, at, true, detail));
    }
  }

  /** All calls about it came back. */
  public void comesBack(DeviceName device, Instant at) {
    if (hung.remove(device)) {
      pending.add(new Signal.Hung(device, at, false, ""));
    }
  }

  /**
   * What has to be done to the device.
   *
   * @param told true when the driver said so itself. Then its word after an XID counts, unchanged
   *     as it may be: for NVLink 5's XIDs (144 to 150) it alone tells the grave from the harmless.
   *     Its first word counts as well: the XID may have been seen by an earlier process
   */
  public void action(DeviceName device, Instant at, int action, boolean told) {
    if (told && asked.add(device)) {
      untilAction.putIfAbsent(device, SETTLED);
    }
    Integer before = actions.put(device, action);
    boolean again = told && settled(device);
    if (again || (before == null ? 0 : before) != action) {
      pending.add(new Signal.RecoveryAction(device, at, action));
    }
  }

  /** What was lost or asked for before does not count for a device that nobody looks at. */
  public void released(Set<DeviceName> now, Instant at) {
    for (DeviceName device : now) {
      if (released.add(device)) {
        lost.remove(device);
        actions.remove(device);
        untilAction.remove(device);
        asked.remove(device);
        seen.computeIfAbsent(device, d -> new Defects()).forgetLinks();
        fabrics.computeIfAbsent(device, d -> new FabricDefects()).forgetSince();
        doubt(device);
        pending.add(new Signal.Released(device, at, true));
      }
    }
    for (DeviceName device : List.copyOf(released)) {
      if (!now.contains(device)) {
        released.remove(device);
        pending.add(new Signal.Released(device, at, false));
      }
    }
  }

  /** They were reset beyond doubt. */
  public void reset(Set<DeviceName> devices, Instant at) {
    devices.forEach(device -> pending.add(new Signal.Reset(device, at)));
  }

  /** True once, so many samples after an XID. */
  private boolean settled(DeviceName device) {
    Integer left = untilAction.get(device);
    if (left == null) {
      return false;
    }
    if (left > 1) {
      untilAction.put(device, left - 1);
      return false;
    }
    untilAction.remove(device);
    return true;
  }

  /** What the device says of itself; what cannot be told stays as it was. */
  public void defects(DeviceName device, Instant at, Sample sample) {
    Defects of = seen.computeIfAbsent(device, d -> new Defects());
    Optional<String> fabric =
        fabrics.computeIfAbsent(device, d -> new FabricDefects()).look(sample, at);
    Map<DefectKind, String> known = defects.computeIfAbsent(device, d -> new HashMap<>());
    Set<DefectKind> open = doubtful.getOrDefault(device, new HashSet<>());
    for (DefectKind kind : KINDS) {
      Optional<Boolean> present = of.look(kind, sample, fabric);
      if (present.isEmpty()) {
        continue;
      }
      boolean toldBefore = open.remove(kind);
      if (present.get()) {
        String detail = of.detail(kind, fabric);
        if (!detail.equals(known.put(kind, detail))) {
          pending.add(new Signal.Defect(device, at, kind, true, detail));
        }
      } else if (known.remove(kind) != null || toldBefore) {
        pending.add(new Signal.Defect(device, at, kind, false, ""));
      }
    }
  }

  /** The library is new, the machine may have been reset: what was told is told afresh. */
  public void renew() {
    List.copyOf(defects.keySet()).forEach(this::doubt);
  }

  private void doubt(DeviceName device) {
    Map<DefectKind, String> known = defects.remove(device);
    if (known != null && !known.isEmpty()) {
      doubtful.computeIfAbsent(device, d -> new HashSet<>()).addAll(known.keySet());
    }
  }

  boolean isLost(DeviceName device) {
    return lost.contains(device);
  }

  /** True while a device is lost: it has neither answered nor been released since. */
  public boolean anyLost() {
    return !lost.isEmpty();
  }

  /** The signals since the last call, oldest first; empty when nothing changed. */
  public List<Signal> drain() {
    List<Signal> all = List.copyOf(pending);
    pending.clear();
    return all;
  }
}
