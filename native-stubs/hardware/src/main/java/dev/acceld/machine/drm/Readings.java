package dev.acceld.machine.drm;

import dev.acceld.machine.description.AmdModel;
import dev.acceld.machine.description.IntelModel;
import dev.acceld.machine.tree.Hardware.Drm;
import java.time.Instant;

/**
 * The readings of a GPU at one moment: what was set, else what follows from a load that swells and
 * ebbs.
 *
 * @param busyPercent share of time that it is busy
 * @param memoryPercent the same for its memory
 * @param memoryUsed bytes
 * @param temperature degrees Celsius
 * @param memoryTemperature degrees Celsius
 * @param power microwatts
 * @param powerLimit microwatts
 * @param clock MHz
 * @param memoryClock MHz
 * @param fan turns a minute
 * @param energy microjoules since the driver was loaded
 * @param busyMillis time busy since then
 * @param idleMillis time idle since then
 */
record Readings(
    int busyPercent,
    int memoryPercent,
    long memoryUsed,
    int temperature,
    int memoryTemperature,
    long power,
    long powerLimit,
    int clock,
    int memoryClock,
    int fan,
    long energy,
    long busyMillis,
    long idleMillis) {

  private static final String SINCE = "counted.until";
  private static final String ENERGY = "energy";
  private static final String BUSY = "busy.millis";
  private static final String IDLE = "idle.millis";
  private static final long MICRO = 1_000_000;
  private static final long OF_THE_DRIVER = 297_000_000; // bytes in use when nothing runs
  private static final double LOWEST = 0.20;
  private static final double HIGHEST = 0.95;
  private static final double POWER_SHARE = 0.90;
  private static final int COOL = 34;
  private static final int WARMER = 42;

  /** Counts what was drawn and done up to now, and tells how it is now. */
  static Readings advance(DrmState state, Drm gpu) {
    Instant instant = Instant.now();
    long now = instant.getEpochSecond() * 1000 + instant.getNano() / 1_000_000;
    long millis = Math.max(0, now - state.value(SINCE).orElse(now));
    state.put(SINCE, now);
    int busy = busy(state, gpu, now);
    long power = power(state, gpu, busy);
    state.add(ENERGY, power / 1000 * millis);
    state.add(BUSY, millis * busy / 100);
    state.add(IDLE, millis - millis * busy / 100);
    Throttle.count(state, millis);
    return now(state, gpu, busy, power);
  }

  /** Counters begin anew, as when the driver is loaded. */
  static void restart(DrmState state) {
    for (String counter : new String[] {SINCE, ENERGY, BUSY, IDLE}) {
      state.remove(counter);
    }
    state.removeAll("throttled.");
    state.remove(DrmSetting.PCIE_REPLAYS.stateKey());
  }

  private static Readings now(DrmState state, Drm gpu, int busy, long power) {
    double load = busy / 100.0;
    long total = gpu.model().memoryMiB() << 20;
    int low = gpu.model() instanceof IntelModel intel ? intel.minClockMHz() : 132;
    int high = gpu.model().clockMHz();
    int memoryClock = gpu.model() instanceof AmdModel amd ? amd.memoryClockMHz() : 0;
    return new Readings(
        busy,
        (int) set(state, DrmSetting.MEMORY_UTILIZATION, Math.round(busy * 0.6)),
        set(state, DrmSetting.MEMORY_USED, OF_THE_DRIVER + (long) (total * 0.7 * load)),
        (int) set(state, DrmSetting.TEMPERATURE, Math.round(COOL + WARMER * load)),
        (int) set(state, DrmSetting.MEMORY_TEMPERATURE, Math.round(COOL - 4 + WARMER * load)),
        power,
        limit(state, gpu),
        (int) set(state, DrmSetting.CLOCK, Math.round(low + (high - low) * Math.sqrt(load))),
        (int) set(state, DrmSetting.MEMORY_CLOCK, memoryClock),
        (int) set(state, DrmSetting.FAN, Math.round(900 + 1800 * load)),
        state.number(ENERGY),
        state.number(BUSY),
        state.number(IDLE));
  }

  private static long limit(DrmState state, Drm gpu) {
    return set(state, DrmSetting.POWER_LIMIT, gpu.model().limitWatts() * MICRO);
  }

  private static long power(DrmState state, Drm gpu, int busy) {
    long idle = gpu.model().idleWatts() * MICRO;
    long more = (long) ((limit(state, gpu) - idle) * POWER_SHARE * busy / 100);
    return set(state, DrmSetting.POWER, Math.max(0, idle + more));
  }

  /** A wave, another for each GPU. */
  private static int busy(DrmState state, Drm gpu, long nowMillis) {
    double phase = nowMillis / 1000.0 / (40 + 7 * gpu.index()) + 0.37 * gpu.index();
    double x = phase - Math.floor(phase);
    double height = x < 0.5 ? 2 * x : 2 - 2 * x;
    return (int)
        set(
            state,
            DrmSetting.UTILIZATION,
            Math.round(100 * (LOWEST + (HIGHEST - LOWEST) * height)));
  }

  private static long set(DrmState state, DrmSetting setting, long otherwise) {
    return state.value(setting.stateKey()).orElse(otherwise);
  }
}
