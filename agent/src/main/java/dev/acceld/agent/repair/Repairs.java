package dev.acceld.agent.repair;

import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.repair.records.RepairRecord;
import dev.acceld.agent.repair.records.RepairRecords.Turn;
import dev.acceld.agent.repair.records.RepairStep;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repairs of this node, one at a time: those that somebody asks for, those that the rule asks
 * for, and those that an earlier process did not finish. Thread-safe.
 */
public final class Repairs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Repairs.class);
  private static final long LOOK_MILLIS = 2000;
  private static final Duration LEAVE = Duration.ofSeconds(5);
  private static final Duration COME_BACK = Duration.ofSeconds(60);

  private final RepairParts parts;
  private final Optional<RepairRule> rule;
  private final RepairObserver observer;
  private @Nullable RepairRun current; // guarded by this, as is what follows
  private @Nullable Thread worker;
  private @Nullable ScheduledThreadPoolExecutor timer;
  private boolean closed;
  private @Nullable Instant interruptedSeen; // of the timer's thread, as is what follows
  private @Nullable RepairRun ruled; // the last one that the rule asked for

  /** Told how each repair ended. */
  @FunctionalInterface
  public interface RepairObserver {
    /** One has ended, with the word for its outcome; any thread. */
    void ended(String outcome, Duration took);
  }

  /**
   * Repairs nothing yet.
   *
   * @param byRule whether devices are repaired without being asked
   */
  public Repairs(RepairParts parts, boolean byRule, RepairObserver observer) {
    this(parts, byRule ? Optional.of(RepairRule.usual()) : Optional.empty(), observer);
  }

  Repairs(RepairParts parts, Optional<RepairRule> rule, RepairObserver observer) {
    this.parts = parts;
    this.rule = rule;
    this.observer = observer;
  }

  /** Begins to look for what an earlier process did not finish, and for what the rule asks for. */
  public synchronized void start() {
    ScheduledThreadPoolExecutor fresh = Steady.timer("repairs", 1);
    timer = fresh;
    fresh.scheduleWithFixedDelay(
        Steady.task("the look for devices to repair", this::look),
        LOOK_MILLIS,
        LOOK_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /**
   * Begins to repair a device.
   *
   * @throws CommandFailedException when another repair is under way, or the state directory cannot
   *     be used
   */
  RepairRun begin(Device device, RepairOptions options) {
    try {
      int tried =
          options.byRule()
              ? parts.records().triesSince(device.name(), RepairRule.aDayBefore(now()))
              : 0;
      return begin(
          device,
          options,
          new RepairRecord(
              device.name(),
              device.common().pci(),
              device.common().physical(),
              parts.records().boot(),
              now(),
              RepairStep.RESERVE,
              tried,
              options.tries(),
              false,
              Optional.empty(),
              false,
              parts.records().of(device.name()).isPresent()));
    } catch (IOException e) {
      throw new CommandFailedException("the state directory cannot be used: " + ErrorText.of(e), e);
    }
  }

  private synchronized RepairRun begin(Device device, RepairOptions options, RepairRecord record)
      throws IOException {
    refuseBusy();
    Turn turn =
        parts
            .records()
            .turn()
            .orElseThrow(() ->
                new CommandFailedException(
                    "another agent of this node repairs a device; one is repaired at a time"));
    return begin(device, options, record, turn);
  }

  private synchronized void refuseBusy() {
    if (closed) {
      throw new CommandFailedException("the agent is shutting down");
    }
    RepairRun running = current;
    if (running != null && running.outcome().isEmpty()) {
      throw new CommandFailedException(
          running.device() + " is being repaired; one device is repaired at a time");
    }
  }

  /** With the turn, which it gives back at its end; a caller that it fails keeps the turn. */
  private synchronized RepairRun begin(
      Device device, RepairOptions options, RepairRecord record, Turn turn) {
    refuseBusy();
    Optional<RepairRecord> before =
        parts.records().of(device.name()).filter(earlier -> !earlier.underWay());
    RepairRun run = new RepairRun(UUID.randomUUID().toString(), device.name().value());
    current = run;
    worker =
        Thread.ofPlatform()
            .daemon()
            .name("repair-" + device.name())
            .start(() -> work(device, options, run, new RepairLedger(parts, record, before), turn));
    return run;
  }

  private void work(
      Device device, RepairOptions options, RepairRun run, RepairLedger ledger, Turn turn) {
    long began = System.nanoTime();
    RepairOutcome outcome = RepairOutcome.FAILED;
    try (turn) {
      outcome = new RepairJob(parts, device, options, run, ledger).run();
    } catch (IOException e) {
      LOG.warn("the lock of the repairs cannot be closed: {}", ErrorText.of(e));
    } finally {
      run.end(outcome, "internal error; see the agent's log");
      LOG.info("repair of {}: {} {}", device.name(), outcome.word(), run.reason());
      observer.ended(outcome.word(), Duration.ofNanos(System.nanoTime() - began));
    }
  }

  /** The repair of that id, if it is the last one. */
  synchronized Optional<RepairRun> find(String id) {
    return Optional.ofNullable(current).filter(run -> run.id().equals(id));
  }

  private synchronized boolean busy() {
    return closed || (current != null && current.outcome().isEmpty());
  }

  private void look() {
    if (busy()) {
      return;
    }
    Optional<RepairRecord> left =
        parts.records().all().stream().filter(RepairRecord::underWay).findFirst();
    try {
      if (left.isPresent()) {
        resume(left.get());
      } else if (rule.isPresent()) {
        follow(rule.get());
      }
    } catch (IOException e) {
      LOG.warn("the records of repairs cannot be used, retrying: {}", ErrorText.of(e));
    } catch (CommandFailedException e) {
      LOG.debug("no repair is begun: {}", e.getMessage());
    }
  }

  private void follow(RepairRule asked) throws IOException {
    RepairRun last = ruled;
    if (last != null) {
      ruled = null;
      last.outcome().ifPresent(how -> asked.ended(new DeviceName(last.device()), how, now()));
    }
    Optional<Device> next = asked.next(parts, now());
    if (next.isPresent()) {
      try {
        ruled = begin(next.get(), RepairOptions.byRule(asked.triesADay()));
      } catch (CommandFailedException e) {
        asked.pause(now()); // another repair of this node is under way
        throw e;
      }
    }
  }

  /** A process has ended in the middle of it: with its lock, this one has the repair, too. */
  private void resume(RepairRecord seen) throws IOException {
    Turn turn = parts.records().turn().orElse(null);
    if (turn == null) {
      return; // it is under way in another process
    }
    boolean begun = false;
    try {
      RepairRecord left = parts.records().of(seen.device()).orElse(null);
      begun = left != null && left.underWay() && resume(left, turn);
    } finally {
      if (!begun) {
        turn.close();
      }
    }
  }

  /** True when a repair goes on, and gives back the turn at its end. */
  private boolean resume(RepairRecord left, Turn turn) throws IOException {
    if (left.letGo() && parts.devices().releases().now().devices().containsKey(left.device())) {
      boolean unused = parts.devices().releases().takeBack(left.device());
      parts.devices().supervisor().rediscoverNow();
    }
    if (left.step().compareTo(RepairStep.RESET) < 0) {
      LOG.warn(
          "the repair of {} was interrupted at the step '{}', before any reset; it was undone",
          left.device(),
          left.step().word());
      new RepairLedger(parts, left, Optional.empty()).undo();
      return false;
    }
    Optional<Device> device = parts.devices().supervisor().inventory().find(left.device());
    if (device.isPresent()) {
      LOG.warn(
          "the repair of {} was interrupted at the step '{}'; it is continued",
          left.device(),
          left.step().word());
      interruptedSeen = null;
      RepairOptions options =
          new RepairOptions(Duration.ZERO, Math.max(left.most(), left.tries()), true, false);
      // One that was cut off does not count.
      var unused = begin(device.get(), options, left.tries(Math.max(0, left.tries() - 1)), turn);
      return true;
    }
    Instant seen = interruptedSeen == null ? now() : interruptedSeen;
    interruptedSeen = seen;
    if (now().isAfter(seen.plus(COME_BACK))) {
      interruptedSeen = null;
      parts
          .records()
          .put(
              left.failed(
                  "the agent ended during the repair, and the device has not come back since",
                  false));
      parts.devices().health().restate();
    }
    return false;
  }

  private Instant now() {
    return parts.clock().instant();
  }

  /** Ends what is under way; a successor continues it. */
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      closed = true;
      running = worker;
      if (timer != null) {
        timer.shutdownNow();
      }
    }
    if (running != null) {
      running.interrupt();
      try {
        boolean unused = running.join(LEAVE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
