package dev.acceld.kernel;

import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import dev.acceld.health.HealthAssessor;
import dev.acceld.host.HostFs;
import dev.acceld.host.kernel.KernelClock;
import dev.acceld.host.kernel.KernelLogPosition;
import dev.acceld.host.kernel.KernelLogReader;
import dev.acceld.host.kernel.KernelLogReader.Taken;
import dev.acceld.host.kernel.KernelRecord;
import dev.acceld.host.kernel.PciLines;
import dev.acceld.kernel.PendingFaults.Pending;
import dev.acceld.steady.Steady;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.KernelLineRules;
import dev.acceld.vendor.KernelMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the kernel's log: counts its lines, keeps those about devices, and hands faults to the
 * health assessment. It begins where the last agent of this boot stopped, or with the oldest record
 * that the kernel has. Two daemon threads; the questions answer from memory, any thread.
 */
public final class KernelWatch implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(250);

  /** So long without a record, and the log has been read to its end. */
  private static final int POLLS_TO_END = 4;

  private static final Duration LATE = Duration.ofSeconds(10);
  private static final Duration DEVICES_WITHIN = Duration.ofSeconds(30);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
  private static final long HOUSEKEEPING_NANOS = Duration.ofSeconds(1).toNanos();

  private final KernelLogReader reader;
  private final Devices devices;
  private final LogProgress progress;
  private final KernelClock clock;
  private final LongSupplier nanos;
  private final List<Rules> rules;
  private final LineCounts counts = new LineCounts();
  private final LineLimit limit = new LineLimit();
  private final DeviceLines lines;
  private final PendingFaults faults;
  private volatile boolean closed;
  private @Nullable Thread thread; // guarded by this

  // Of the watch's own thread.
  private int opening = -1;
  private int emptyPolls;
  private boolean current;
  private Instant empty = Instant.EPOCH;
  private long kept;
  private int reboots;

  /** A vendor's rules, how its faults are called, and which probe finds its devices. */
  private record Rules(KernelLineRules rules, String reason, String probe) {}

  private static final Rules PCI = new Rules(new PciLines(), "", "");

  /**
   * What the watch knows of the devices.
   *
   * @param inventory the devices
   * @param settled whether the probes have looked for devices
   * @param judge where faults go
   */
  record Devices(
      Supplier<Inventory> inventory, BooleanSupplier settled, PendingFaults.Judge judge) {}

  KernelWatch(
      KernelLogReader reader,
      Devices devices,
      LogProgress progress,
      KernelClock clock,
      LongSupplier nanos,
      List<KernelLineRules> vendors) {
    this.reader = reader;
    this.devices = devices;
    this.progress = progress;
    this.clock = clock;
    this.nanos = nanos;
    List<Rules> all = new ArrayList<>();
    vendors.forEach(v -> all.add(new Rules(v, v.reason(), v.probe())));
    all.add(PCI);
    this.rules = List.copyOf(all);
    this.lines = new DeviceLines(devices.inventory());
    this.faults = new PendingFaults(devices.judge());
  }

  /**
   * On the machine's clocks; reads nothing yet.
   *
   * @param log the kernel's log: {@code /dev/kmsg}, or a regular file of its form
   * @param dir where it is kept how far the log was read; its parent must be there
   * @param settled whether the probes have looked for devices
   * @param boot the id of this boot
   */
  public static KernelWatch of(
      Path log,
      Path dir,
      HostFs host,
      Supplier<Optional<String>> boot,
      Supplier<Inventory> inventory,
      BooleanSupplier settled,
      HealthAssessor health) {
    return new KernelWatch(
        new KernelLogReader(log),
        new Devices(inventory, settled, health::logged),
        new LogProgress(new KernelLogPosition(dir), boot),
        new KernelClock(host),
        System::nanoTime,
        KernelLineRules.all());
  }

  /** Begins to read. */
  public synchronized void start() {
    if (thread == null && !closed) {
      reader.start();
      thread =
          Thread.ofPlatform()
              .daemon()
              .name("kernel-log")
              .start(() -> {
                Steady.attempt("the wait for devices", this::awaitDevices);
                Steady.loop("the watch over the kernel log", () -> !closed, this::round);
              });
    }
  }

  /** The lines by device. */
  public KernelLines lines() {
    return lines;
  }

  /** How many records had that outcome since this process started. */
  public long count(LineOutcome outcome) {
    return counts.of(outcome);
  }

  /** Whether the log is read at the moment. */
  public boolean reads() {
    return reader.isOpen() && reader.trouble().isEmpty();
  }

  /** What is wrong, with the remedy; empty when all is well. */
  public Optional<String> problem() {
    String trouble = reader.trouble();
    return Optional.of(trouble.isEmpty() ? progress.trouble() : trouble)
        .filter(text -> !text.isEmpty());
  }

  /** A line about a device means something only once the devices are known. */
  private void awaitDevices() {
    long end = nanos.getAsLong() + DEVICES_WITHIN.toNanos();
    while (!closed && !devices.settled().getAsBoolean() && nanos.getAsLong() - end < 0) {
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        return; // closed is asked next
      }
    }
  }

  /** One record, or a moment without one. */
  void round() throws InterruptedException {
    Instant before = clock.now();
    Taken taken = reader.take(POLL);
    if (taken == null) {
      empty = before;
      emptyPolls = reader.isOpen() && reader.opening() == opening ? emptyPolls + 1 : 0;
      if (reader.isOpen() && opening < 0) {
        opening = reader.opening(); // an empty log
      }
      if (emptyPolls >= POLLS_TO_END) {
        current = true;
      }
    } else {
      emptyPolls = 0;
      if (taken.opening() != opening) {
        opening = taken.opening();
        current = false;
      }
      taken.record().ifPresentOrElse(this::take, () -> counts.add(LineOutcome.MALFORMED, 1));
    }
    long now = nanos.getAsLong();
    if (taken == null || now - kept > HOUSEKEEPING_NANOS) {
      kept = now;
      keepHouse(now);
    }
  }

  private void keepHouse(long now) {
    progress.lookForReboot();
    forgetOtherBoot();
    if (current) {
      faults.settle(devices.inventory().get(), now);
    }
    progress.save(faults.first());
  }

  private void forgetOtherBoot() {
    if (progress.reboots() != reboots) {
      reboots = progress.reboots();
      limit.clear();
      lines.clear();
      faults.clear();
    }
  }

  private void take(KernelRecord record) {
    LogProgress.Step step = progress.step(record.sequence());
    forgetOtherBoot();
    if (step.seen()) {
      return;
    }
    counts.lost(step.lost());
    if (!record.ofKernel()) {
      counts.add(LineOutcome.USER_SPACE, 1);
      return;
    }
    for (Rules each : rules) {
      Optional<KernelMessage> message = each.rules().read(record.text());
      if (message.isPresent()) {
        take(record, message.get(), each);
        return;
      }
    }
    if (record.device().isPresent()) {
      take(record, KernelMessage.about(PciLines.DRIVER, record.device().get(), Map.of()), PCI);
      return;
    }
    counts.add(LineOutcome.UNRELATED, 1);
  }

  private void take(KernelRecord record, KernelMessage message, Rules of) {
    if (message.ending() == KernelMessage.Ending.VENDOR) {
      faults.overOf(of.reason());
    }
    PciAddress place = message.about().or(record::device).orElse(null);
    if (place == null) {
      counts.add(LineOutcome.OTHER_DEVICE, 1);
      return;
    }
    if (message.ending() == KernelMessage.Ending.DEVICE) {
      faults.overAt(place, of.reason());
    }
    String kind =
        place.slot() + " " + message.rule() + message.fault().map(f -> " " + f.value()).orElse("");
    if (!limit.passes(kind, record.micros())) {
      counts.add(LineOutcome.RATE_LIMITED, 1);
      return;
    }
    boolean ours = DeviceLines.at(place, devices.inventory().get()).isPresent();
    counts.add(ours ? LineOutcome.DEVICE : LineOutcome.OTHER_DEVICE, 1);
    Instant at = current ? clock.atNew(record.micros(), empty) : clock.at(record.micros());
    lines.add(place, new KernelLine(at, message.rule(), record.text(), message.facts()));
    message.fault().ifPresent(code -> fault(record, place, code, at, of.probe()));
  }

  private void fault(
      KernelRecord record, PciAddress place, FaultCode code, Instant at, String probe) {
    boolean old = !current && at.isBefore(clock.now().minus(LATE));
    faults.add(
        new Pending(
            place,
            code,
            at,
            old,
            !old || progress.continued(),
            probe,
            record.sequence(),
            nanos.getAsLong()));
    if (current) {
      faults.settle(devices.inventory().get(), nanos.getAsLong());
    }
  }

  /** Stops reading, and saves how far it came; waits 2 s at most. */
  @Override
  public void close() {
    closed = true;
    reader.close();
    Thread running;
    synchronized (this) {
      running = thread;
    }
    if (running != null) {
      running.interrupt();
      try {
        if (running.join(CLOSE_WITHIN)) {
          progress.save(faults.first());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
