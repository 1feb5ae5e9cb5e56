package dev.acceld.probe.nvidia;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns what is seen again and again into signals that are given once, at each change. */
final class Trouble {
  private final Set<DeviceName> lost = new HashSet<>();
  private final Set<DeviceName> released = new HashSet<>();
  private final Map<DeviceName, Integer> actions = new HashMap<>();
  private final List<Signal> pending = new ArrayList<>();

  void xid(DeviceName device, Instant at, long code) {
    pending.add(new Signal.Xid(device, at, code));
  }

  void lost(DeviceName device, Instant at, String detail) {
    if (lost.add(device)) {
      pending.add(new Signal.Lost(device, at, detail));
    }
  }

  void answers(DeviceName device, Instant at) {
    if (lost.remove(device)) {
      pending.add(new Signal.Answers(device, at));
    }
  }

  void action(DeviceName device, Instant at, int action) {
    Integer before = actions.put(device, action);
    if ((before == null ? 0 : before) != action) {
      pending.add(new Signal.RecoveryAction(device, at, action));
    }
  }

  /** What was lost or asked for before does not count for a device that nobody looks at. */
  void released(Set<DeviceName> now, Instant at) {
    for (DeviceName device : now) {
      if (released.add(device)) {
        lost.remove(device);
        actions.remove(device);
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

  boolean isLost(DeviceName device) {
    return lost.contains(device);
  }

  boolean anyLost() {
    return !lost.isEmpty();
  }

  List<Signal> drain() {
    List<Signal> all = List.copyOf(pending);
    pending.clear();
    return all;
  }
}
