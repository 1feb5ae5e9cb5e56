package dev.acceld.probe.nvidia.session;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.sampling.GpuHandle;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.time.InstantSource;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for XID events, and GPU Operational Events where they are registered, on a thread of its
 * own and keeps them until they are asked for. The thread ends at {@link #close}, and by itself
 * when the library has to be loaded anew.
 *
 * <p>A wait cannot be broken off, so it is kept short: {@link #close} takes as long at most.
 */
public final class XidWatch {
  /** {@code nvmlEventTypeXidCriticalError}. */
  static final long XID = 0x8;

  /** Five wake-ups a second cost 0.02 % of a core. */
  private static final int WAIT_MILLIS = 200;

  /** A lost GPU makes every wait return at once. */
  private static final int PAUSE_MILLIS = 1000;

  private static final int MOST_KEPT = 4096;
  private static final Logger log = LoggerFactory.getLogger(XidWatch.class);

  private final Nvml nvml;
  private final InstantSource clock;
  private final Pointer set;
  private final Memory event = new Memory(Layout.room(Layout.EventData.SIZE));
  private final Queue<DriverEvent> events = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean stopping;
  private volatile boolean stale;
  private volatile String trouble = "";
  private final Set<Pointer> registered = ConcurrentHashMap.newKeySet();
  private final OperationalEvents operational;
  private final Set<Pointer> operationalOf = ConcurrentHashMap.newKeySet();
  private final boolean structured;
  private volatile String operationalTrouble = "";
  private NvmlReturn last = NvmlReturn.SUCCESS;

  private XidWatch(Nvml nvml, InstantSource clock, Pointer set, boolean structured) {
    this.structured = structured;
    this.nvml = nvml;
    this.clock = clock;
    this.set = set;
    operational = new OperationalEvents(nvml, set);
    thread = Thread.ofPlatform().name("nvidia-events").daemon().unstarted(this::watch);
  }

  /**
   * A watch without GPUs yet.
   *
   * @param structured whether it waits for operational events too; from the beginning, for a wait
   *     of the old form would pass over those that come before it ends
   * @throws NvmlCallException when the library has no events, now or ever
   */
  static XidWatch create(Nvml nvml, InstantSource clock, boolean structured)
      throws NvmlCallException {
    Memory out = new Memory(8);
    need(Symbol.EVENT_SET_CREATE, nvml.eventSetCreate(out));
    return new XidWatch(nvml, clock, out.getPointer(0), structured);
  }

  /** Whether it has been added. */
  boolean has(GpuHandle gpu) {
    return registered.contains(gpu.pointer);
  }

  /** Begins to wait; not earlier, for waiting on a set without a GPU is an error. */
  void begin() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /**
   * Adds a GPU.
   *
   * @throws NvmlCallException when its XIDs cannot be heard; it may be tried again
   */
  void add(GpuHandle gpu) throws NvmlCallException {
    Memory out = new Memory(8);
    need(Symbol.SUPPORTED_EVENT_TYPES, nvml.get(Symbol.SUPPORTED_EVENT_TYPES, gpu.pointer, out));
    if ((out.getLong(0) & XID) == 0) {
      throw new NvmlCallException(
          Symbol.SUPPORTED_EVENT_TYPES.function(), NvmlReturn.NOT_SUPPORTED);
    }
    need(Symbol.REGISTER_EVENTS, nvml.registerEvents(gpu.pointer, XID, set));
    registered.add(gpu.pointer);
  }

  /** Whether its operational events have been added. */
  boolean hasOperational(GpuHandle gpu) {
    return operationalOf.contains(gpu.pointer);
  }

  /**
   * Adds the operational events of a GPU that has been added.
   *
   * @throws NvmlCallException when they cannot be heard; it may be tried again
   */
  void addOperational(GpuHandle gpu, String uuid) throws NvmlCallException {
    operational.register(uuid);
    operationalOf.add(gpu.pointer);
  }

  /** Why no operational event is heard any more, of any GPU; empty while that is not so. */
  String operationalTrouble() {
    return operationalTrouble;
  }

  private static void need(Symbol symbol, NvmlReturn answer) throws NvmlCallException {
    if (!answer.ok()) {
      throw new NvmlCallException(symbol.function(), answer);
    }
  }

  /** Why nothing is heard at the moment, of any GPU; empty while it listens. */
  String trouble() {
    return trouble;
  }

  /** True when the thread has ended without having been told to: a new watch is needed. */
  boolean dead() {
    return !stopping && !stale && thread.getState() == Thread.State.TERMINATED;
  }

  /** The oldest event that nobody has taken yet. */
  @Nullable DriverEvent poll() {
    return events.poll();
  }

  /** True when the thread has ended because the library must be loaded anew. */
  boolean stale() {
    return stale;
  }

  /**
   * Ends the thread; false when a wait does not come back.
   *
   * @param free whether to free the set; false while a call hangs that may still use it
   */
  boolean close(boolean free) {
    stopping = true;
    thread.interrupt(); // out of a pause; a wait in the library does not notice
    try {
      thread.join(10L * WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      return false;
    }
    if (free) {
      nvml.eventSetFree(set);
    }
    return true;
  }

  private void watch() {
    Steady.loop("the watch for XID events", () -> !stopping && !stale, this::watchOnce);
  }

  private void watchOnce() {
    boolean both = structured && operationalTrouble.isEmpty();
    Symbol symbol = both ? Symbol.EVENT_SET_WAIT_V3 : Symbol.EVENT_SET_WAIT;
    NvmlReturn answer = await(both);
    if (both && (answer.never() || answer == NvmlReturn.INVALID_ARGUMENT)) {
      // A preview must not cost the XIDs.
      operationalTrouble = new NvmlCallException(symbol.function(), answer).getMessage();
      log.warn("GPU operational events are not available: {}", operationalTrouble);
      return;
    }
    // A lost GPU ends each wait, and the events of the others come all the same.
    boolean hears = answer.ok() || answer == NvmlReturn.TIMEOUT;
    trouble =
        hears || answer == NvmlReturn.GPU_IS_LOST
            ? ""
            : new NvmlCallException(symbol.function(), answer).getMessage();
    if (answer.ok()) {
      keep(both);
    } else if (answer.stale()) {
      stale = true;
      return;
    } else if (answer != NvmlReturn.TIMEOUT) {
      if (answer != last) {
        log.warn("waiting for XID events: {} answered {}", symbol.function(), answer);
      }
      pause();
    }
    last = answer;
  }

  private NvmlReturn await(boolean both) {
    try {
      return both ? operational.await(WAIT_MILLIS) : nvml.eventSetWait(set, event, WAIT_MILLIS);
    } catch (RuntimeException | Error e) {
      trouble = "waiting for events failed: " + ErrorText.of(e);
      throw e;
    }
  }

  private void keep(boolean both) {
    DriverEvent taken = both ? operational.taken(clock.instant()) : xid();
    if (taken != null && events.size() < MOST_KEPT) {
      events.add(taken);
    }
  }

  private DriverEvent.@Nullable Xid xid() {
    return (event.getLong(Layout.EventData.TYPE) & XID) == 0
        ? null
        : new DriverEvent.Xid(
            event.getPointer(Layout.EventData.DEVICE),
            "",
            event.getLong(Layout.EventData.DATA),
            clock.instant());
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      // Only close() interrupts, and it has set the flag that ends the loop.
      Thread.currentThread().interrupt();
    }
  }
}
