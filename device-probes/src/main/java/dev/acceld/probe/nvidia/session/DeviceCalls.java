package dev.acceld.probe.nvidia.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the calls about one device after the other on a thread that is left behind when one of them
 * hangs: the device is asked nothing more until that call has come back, and the others go on, on a
 * fresh thread. At most {@link #MOST_LEFT_BEHIND} are left behind; after that it is the driver that
 * hangs and not a device, and the caller waits. For one calling thread.
 *
 * <p>What the thread that was left behind writes to must not be used again: see {@link
 * #generation}.
 */
public final class DeviceCalls {
  /**
   * So many calls may hang at once; from then on {@link #about} waits for each call until it ends.
   */
  public static final int MOST_LEFT_BEHIND = 4;

  /** Less than the supervisor's deadline, after which the whole probe counts as hung. */
  public static final Duration PATIENCE = Duration.ofSeconds(6);

  private static final Logger log = LoggerFactory.getLogger(DeviceCalls.class);
  private static final int LEAST_SHARE = 8;

  /** What is done about a device. */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * Does it, on the thread that is left behind if it hangs.
     *
     * @throws NvmlCallException when a call fails; {@link DeviceCalls#about} passes it on
     */
    T run() throws NvmlCallException;
  }

  private record Stuck(Future<?> call, Instant since) {}

  private static final class Worker {
    final LinkedBlockingQueue<Runnable> todo = new LinkedBlockingQueue<>();
    volatile boolean ending;

    Worker() {
      Thread.ofPlatform().daemon().name("nvidia-device").start(this::work);
    }

    void work() {
      try {
        while (!ending) {
          todo.take().run();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void end() {
      ending = true;
      todo.add(() -> {});
    }
  }

  private final Duration patience;
  private final InstantSource clock;
  private final Map<String, Stuck> stuck = new HashMap<>();
  private @Nullable Worker worker;
  private int generation;
  private long passEnds;

  /**
   * Starts no thread yet.
   *
   * @param patience how long a call may take before it counts as hung; less, but at least an
   *     eighth, when the devices before it in the same pass took long
   * @param clock tells since when a call hangs
   */
  public DeviceCalls(Duration patience, InstantSource clock) {
    this.patience = patience;
    this.clock = clock;
  }

  /** Begins to go through all devices: what one of them takes is not there for the next. */
  public void beginPass() {
    passEnds = System.nanoTime() + patience.toNanos() * 4 / 3;
  }

  /**
   * Does something about a device.
   *
   * @throws DeviceHangsException when a call about it has not come back, now or before
   */
  public <T> T about(Object device, Work<T> work) throws NvmlCallException, DeviceHangsException {
    String key = device.toString();
    stuck.entrySet().removeIf(DeviceCalls::cameBack);
    Stuck before = stuck.get(key);
    if (before != null) {
      throw hangs(before);
    }
    FutureTask<T> call = new FutureTask<>(work::run);
    Worker current = worker;
    if (current == null) {
      current = new Worker();
      worker = current;
    }
    current.todo.add(call);
    try {
      return stuck.size() < MOST_LEFT_BEHIND ? call.get(share(), TimeUnit.NANOSECONDS) : call.get();
    } catch (TimeoutException e) {
      current.end();
      worker = null;
      generation++;
      Stuck now = new Stuck(call, clock.instant());
      stuck.put(key, now);
      log.warn("device={}: a call to NVIDIA's driver hangs; other devices are not affected", key);
      throw hangs(now);
    } catch (ExecutionException e) {
      throw failed(Objects.requireNonNullElse(e.getCause(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean cameBack(Map.Entry<String, Stuck> entry) {
    boolean done = entry.getValue().call.isDone();
    if (done) {
      log.info("device={}: the hung call has returned", entry.getKey());
    }
    return done;
  }

  private long share() {
    long least = patience.toNanos() / LEAST_SHARE;
    return Math.clamp(passEnds - System.nanoTime(), least, patience.toNanos());
  }

  private static NvmlCallException failed(Throwable cause) {
    switch (cause) {
      case NvmlCallException known -> {
        return known;
      }
      case RuntimeException unforeseen -> throw unforeseen;
      case Error error -> throw error;
      default -> throw new IllegalStateException(cause);
    }
  }

  private static DeviceHangsException hangs(Stuck call) {
    return new DeviceHangsException(
        "a call to NVIDIA's driver about it has not returned since "
            + call.since.truncatedTo(ChronoUnit.SECONDS)
            + "; look for NVRM in the kernel's log");
  }

  /** Whether a call about it is under way that was given up. */
  public boolean hangs(Object device) {
    Stuck call = stuck.get(device.toString());
    return call != null && !call.call.isDone();
  }

  /** Whether a thread that was left behind is still in the library. */
  public boolean anyHangs() {
    return stuck.values().stream().anyMatch(s -> !s.call.isDone());
  }

  /** Changes whenever a thread was left behind, and with it all buffers that it writes to. */
  public int generation() {
    return generation;
  }

  /** Ends the thread; one that was left behind ends when its call comes back. */
  public void close() {
    if (worker != null) {
      worker.end();
      worker = null;
    }
  }
}
