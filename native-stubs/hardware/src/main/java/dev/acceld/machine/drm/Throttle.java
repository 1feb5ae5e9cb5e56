package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.DrmModel;
import dev.acceld.machine.description.MachineException;
import dev.acceld.machine.description.Suggestions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Why the clocks of a GPU are held down, in the words of its driver. */
final class Throttle {
  /** The counters of gpu_metrics 1.6, in its order. */
  static final List<String> AMD = List.of("prochot", "ppt", "socket-thermal", "vr-thermal", "hbm");

  /** Bits of the field indep_throttle_status of gpu_metrics 1.3 (kernel: amdgpu_smu.h). */
  static final Map<String, Integer> AMD_BITS =
      Map.of("prochot", 47, "ppt", 0, "socket-thermal", 36, "vr-thermal", 38, "hbm", 34);

  /** The files {@code reason_*} of Intel's drivers. */
  static final List<String> INTEL =
      List.of("pl1", "pl2", "pl4", "thermal", "prochot", "ratl", "vr_thermalert", "vr_tdc");

  private static final String NOW = "throttle.";
  private static final String MILLIS = "throttled.";

  private Throttle() {}

  /** Reasons, with commas between them; {@code none} or {@code auto} for none. */
  static void set(DrmState state, DrmModel model, String value) {
    Set<String> reasons = new TreeSet<>();
    if (!value.equals("none") && !value.equals("auto")) {
      List<String> known = model instanceof AmdModel ? AMD : INTEL;
      for (String reason : value.split(",", -1)) {
        if (!known.contains(reason)) {
          throw new MachineException(
              "throttle: there is no reason '"
                  + reason
                  + "'"
                  + Suggestions.hint(reason, known)
                  + " Use 'none', or some of "
                  + String.join(",", known));
        }
        reasons.add(reason);
      }
    }
    state.removeAll(NOW);
    reasons.forEach(reason -> state.put(NOW + reason, 1));
  }

  static void clear(DrmState state) {
    state.removeAll(NOW);
  }

  static Set<String> now(DrmState state) {
    return state.withPrefix(NOW).keySet();
  }

  /** Time goes by. */
  static void count(DrmState state, long millis) {
    now(state).forEach(reason -> state.add(MILLIS + reason, millis));
  }

  /** How long clocks were held down for a reason, in milliseconds. */
  static long millis(DrmState state, String reason) {
    return state.number(MILLIS + reason);
  }
}
