package dev.acceld.dra.events;

import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.events.EventApi;
import dev.acceld.dra.slice.WriterLock;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells faults by Events: on the Node, and on the claims and pods that hold the device; once when a
 * fault begins and once when it ends. A fault that comes and goes is told ever more seldom, in the
 * same Event. Of several processes of a node one tells; what it told is kept on disk, so that a
 * restart repeats nothing. No request is made while nothing changes. A thread of its own.
 */
public final class FaultEvents implements AutoCloseable {
  /** What happens within it is told together. */
  static final Duration GATHER = Duration.ofSeconds(1);

  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final Logger log = LoggerFactory.getLogger(FaultEvents.class);

  private final EventSettings settings;
  private final Inputs inputs;
  private final EventQueue queue;
  private final EventWriter writer;
  private final EventMemory memory;
  private final LongSupplier nanos;
  private final InstantSource clock;
  private final LongSupplier spread;
  private final RandomGenerator random;
  private @Nullable ScheduledThreadPoolExecutor timer;
  private @Nullable WriterLock lock;
  private @Nullable FaultLedger ledger;
  private String nodeUid = "";
  private boolean gathering;
  private long tellAt;
  private boolean unsaved;
  private boolean saveFails;

  /**
   * What is told of.
   *
   * @param faults the faults; empty until every probe has answered
   * @param claims the claims that are prepared
   * @param nodeUid asks the API server for the UID of the Node
   */
  public record Inputs(
      Supplier<Optional<FaultWatch.Snapshot>> faults,
      Supplier<List<PreparedClaim>> claims,
      NodeUidSource nodeUid) {}

  /** Asks for the UID of the Node. */
  @FunctionalInterface
  public interface NodeUidSource {
    /** One request. */
    String get() throws ClusterException;
  }

  /**
   * Begins with {@link #start}.
   *
   * @param spread nanoseconds within which all nodes of the cluster may write once
   */
  public FaultEvents(
      EventSettings settings,
      EventApi api,
      Inputs inputs,
      EventObserver observer,
      LongSupplier spread) {
    this(
        settings,
        api,
        inputs,
        observer,
        spread,
        InstantSource.system(),
        System::nanoTime,
        RandomGenerator.getDefault());
  }

  FaultEvents(
      EventSettings settings,
      EventApi api,
      Inputs inputs,
      EventObserver observer,
      LongSupplier spread,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.settings = settings;
    this.inputs = inputs;
    this.clock = clock;
    this.nanos = nanos;
    this.spread = spread;
    this.random = random;
    this.queue = new EventQueue(api, this::nodeUid, observer, spread, random);
    this.writer = new EventWriter(settings.driver(), settings.node());
    this.memory = new EventMemory(settings.memory());
  }

  /** Begins to look. Once. */
  public void start() {
    ScheduledThreadPoolExecutor own = Steady.timer("events", 1);
    timer = own;
    var unused =
        own.scheduleWithFixedDelay(
            Steady.task("telling faults by events", this::look),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** One look; writes what is due. */
  void look() {
    FaultLedger known = ledger();
    Optional<FaultWatch.Snapshot> present = inputs.faults().get();
    if (known == null || present.isEmpty()) {
      return;
    }
    long now = nanos.getAsLong();
    if (!known.look(present.get(), now)) {
      gathering = false;
    } else if (!gathering) {
      gathering = true;
      tellAt = now + GATHER.toNanos() + random.nextLong(Math.max(1, spread.getAsLong()));
    } else if (now - tellAt >= 0) {
      gathering = false;
      known
          .tell(inputs.claims().get(), settings.node(), clock.instant(), now)
          .forEach(event -> queue.add(event, now));
      unsaved = true;
    }
    while (queue.step(nanos.getAsLong())) {
      // as long as the bucket and the pauses allow
    }
    if (unsaved && queue.isEmpty()) {
      save(known); // not before: what is lost with this process, the next one tells
    }
  }

  private @Nullable FaultLedger ledger() {
    if (ledger != null) {
      return ledger;
    }
    try {
      if (lock == null) {
        lock = WriterLock.tryTake(settings.lock()).orElse(null);
      }
      if (lock != null) {
        ledger = new FaultLedger(writer, memory.read(), nanos.getAsLong());
      }
    } catch (IOException e) {
      complain(e);
    }
    return ledger;
  }

  private void save(FaultLedger known) {
    try {
      memory.write(known.all());
      unsaved = false;
      saveFails = false;
    } catch (IOException e) {
      complain(e);
    }
  }

  private void complain(IOException e) {
    if (!saveFails) {
      log.warn(
          "{}: {}; until this is fixed, events may be missing or come twice",
          settings.memory(),
          ErrorText.of(e));
    }
    saveFails = true;
  }

  private String nodeUid() throws ClusterException {
    if (nodeUid.isEmpty()) {
      nodeUid = inputs.nodeUid().get();
    }
    return nodeUid;
  }

  /** Stops; what waits is told by the next process. */
  @Override
  public void close() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdownNow();
      try {
        if (!running.awaitTermination(3, TimeUnit.SECONDS)) {
          log.debug("a request for an event is still under way");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    WriterLock held = lock;
    if (held != null) {
      held.close();
    }
  }
}
