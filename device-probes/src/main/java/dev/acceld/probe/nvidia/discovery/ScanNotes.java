package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.nvidia.session.NvmlSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

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

  /** GPUs whose XIDs nobody hears; one sentence when none is heard, for one reason. */
  void deaf(NvmlSession session) {
    Map<DeviceName, String> deaf = new TreeMap<>();
    session
        .gpus()
        .forEach(gpu -> {
          String why = session.deafTo(gpu.name);
          if (!why.isEmpty()) {
            deaf.put(gpu.name, why);
          }
        });
    if (deaf.size() > 1
        && deaf.size() == session.gpus().size()
        && Set.copyOf(deaf.values()).size() == 1) {
      problems.add(
          "XID events are not available for any GPU: "
              + deaf.values().iterator().next()
              + "; retrying");
    } else {
      deaf.forEach((gpu, why) ->
          problems.add(gpu + ": its XID events are not available: " + why + "; retrying"));
    }
  }

  /** A GPU that is there and cannot be used. */
  void cannotUse(DeviceName name, String why) {
    problems.add(name + ": " + why);
    unusable.put(name, why);
  }
}
