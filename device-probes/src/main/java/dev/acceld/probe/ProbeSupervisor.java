package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Readings;
import dev.acceld.host.BootId;
import dev.acceld.host.HostFs;
import dev.acceld.steady.Steady;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs each probe on a daemon thread of its own and puts what they find together. A call that hangs
 * or a library that fails stalls its own probe only: its devices stay known, the status says what
 * is wrong and since when, and the others go on.
 *
 * <p>{@link #inventory}, {@link #readings} and {@link #probes} answer from memory at any time on
 * any thread. Listeners are called one at a time, in order, on a probe's thread or the watching
 * one, and only when something changed: they must be quick and hand long work to a thread of their
 * own. Register them before {@link #start}.
 */
public final class ProbeSupervisor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProbeSupervisor.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final long WATCH_EVERY = TimeUnit.SECONDS.toNanos(1);

  private final List<ProbeRunner> runners = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final ProbeRunner.Time time;
  private final long watchEvery;
  private final List<Consumer<Inventory>> inventoryListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Readings>> readingsListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<List<Signal>>> signalListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> rebootListeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> tickListeners = new CopyOnWriteArrayList<>();
  private final Object telling = new Object();
  private final Object watching = new Object();

  private volatile Inventory inventory;
  private boolean closed;

  /**
   * For those probes, in that order.
   *
   * @param host where the boot id is read
   */
  public ProbeSupervisor(List<Probe> probes, SupervisorSettings settings, HostFs host) {
    this(
        probes,
        settings,
        () -> BootId.read(host),
        new ProbeRunner.Time(InstantSource.system(), System::nanoTime));
  }

  ProbeSupervisor(
      List<Probe> probes,
      SupervisorSettings settings,
      Supplier<Optional<String>> bootId,
      ProbeRunner.Time time) {
    this.time = time;
    this.watchEvery = Math.min(WATCH_EVERY, settings.deadline().toNanos());
    ProbeRunner.Listener listener =
        new ProbeRunner.Listener(this::publish, this::read, this::signal, this::rebooted);
    for (Probe probe : probes) {
      runners.add(new ProbeRunner(probe, settings, bootId, time, listener));
    }
    inventory = assemble();
  }

  /** Starts the threads; comes back at once. To be called once. */
  public void start() {
    for (ProbeRunner runner : runners) {
      threads.add(Thread.ofPlatform().daemon().name("probe-" + runner.name()).start(runner));
    }
    threads.add(Thread.ofPlatform().daemon().name("probe-watch").start(this::watch));
  }

  /** All devices known, and how the probes are doing. */
  public Inventory inventory() {
    return inventory;
  }

  /**
   * The latest sample of every probe that has one: not older than {@link
   * SupervisorSettings#staleAfter}, and none of a probe that is known to hang.
   */
  public Readings readings() {
    List<Readings> parts = new ArrayList<>(runners.size());
    for (ProbeRunner runner : runners) {
      Readings part = runner.freshReadings();
      if (!part.values().isEmpty()) {
        parts.add(part);
      }
    }
    return switch (parts.size()) {
      case 0 -> Readings.EMPTY;
      case 1 -> parts.getFirst();
      default -> Readings.merge(parts);
    };
  }

  /**
   * How old each probe's last sample is, by the probe's name. Unlike {@link #readings} it stays
   * while a probe hangs or fails, so that its age can be seen to grow. A probe whose hardware was
   * never there has none.
   */
  public Map<String, Duration> readingsAges() {
    Map<String, Duration> ages = new TreeMap<>();
    for (ProbeRunner runner : runners) {
      runner.readingsAge().ifPresent(age -> ages.put(runner.name(), age));
    }
    return ages;
  }

  /** How the probes are doing. */
  public List<ProbeStatus> probes() {
    return inventory.probes();
  }

  /** Told the new inventory when a device, what is missing, or a probe's status changed. */
  public void onInventory(Consumer<Inventory> listener) {
    inventoryListeners.add(listener);
  }

  /**
   * Told each new sample of each probe, on that probe's thread, which reads no device meanwhile: a
   * listener must be quick. Samples of different probes come one after the other.
   */
  public void onReadings(Consumer<Readings> listener) {
    readingsListeners.add(listener);
  }

  /** Told what the probes noticed; never an empty list. */
  public void onSignals(Consumer<List<Signal>> listener) {
    signalListeners.add(listener);
  }

  /** Told when the boot id changed while this process lives, once for each probe. */
  public void onReboot(Runnable listener) {
    rebootListeners.add(listener);
  }

  /** Called about once a second, for rules that go by time. */
  public void onTick(Runnable listener) {
    tickListeners.add(listener);
  }

  /** Has every probe look for devices at once; does not wait for it. */
  public void rediscoverNow() {
    runners.forEach(ProbeRunner::rediscover);
  }

  /**
   * Ends the threads and closes the probes; waits 2 s at most, a probe that hangs is left behind.
   */
  @Override
  public void close() {
    synchronized (watching) {
      closed = true;
      watching.notifyAll();
    }
    runners.forEach(ProbeRunner::close);
    long end = System.nanoTime() + CLOSE_WITHIN.toNanos();
    try {
      for (Thread thread : threads) {
        long left = Math.max(1, end - System.nanoTime());
        if (!thread.join(Duration.ofNanos(left))) {
          log.warn("{} hangs and is abandoned", thread.getName());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    Steady.loop("the supervision of the probes", () -> !isClosed(), this::watchOnce);
  }

  private void watchOnce() throws InterruptedException {
    synchronized (watching) {
      if (closed) {
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(watching, watchEvery);
    }
    if (!isClosed()) {
      tick();
    }
  }

  private boolean isClosed() {
    synchronized (watching) {
      return closed;
    }
  }

  /** One round of the watching thread. */
  void tick() {
    runners.forEach(ProbeRunner::watch);
    synchronized (telling) {
      tickListeners.forEach(listener -> guarded(listener));
    }
  }

  private void publish() {
    synchronized (telling) {
      Inventory last = inventory;
      Inventory next = assemble();
      if (next.sameDevices(last) && next.probes().equals(last.probes())) {
        return;
      }
      inventory = next;
      inventoryListeners.forEach(listener -> guarded(() -> listener.accept(next)));
    }
  }

  private void read(Readings readings) {
    if (readingsListeners.isEmpty()) {
      return;
    }
    synchronized (telling) {
      readingsListeners.forEach(listener -> guarded(() -> listener.accept(readings)));
    }
  }

  private void signal(List<Signal> signals) {
    synchronized (telling) {
      signalListeners.forEach(listener -> guarded(() -> listener.accept(signals)));
    }
  }

  private void rebooted() {
    synchronized (telling) {
      rebootListeners.forEach(listener -> guarded(listener));
    }
  }

  private static void guarded(Runnable listener) {
    try {
      listener.run();
    } catch (Throwable e) {
      // Neither a probe's thread nor the watching one may end for a listener's sake.
      log.error("A listener failed; the probes continue", e);
    }
  }

  private Inventory assemble() {
    List<Device> devices = new ArrayList<>();
    Set<DeviceName> missing = new HashSet<>();
    Map<DeviceName, String> whyMissing = new HashMap<>();
    List<ProbeStatus> statuses = new ArrayList<>();
    for (ProbeRunner runner : runners) {
      ProbeRunner.View view = runner.view();
      devices.addAll(view.known().devices());
      missing.addAll(view.known().missing());
      whyMissing.putAll(view.known().whyMissing());
      statuses.add(view.status());
    }
    return new Inventory(time.clock().instant(), devices, missing, statuses, whyMissing);
  }

  /** For tests: the runners, to be stepped by hand instead of {@link #start}. */
  List<ProbeRunner> runners() {
    return runners;
  }
}
