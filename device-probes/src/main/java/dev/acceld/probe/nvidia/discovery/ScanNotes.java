package dev.acceld.probe.nvidia.discovery;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.nvidia.session.NvmlSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

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
    unheard(session, session::deafTo, "XID events are not available", gpu -> "; retrying");
  }

  /** The same of GPU Operational Events, where these are wanted. */
  void withoutOperationalEvents(NvmlSession session) {
    unheard(
        session,
        session::deafToOperational,
        "GPU operational events (--nvidia-operational-events) are not available",
        gpu -> session.deafTo(gpu).isEmpty() ? "; XIDs are reported all the same" : "");
  }

  private void unheard(
      NvmlSession session,
      Function<DeviceName, String> reason,
      String what,
      Function<DeviceName, String> then) {
    Map<DeviceName, String> deaf = new TreeMap<>();
    session
        .gpus()
        .forEach(gpu -> {
          String why = reason.apply(gpu.name);
          if (!why.isEmpty()) {
            deaf.put(gpu.name, why + then.apply(gpu.name));
          }
        });
    boolean all = deaf.size() > 1 && deaf.size() == session.gpus().size();
    if (all && Set.copyOf(deaf.values()).size() == 1) {
      problems.add(what + " for any GPU: " + deaf.values().iterator().next());
    } else {
      deaf.forEach((gpu, why) -> problems.add(gpu + ": its " + what + ": " + why));
    }
  }

  /** A GPU that is there and cannot be used. */
  void cannotUse(DeviceName name, String why) {
    problems.add(name + ": " + why);
    unusable.put(name, why);
  }
}
