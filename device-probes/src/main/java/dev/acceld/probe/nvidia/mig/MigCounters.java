package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.CounterUse;
import dev.acceld.device.DeviceName;
import dev.acceld.probe.nvidia.mig.MigProfile.Engine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A GPU as counters: each memory slice, the compute slices, and what else a partition has of its
 * own. Without the engines two partitions with media engines would fit on a GPU that has one.
 * Memory bytes are not counted: they are rounded, and the slices stand for them.
 */
final class MigCounters {
  private final String set;
  private final Map<String, Long> all = new HashMap<>();

  MigCounters(DeviceName gpu, List<MigProfile> profiles) {
    set = gpu.value() + "-slices";
    for (MigProfile profile : profiles) {
      // Some profile takes all of each: the whole GPU's, or, of what it does not list, many small.
      use(profile, 0)
          .forEach((counter, amount) -> {
            if (!counter.startsWith("memory-slice-")) {
              all.merge(counter, amount * Math.max(1, profile.instances()), Math::max);
            }
          });
      for (int start : profile.starts()) {
        for (int slice = start; slice < start + profile.size(); slice++) {
          all.put(slice(slice), 1L);
        }
      }
    }
    // Compute slices are not many small ones but as many as the widest has.
    profiles.stream()
        .mapToLong(MigProfile::slices)
        .max()
        .ifPresent(slices -> all.put("compute-slices", slices));
  }

  /** What a partition at that place takes. */
  CounterUse part(MigProfile profile, int start) {
    return new CounterUse(set, all, use(profile, start), true);
  }

  /** The whole GPU takes everything. */
  CounterUse whole() {
    return new CounterUse(set, all, all, false);
  }

  private static Map<String, Long> use(MigProfile profile, int start) {
    Map<String, Long> use = new HashMap<>();
    use.put("compute-slices", (long) profile.slices());
    for (Engine engine : Engine.values()) {
      if (profile.engine(engine) > 0) {
        use.put(engine.counter(), (long) profile.engine(engine));
      }
    }
    for (int slice = start; slice < start + profile.size(); slice++) {
      use.put(slice(slice), 1L);
    }
    return use;
  }

  private static String slice(int n) {
    return "memory-slice-" + n;
  }
}
