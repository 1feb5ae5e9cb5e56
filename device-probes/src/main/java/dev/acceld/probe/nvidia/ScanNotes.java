package dev.acceld.probe.nvidia;

import dev.acceld.device.DeviceName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one scan met on its way.
 *
 * @param problems sentences for a person
 * @param unusable why GPUs that are there cannot be used
 */
record ScanNotes(List<String> problems, Map<DeviceName, String> unusable) {

  static ScanNotes empty() {
    return new ScanNotes(new ArrayList<>(), new HashMap<>());
  }

  /** A GPU that is there and cannot be used. */
  void cannotUse(DeviceName name, String why) {
    problems.add(name + ": " + why);
    unusable.put(name, why);
  }
}
