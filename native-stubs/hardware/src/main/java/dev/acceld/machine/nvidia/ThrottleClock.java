package dev.acceld.machine.nvidia;

import java.util.Map;

/**
 * How long clocks were held down, by cause: what passes while a bit of {@code clock.reasons} is set
 * counts for its causes. The library adds the time since the last change (model.c); here it is
 * fixed before one.
 */
final class ThrottleClock {
  /** Causes with NVML's bits that count for them. */
  private static final Map<String, Integer> BITS =
      Map.of(
          "throttle.power", 0x4,
          "throttle.thermal", 0x60,
          "throttle.sync.boost", 0x10,
          "throttle.software.thermal", 0x20,
          "throttle.hardware.thermal", 0x40,
          "throttle.power.brake", 0x80);

  private ThrottleClock() {}

  /** The reasons change at that time. */
  static void change(NvmlState state, int gpu, long nowNanos) {
    long reasons = state.number(gpu, "clock.reasons", 0);
    long passed = Math.max(0, nowNanos - state.number(gpu, "throttle.since", nowNanos));
    BITS.forEach((cause, bits) -> {
      if ((reasons & bits) != 0) {
        state.put(gpu, cause, state.number(gpu, cause, 0) + passed);
      }
    });
    state.put(gpu, "throttle.since", nowNanos);
  }

  /** The driver was loaded at that time: all begins at zero. */
  static void restart(NvmlState state, int gpu, long nowNanos) {
    BITS.keySet().forEach(cause -> state.remove(gpu, cause));
    state.put(gpu, "throttle.since", nowNanos);
  }
}
