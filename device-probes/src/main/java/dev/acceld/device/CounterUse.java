package dev.acceld.device;

import java.util.Map;

/**
 * What a device takes of a physical part that several devices are offered of, of which only some
 * can be in use at once. The scheduler adds up; nobody else needs to know what the counters mean.
 *
 * @param set the name of the part's counters, unique on the node, a DNS label
 * @param all how much there is of each
 * @param used how much this device takes; a counter that it does not touch has no entry
 * @param part false for the device that is the whole part
 */
public record CounterUse(String set, Map<String, Long> all, Map<String, Long> used, boolean part) {

  /** Takes copies; nothing may be used that there is not. */
  public CounterUse {
    all = Map.copyOf(all);
    used = Map.copyOf(used);
    for (Map.Entry<String, Long> use : used.entrySet()) {
      if (use.getValue() > all.getOrDefault(use.getKey(), 0L)) {
        throw new IllegalArgumentException(
            "counter " + use.getKey() + " of " + set + ": more is used than there is");
      }
    }
  }

  /**
   * What a device takes, without how much there is.
   *
   * @param set the name of the part's counters
   * @param used how much of each
   */
  public record Taken(String set, Map<String, Long> used) {

    /** Takes copies. */
    public Taken {
      used = Map.copyOf(used);
    }
  }

  /** What the device takes. */
  public Taken taken() {
    return new Taken(set, used);
  }

  /** Whether both can be in use at once; always true for different parts. */
  public boolean fitsBeside(CounterUse other) {
    return fitsBeside(other.taken());
  }

  /** Whether this can be in use while so much is taken; always true for different parts. */
  public boolean fitsBeside(Taken other) {
    return !set.equals(other.set)
        || used.entrySet().stream()
            .allMatch(use ->
                use.getValue() + other.used.getOrDefault(use.getKey(), 0L)
                    <= all.getOrDefault(use.getKey(), 0L));
  }
}
