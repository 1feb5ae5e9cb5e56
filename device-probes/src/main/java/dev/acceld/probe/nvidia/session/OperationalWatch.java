package dev.acceld.probe.nvidia.session;

import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import dev.acceld.probe.nvidia.sampling.GpuHandle;
import dev.acceld.probe.nvidia.session.EventThread.Then;
import dev.acceld.text.ErrorText;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for GPU Operational Events and keeps them until they are asked for. It has an event set, a
 * thread and a queue of its own: whatever becomes of this preview costs no XID.
 */
final class OperationalWatch {
  /** So many refusals in a row are no accident. */
  private static final int REFUSALS = 3;

  private static final Logger log = LoggerFactory.getLogger(OperationalWatch.class);

  private final InstantSource clock;
  private final OperationalEvents source;
  private final EventThread thread;
  private final KeptEvents events = new KeptEvents();
  private final Set<Pointer> registered = ConcurrentHashMap.newKeySet();
  private volatile String trouble = "";
  private int refusals;

  private OperationalWatch(Nvml nvml, InstantSource clock, Pointer set) {
    this.clock = clock;
    source = new OperationalEvents(nvml, set);
    thread =
        new EventThread(
            nvml,
            set,
            "nvidia-operational-events",
            "the watch for GPU operational events",
            this::once);
  }

  /**
   * A watch without GPUs yet.
   *
   * @throws NvmlCallException when the library has no events, now or ever
   */
  static OperationalWatch create(Nvml nvml, InstantSource clock) throws NvmlCallException {
    return new OperationalWatch(nvml, clock, EventThread.newSet(nvml));
  }

  /** Whether it has been added. */
  boolean has(GpuHandle gpu) {
    return registered.contains(gpu.pointer);
  }

  /**
   * Adds a GPU.
   *
   * @throws NvmlCallException when its events cannot be heard; it may be tried again
   */
  void add(GpuHandle gpu, String uuid) throws NvmlCallException {
    source.register(uuid);
    registered.add(gpu.pointer);
  }

  /** The GPU that has been added; null when there are several, or none. */
  @Nullable Pointer only() {
    return registered.size() == 1 ? registered.iterator().next() : null;
  }

  /** Begins to wait; not before a GPU has been added. */
  void begin() {
    thread.begin();
  }

  /** Why nothing is heard at the moment, of any GPU; empty while it listens. */
  String trouble() {
    return trouble;
  }

  /** The oldest event that nobody has taken yet. */
  DriverEvent.@Nullable Operational poll() {
    return events.poll();
  }

  /** As {@link EventThread#dead}. */
  boolean dead() {
    return thread.dead();
  }

  /** As {@link EventThread#stale}. */
  boolean stale() {
    return thread.stale();
  }

  /** As {@link EventThread#close}. */
  boolean close(boolean free) {
    return thread.close(free);
  }

  private Then once() {
    NvmlReturn answer = await();
    if (answer.stale()) {
      return Then.STALE;
    }
    if (answer.never()) {
      refused(answer);
      return Then.NEVER;
    }
    if (answer.ok() || answer == NvmlReturn.TIMEOUT || answer == NvmlReturn.GPU_IS_LOST) {
      hears();
      if (answer.ok()) {
        keep(source.taken(clock.instant()));
      }
      return answer == NvmlReturn.GPU_IS_LOST ? Then.PAUSE : Then.AGAIN;
    }
    if (++refusals == REFUSALS) {
      refused(answer);
    }
    return Then.PAUSE;
  }

  private NvmlReturn await() {
    try {
      return source.await(EventThread.WAIT_MILLIS);
    } catch (RuntimeException | Error e) {
      trouble = "waiting for events failed: " + ErrorText.of(e);
      throw e;
    }
  }

  private void refused(NvmlReturn answer) {
    trouble = new NvmlCallException(Symbol.EVENT_SET_WAIT_V3.function(), answer).getMessage();
    log.warn("GPU operational events are not available: {}", trouble);
  }

  private void hears() {
    refusals = 0;
    if (!trouble.isEmpty()) {
      trouble = "";
      log.info("GPU operational events are available again");
    }
  }

  private void keep(DriverEvent.@Nullable Operational event) {
    if (event != null) {
      events.add(event);
    }
  }
}
