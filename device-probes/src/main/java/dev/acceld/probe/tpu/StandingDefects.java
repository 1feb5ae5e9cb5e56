package dev.acceld.probe.tpu;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Defects of one kind, told when they come, change and go. One thread. */
final class StandingDefects {
  private final DefectKind kind;
  private final Map<DeviceName, String> told = new HashMap<>();

  StandingDefects(DefectKind kind) {
    this.kind = kind;
  }

  /**
   * What has changed since the last call.
   *
   * @param now what is wrong, by device
   */
  List<Signal> changes(Map<DeviceName, String> now, Instant at) {
    List<Signal> changes = new ArrayList<>();
    for (DeviceName device : List.copyOf(told.keySet())) {
      if (!now.containsKey(device)) {
        told.remove(device);
        changes.add(new Signal.Defect(device, at, kind, false, ""));
      }
    }
    now.forEach((device, text) -> {
      if (!text.equals(told.put(device, text))) {
        changes.add(new Signal.Defect(device, at, kind, true, text));
      }
    });
    return changes;
  }
}
