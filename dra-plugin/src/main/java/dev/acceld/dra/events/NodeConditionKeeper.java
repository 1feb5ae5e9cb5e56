package dev.acceld.dra.events;

import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.events.NodeCondition;
import dev.acceld.dra.cluster.events.NodeConditionApi;
import dev.acceld.dra.slice.WriterLock;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
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
 * Keeps the Node's condition {@code AcceleratorsHealthy} equal to the health of the devices. It is
 * written when it changes and not otherwise; there is no heartbeat. What changes often is written
 * ever more seldom. One read when a process takes over, and one every few hours, for the Node may
 * have been made anew. A thread of its own.
 */
public final class NodeConditionKeeper implements AutoCloseable {
  static final Duration GATHER = Duration.ofSeconds(2);
  static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  static final Duration READ_AGAIN = Duration.ofHours(6);
  static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  static final Duration AFTER_REFUSAL = Duration.ofMinutes(5);

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Logger log = LoggerFactory.getLogger(NodeConditionKeeper.class);

  private final String node;
  private final Path lockFile;
  private final NodeConditionApi api;
  private final Supplier<Optional<Devices>> devices;
  private final LongSupplier spread;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private @Nullable ScheduledThreadPoolExecutor timer;
  private @Nullable WriterLock lock;
  private Optional<NodeCondition> stored = Optional.empty();
  private boolean read;
  private long readAt;
  private long notBefore;
  private long pause = FIRST_PAUSE.toNanos();
  private boolean begun;
  private boolean gathering;
  private int failures;

  /**
   * The devices and how they are doing.
   *
   * @param inventory all of the node
   * @param reports the verdicts
   */
  public record Devices(Inventory inventory, Map<DeviceName, HealthReport> reports) {}

  /**
   * Begins with {@link #start}.
   *
   * @param lockFile the lock of the one process of the node that writes
   * @param devices empty until every probe has answered
   * @param spread nanoseconds within which all nodes of the cluster may write once
   */
  public NodeConditionKeeper(
      String node,
      Path lockFile,
      NodeConditionApi api,
      Supplier<Optional<Devices>> devices,
      LongSupplier spread) {
    this(
        node,
        lockFile,
        api,
        devices,
        spread,
        InstantSource.system(),
        System::nanoTime,
        RandomGenerator.getDefault());
  }

  NodeConditionKeeper(
      String node,
      Path lockFile,
      NodeConditionApi api,
      Supplier<Optional<Devices>> devices,
      LongSupplier spread,
      InstantSource clock,
      LongSupplier nanos,
      RandomGenerator random) {
    this.node = node;
    this.lockFile = lockFile;
    this.api = api;
    this.devices = devices;
    this.spread = spread;
    this.clock = clock;
    this.nanos = nanos;
    this.random = random;
  }

  /** Begins to look. Once. */
  public void start() {
    ScheduledThreadPoolExecutor own = Steady.timer("node-condition", 1);
    timer = own;
    var unused =
        own.scheduleWithFixedDelay(
            Steady.task("the Node's condition", this::look),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** One look; reads or writes when it is time to. */
  void look() {
    Optional<Devices> now = devices.get();
    if (now.isEmpty() || !isWriter()) {
      return;
    }
    long at = nanos.getAsLong();
    if (begun && at - notBefore < 0) {
      return;
    }
    try {
      if (!read || at - readAt >= 0) {
        stored = api.read(node, NodeHealth.TYPE);
        read = true;
        readAt = at + READ_AGAIN.toNanos() / 2 + random.nextLong(READ_AGAIN.toNanos());
      }
      NodeCondition wanted =
          NodeHealth.of(now.get().inventory(), now.get().reports(), clock.instant());
      if (stored.filter(wanted::saysWhat).isPresent()) {
        gathering = false;
        pause = at - notBefore > LONGEST_PAUSE.toNanos() ? FIRST_PAUSE.toNanos() : pause;
      } else if (!gathering) {
        gathering = true;
        wait(at, GATHER.toNanos() + random.nextLong(Math.max(1, spread.getAsLong())));
      } else {
        write(wanted, at);
      }
      failures = 0;
    } catch (ClusterException e) {
      failed(e, at);
    }
  }

  private void write(NodeCondition wanted, long at) throws ClusterException {
    Instant since =
        stored
            .filter(old -> old.status().equals(wanted.status()))
            .map(NodeCondition::since)
            .orElse(wanted.since());
    NodeCondition condition =
        new NodeCondition(wanted.type(), wanted.status(), wanted.reason(), wanted.message(), since);
    api.write(node, condition, clock.instant());
    log.info("condition {} of the Node is {}: {}", wanted.type(), wanted.status(), wanted.reason());
    stored = Optional.of(condition);
    gathering = false;
    wait(at, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
  }

  private void failed(ClusterException e, long at) {
    if (failures++ == 0) {
      log.warn("the Node's condition is not written, retrying: {}", e.getMessage());
    }
    read = false; // it may have been written all the same
    long next =
        switch (e.reason()) {
          case FORBIDDEN, UNSUPPORTED, INVALID -> AFTER_REFUSAL.toNanos();
          default ->
              Math.min(
                  AFTER_REFUSAL.toNanos(), AFTER_FAILURE.toNanos() << Math.min(failures - 1, 20));
        };
    wait(at, next / 2 + random.nextLong(next / 2 + 1));
  }

  private void wait(long at, long time) {
    begun = true;
    notBefore = at + time;
  }

  private boolean isWriter() {
    try {
      if (lock == null) {
        lock = WriterLock.tryTake(lockFile).orElse(null);
      }
    } catch (IOException e) {
      log.debug("the Node's condition: {}", ErrorText.of(e));
    }
    return lock != null;
  }

  /** Stops; the condition stays as it is. */
  @Override
  public void close() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdownNow();
    }
    WriterLock held = lock;
    if (held != null) {
      held.close();
    }
  }
}
