package dev.acceld.machine.nvidia;

/**
 * The library's model of power over time (model.c), once more: before a change that bends the
 * curve, the counters so far are fixed as the new base.
 */
public final class PowerModel {
  private static final double LOWEST = 0.20;
  private static final double HIGHEST = 0.95;
  private static final double POWER_SHARE = 0.90;

  private final NvmlState state;
  private final int gpu;

  private PowerModel(NvmlState state, int gpu) {
    this.state = state;
    this.gpu = gpu;
  }

  /** Fixes energy and PCIe bytes as they are now; they go on from there. */
  public static void rebase(NvmlState state, int gpu, long nowNanos) {
    PowerModel model = new PowerModel(state, gpu);
    double since = state.number(gpu, "counters.since", nowNanos) * 1e-9;
    double now = Math.max(nowNanos * 1e-9, since);
    long energy = state.number(gpu, "energy.base", 0) + (long) model.energy(since, now);
    state.put(gpu, "energy.base", energy);
    for (String way : new String[] {"sent", "received"}) {
      long usual = (way.equals("received") ? 2400 : 900) * 1_000_000L + gpu * 1_000_000L;
      long rate = state.number(gpu, "pcie." + way + ".rate", usual);
      long bytes = state.number(gpu, "pcie." + way + ".base", 0) + (long) (rate * (now - since));
      state.put(gpu, "pcie." + way + ".base", bytes);
    }
    state.put(gpu, "counters.since", nowNanos);
  }

  /** Lets the counters begin at zero, as after the driver was loaded. */
  static void restart(NvmlState state, int gpu, long nowNanos) {
    for (String counter : new String[] {"energy.base", "pcie.sent.base", "pcie.received.base"}) {
      state.remove(gpu, counter);
    }
    state.put(gpu, "counters.since", nowNanos);
  }

  private double energy(double since, double now) {
    if (state.has(gpu, "power")) {
      return state.number(gpu, "power", 0) * (now - since);
    }
    if (state.has(gpu, "utilization")) {
      return powerAt(state.number(gpu, "utilization", 0) / 100.0) * (now - since);
    }
    double period = 40.0 + 7.0 * gpu;
    double area = (waveArea(now / period + 0.37 * gpu) - waveArea(since / period + 0.37 * gpu));
    return powerAt(0) * (now - since) + (powerAt(1) - powerAt(0)) * area * period;
  }

  private double powerAt(double utilization) {
    double idle = state.number(gpu, "power.idle", 0);
    double limit = state.number(gpu, "power.limit", state.number(gpu, "power.limit.default", 0));
    return idle + (limit - idle) * POWER_SHARE * utilization;
  }

  private static double waveArea(double phase) {
    double whole = (long) phase;
    double x = phase - whole;
    double ramp = x < 0.5 ? x * x : 2 * x - x * x - 0.5;
    return whole * (LOWEST + HIGHEST) / 2 + LOWEST * x + (HIGHEST - LOWEST) * ramp;
  }
}
