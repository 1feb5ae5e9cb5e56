package dev.acceld.machine.nvidia;

/** The events in the state file: a driver hands each to whoever has registered before it. */
public final class DriverEvents {
  private static final int KEPT = 256;
  private static final int RESET = 1;

  private DriverEvents() {}

  /** The driver reports an XID, and what goes with it from driver 615 on. */
  public static void xid(NvmlState state, int gpu, int code, int branch) {
    append(state, gpu + " 8 " + code);
    if (branch >= OperationalEvent.SINCE) {
      OperationalEvent.of(code).ifPresent(event -> event.append(state, gpu));
    }
  }

  /** The driver reports a GPU Operational Event; after a fatal one it asks for a reset. */
  public static void operational(NvmlState state, int gpu, OperationalEvent event) {
    event.append(state, gpu);
    if (event.severity() >= OperationalEvent.FATAL
        && event.groupAttributes() == 0
        && state.number(gpu, "recovery.action", 0) < RESET) {
      state.put(gpu, "recovery.action", RESET);
    }
  }

  static void append(NvmlState state, String entry) {
    long sequence = state.number("event.next", 1);
    state.put("event." + sequence, entry);
    state.remove("event." + (sequence - KEPT));
    state.put("event.next", sequence + 1);
  }
}
