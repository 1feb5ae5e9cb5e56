package dev.acceld.machine.nvidia;

import java.util.Set;

/** What an XID changes beside being reported: the recommended action and the error counters. */
public final class XidEffect {
  private static final int RESET = 1;
  private static final int REBOOT = 2;

  /** After NVIDIA's XID catalogue: the codes that ask for a reset. */
  private static final Set<Integer> WANT_RESET =
      Set.of(
          46, 48, 62, 64, 74, 95, 109, 110, 119, 120, 136, 140, 143, 144, 145, 146, 147, 148, 149,
          150, 151, 155, 156, 158, 166, 169, 170, 171, 172);

  private static final Set<Integer> WANT_REBOOT = Set.of(79, 167);

  private XidEffect() {}

  public static void apply(NvmlState state, int gpu, int xid) {
    int action = WANT_REBOOT.contains(xid) ? REBOOT : WANT_RESET.contains(xid) ? RESET : 0;
    if (action > state.number(gpu, "recovery.action", 0)) {
      state.put(gpu, "recovery.action", action);
    }
    switch (xid) {
      case 48, 94, 95, 140, 171, 172 -> eccUncorrected(state, gpu);
      case 63 -> {
        state.put(gpu, "remap.uncorrectable", state.number(gpu, "remap.uncorrectable", 0) + 1);
        state.put(gpu, "remap.pending", 1);
      }
      case 64 -> state.put(gpu, "remap.failure", 1);
      default -> {}
    }
  }

  private static void eccUncorrected(NvmlState state, int gpu) {
    long before = state.number(gpu, "ecc.uncorrected", 0);
    long ever = state.number(gpu, "ecc.uncorrected.aggregate", before);
    state.put(gpu, "ecc.uncorrected", before + 1);
    state.put(gpu, "ecc.uncorrected.aggregate", ever + 1);
  }
}
