package dev.acceld.probe.nvidia.session;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.sampling.GpuHandle;
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
 * Waits for XID events on a thread of its own and keeps them until they are asked for. The thread
 * ends at {@link #close}, and by itself when the library has to be loaded anew.
 */
public final class XidWatch {
  /** {@code nvmlEventTypeXidCriticalError}. */
  private static final long XID = 0x8;

  private static final int MOST_KEPT = 4096;
  private static final Logger log = LoggerFactory.getLogger(XidWatch.class);

  private final Nvml nvml;
  private final InstantSource clock;
  private final Pointer set;
  private final EventThread thread;
  private final Memory event = new Memory(Layout.room(Layout.EventData.SIZE));
  private final Queue<DriverEvent.Xid> events = new ConcurrentLinkedQueue<>();
  private volatile String trouble = "";
  private final Set<Pointer> registered = ConcurrentHashMap.newKeySet();
  private NvmlReturn last = NvmlReturn.SUCCESS;

  private XidWatch(Nvml nvml, InstantSource clock, Pointer set) {
    this.nvml = nvml;
    this.clock = clock;
    this.set = set;
    thread = new EventThread(nvml, set, "nvidia-events", "the watch for XID events", this::once);
  }

  /**
   * A watch without GPUs yet.
   *
   * @throws NvmlCallException when the library has no events, now or ever
   */
  static XidWatch create(Nvml nvml, InstantSource clock) throws NvmlCallException {
    return new XidWatch(nvml, clock, EventThread.newSet(nvml));
  }

  /** Whether it has been added. */
  boolean has(GpuHandle gpu) {
    return registered.contains(gpu.pointer);
  }

  /** Begins to wait; not earlier, for waiting on a set without a GPU is an error. */
  void begin() {
    thread.begin();
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
    return thread.dead();
  }

  /** The oldest event that nobody has taken yet. */
  DriverEvent.@Nullable Xid poll() {
    return events.poll();
  }

  /** True when the thread has ended because the library must be loaded anew. */
  boolean stale() {
    return thread.stale();
  }

  /** As {@link EventThread#close}. */
  boolean close(boolean free) {
    return thread.close(free);
  }

  private EventThread.Then once() {
    NvmlReturn answer = await();
    // A lost GPU ends each wait, and the events of the others come all the same.
    boolean hears = answer.ok() || answer == NvmlReturn.TIMEOUT;
    trouble =
        hears || answer == NvmlReturn.GPU_IS_LOST
            ? ""
            : new NvmlCallException(Symbol.EVENT_SET_WAIT.function(), answer).getMessage();
    if (answer.ok()) {
      keep();
    } else if (answer.stale()) {
      return EventThread.Then.STALE;
    } else if (answer != NvmlReturn.TIMEOUT && answer != last) {
      log.warn("waiting for XID events: {} answered {}", Symbol.EVENT_SET_WAIT.function(), answer);
    }
    last = answer;
    return hears ? EventThread.Then.AGAIN : EventThread.Then.PAUSE;
  }

  private NvmlReturn await() {
    try {
      return nvml.eventSetWait(set, event, EventThread.WAIT_MILLIS);
    } catch (RuntimeException | Error e) {
      trouble = "waiting for events failed: " + ErrorText.of(e);
      throw e;
    }
  }

  private void keep() {
    if ((event.getLong(Layout.EventData.TYPE) & XID) != 0 && events.size() < MOST_KEPT) {
      events.add(
          new DriverEvent.Xid(
              event.getPointer(Layout.EventData.DEVICE),
              event.getLong(Layout.EventData.DATA),
              clock.instant()));
    }
  }
}
