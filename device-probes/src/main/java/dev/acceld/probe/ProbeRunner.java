package dev.acceld.probe;

import dev.acceld.device.ProbeStatus;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.device.Readings;
import dev.acceld.steady.Steady;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One probe and the thread that calls it. {@link #step} does whatever is due; {@link #watch} is
 * called by another thread and sees whether a call hangs. What others see is replaced as a whole.
 */
final class ProbeRunner implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ProbeRunner.class);
  private static final long FIRST_RETRY = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_DOUBLINGS = 6;

  /** What others see of a probe. */
  record View(ProbeStatus status, KnownDevices known, Readings readings, long readAt) {}

  /** Who is told. Called without a lock held. */
  record Listener(
      Runnable changed,
      Consumer<Readings> readings,
      Consumer<List<Signal>> signals,
      Runnable rebooted) {}

  /** The time of day and the monotonic time. */
  record Time(InstantSource clock, LongSupplier nanos) {}

  private record Call(String name, long began, Instant at) {}

  private final Probe probe;
  private final SupervisorSettings settings;
  private final Supplier<Optional<String>> bootId;
  private final Time time;
  private final Listener listener;

  private volatile View view;

  /** When the last sample was taken; before the first, when the probe was made. */
  private volatile long sampledAt;

  private volatile boolean sampled;

  // Of the probe's thread alone.
  private long nextDiscovery;
  private long nextSample;
  private int failures;
  private boolean answering;
  private String found = "";
  private boolean complete = true;
  private Optional<String> boot = Optional.empty();

  // Guarded by this.
  private @Nullable Call call;
  private boolean wanted;
  private boolean closing;

  ProbeRunner(
      Probe probe,
      SupervisorSettings settings,
      Supplier<Optional<String>> bootId,
      Time time,
      Listener listener) {
    this.probe = probe;
    this.settings = settings;
    this.bootId = bootId;
    this.time = time;
    this.listener = listener;
    this.nextDiscovery = time.nanos().getAsLong();
    this.nextSample = nextDiscovery;
    this.sampledAt = nextDiscovery;
    ProbeStatus starting =
        new ProbeStatus(
            probe.name(), State.STARTING, time.clock().instant(), "has not responded yet");
    this.view = new View(starting, KnownDevices.NONE, Readings.EMPTY, nextDiscovery);
  }

  String name() {
    return probe.name();
  }

  View view() {
    return view;
  }

  /** The latest sample; empty when it is too old, or once a call is known to hang. */
  Readings freshReadings() {
    View now = view;
    long age = time.nanos().getAsLong() - now.readAt;
    boolean over = now.status.state() == State.HUNG || age > settings.staleAfter().toNanos();
    return over ? Readings.EMPTY : now.readings;
  }

  /**
   * How long ago the last sample was taken, whatever has happened since. Before the first sample it
   * counts from the start, where one is owed: devices are known, or the probe fails or hangs. Empty
   * for a probe whose hardware was never there.
   */
  Optional<Duration> readingsAge() {
    View now = view;
    boolean owed =
        sampled
            || !now.known.devices().isEmpty()
            || now.status.state() == State.HUNG
            || now.status.state() == State.FAILED;
    return owed
        ? Optional.of(Duration.ofNanos(Math.max(0, time.nanos().getAsLong() - sampledAt)))
        : Optional.empty();
  }

  @Override
  public void run() {
    Steady.loop(
        "the probe " + name(),
        () -> !isClosing(),
        () -> {
          step();
          pause();
        });
    try {
      probe.close();
    } catch (RuntimeException | LinkageError e) {
      log.warn("Probe {} did not close cleanly: {}", name(), StatusText.reason(e));
    }
  }

  /** Does what is due now: a discovery, a sample, or nothing. */
  void step() {
    long now = time.nanos().getAsLong();
    if (takeWanted() || now - nextDiscovery >= 0) {
      nextDiscovery = now + settings.rediscoverEvery().toNanos();
      answering = discover();
      nextSample = now;
    }
    if (answering && now - nextSample >= 0) {
      nextSample = now + settings.sampleEvery().toNanos();
      answering = sample();
    }
  }

  /** True when a discovery succeeded. */
  private boolean discover() {
    forgetMissingAfterReboot();
    try {
      Discovery discovery = during("discover", probe::discover);
      KnownDevices known = view.known.found(discovery);
      StatusText.logChanges(view.known, known);
      complete = known.missing().isEmpty() && discovery.problems().isEmpty();
      found = StatusText.found(known, discovery.problems());
      if (failures == 0) {
        update(State.READY, found, known, view.readings);
      } else {
        // It failed before: only a whole round, sample included, makes it ready again.
        update(view.status.state(), view.status.detail(), known, view.readings);
      }
      return true;
    } catch (ProbeUnavailableException e) {
      failures = 0;
      KnownDevices gone = view.known.allGone();
      StatusText.logChanges(view.known, gone);
      update(State.WAITING, StatusText.reason(e), gone, Readings.EMPTY);
    } catch (Throwable e) {
      fail("discover", e);
    }
    return false;
  }

  /** True when a sample succeeded. */
  private boolean sample() {
    KnownDevices known = view.known;
    try {
      Readings readings = during("read", () -> probe.read(known.present()));
      List<Signal> signals = during("signals", probe::signals);
      failures = 0;
      long at = time.nanos().getAsLong();
      update(State.READY, found, known, readings);
      listener.readings().accept(readings);
      if (!signals.isEmpty()) {
        listener.signals().accept(signals);
      }
      sampledAt = at;
      sampled = true; // last: who sees it sees what came of the sample, too
      return true;
    } catch (Throwable e) {
      fail("read", e);
      return false;
    }
  }

  /**
   * Whatever a vendor's library throws (an {@link UnsatisfiedLinkError} too) is its probe's trouble
   * alone: the thread lives on and tries again, after 1 s, 2 s, 4 s, at most 64 s.
   */
  private void fail(String during, Throwable e) {
    long wait = FIRST_RETRY << Math.min(failures, MOST_DOUBLINGS);
    failures++;
    nextDiscovery = time.nanos().getAsLong() + wait;
    String why = StatusText.reason(e);
    if (!(e instanceof ProbeFailedException) && view.status.state() != State.FAILED) {
      log.warn("Probe {} failed unexpectedly during {}", name(), during, e);
    }
    update(State.FAILED, during + " failed: " + why, view.known, view.readings);
  }

  private void forgetMissingAfterReboot() {
    Optional<String> now = bootId.get();
    if (now.isEmpty()) {
      return;
    }
    if (boot.isPresent() && !boot.equals(now)) {
      log.info("Probe {}: the boot ID changed, missing devices are forgotten", name());
      View old = view;
      update(old.status.state(), old.status.detail(), old.known.withoutMissing(), old.readings);
      listener.rebooted().run();
    }
    boot = now;
  }

  /** Marks the call under way as hung when it is overdue. For the watching thread. */
  void watch() {
    ProbeStatus hung;
    synchronized (this) {
      Call under = call;
      if (under == null
          || view.status.state() == State.HUNG
          || time.nanos().getAsLong() - under.began <= settings.deadline().toNanos()) {
        return;
      }
      String detail = under.name + " has not returned; the driver or the kernel hangs, check dmesg";
      hung = new ProbeStatus(name(), State.HUNG, under.at, detail);
      view = new View(hung, view.known, view.readings, view.readAt);
    }
    StatusText.log(hung);
    listener.changed().run();
  }

  /** Asks for a discovery as soon as the thread is free. */
  synchronized void rediscover() {
    wanted = true;
    notifyAll();
  }

  synchronized void close() {
    closing = true;
    notifyAll();
  }

  private interface Step<T, E extends Exception> {
    T run() throws E, ProbeUnavailableException;
  }

  private <T, E extends Exception> T during(String name, Step<T, E> step)
      throws E, ProbeUnavailableException {
    synchronized (this) {
      call = new Call(name, time.nanos().getAsLong(), time.clock().instant());
    }
    try {
      return step.run();
    } finally {
      synchronized (this) {
        call = null;
        if (view.status.state() == State.HUNG) {
          // Much may have happened meanwhile.
          wanted = true;
        }
      }
    }
  }

  private void update(State state, String detail, KnownDevices known, Readings readings) {
    ProbeStatus before;
    ProbeStatus after;
    synchronized (this) {
      View old = view;
      before = old.status;
      Instant since = before.state() == state ? before.since() : time.clock().instant();
      boolean whole = state != State.READY || complete;
      after = new ProbeStatus(name(), state, since, StatusText.clip(detail), whole);
      after = after.equals(before) ? before : after;
      long readAt = readings == old.readings ? old.readAt : time.nanos().getAsLong();
      view = new View(after, known, readings, readAt);
      if (after == before && known.equals(old.known)) {
        return;
      }
    }
    if (after != before) {
      StatusText.log(after);
    }
    listener.changed().run();
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  private synchronized boolean takeWanted() {
    boolean was = wanted;
    wanted = false;
    return was;
  }

  private synchronized void pause() {
    try {
      while (!closing && !wanted) {
        long due = answering && nextSample - nextDiscovery < 0 ? nextSample : nextDiscovery;
        long wait = due - time.nanos().getAsLong();
        if (wait <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, wait);
      }
    } catch (InterruptedException e) {
      // Nobody but a foreign library interrupts this thread; closing is asked for by close().
      log.debug("Probe {} was interrupted while it waited", name());
    }
  }
}
