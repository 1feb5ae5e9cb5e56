package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.probe.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The errors that one GPU counts. Those of before the first look may be of any age, and of before a
 * reset that the driver made itself and that its counters outlive, so they are shown only; one more
 * uncorrectable error is a fault. It happened at any time since the look before, so it is dated in
 * the middle: a line of the kernel's log about it is then no further away than need be. Counters
 * that have gone back show that the driver was loaded anew; what others have more was counted since
 * then. A block that cannot be read changes nothing.
 */
final class RasWatch {
  private static final int DRAM = MetricDimension.LOCATION.names().indexOf("dram");

  /** No reset of the driver takes longer. */
  private static final long MOST_RESET_NANOS = Duration.ofSeconds(60).toNanos();

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private final CorrectedErrors corrected;
  private final Map<RasBlock, Seen> last = new EnumMap<>(RasBlock.class);
  private boolean complete;

  /** When blocks began to be unreadable; null while they are readable. */
  private @Nullable Unreadable unreadable;

  private record Seen(RasErrors errors, Instant at) {}

  private record Unreadable(Instant at, long nanos) {}

  RasWatch(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
    corrected = new CorrectedErrors(device, signals);
  }

  /**
   * One more look.
   *
   * @param now of the blocks that could be read
   * @param all whether that is every block that the GPU has
   * @return whether the counters began anew, which was told
   */
  boolean look(Map<RasBlock, RasErrors> now, boolean all, Instant at, long nanos) {
    complete = all && !now.isEmpty();
    boolean restarted = false;
    Map<RasBlock, Instant> more = new EnumMap<>(RasBlock.class);
    for (Map.Entry<RasBlock, RasErrors> each : now.entrySet()) {
      RasErrors errors = each.getValue();
      Seen before = last.put(each.getKey(), new Seen(errors, at));
      if (before == null) {
        continue;
      }
      if (errors.uncorrectable() > before.errors.uncorrectable()) {
        more.put(each.getKey(), between(before.at, at));
      }
      restarted |=
          errors.uncorrectable() < before.errors.uncorrectable()
              || errors.correctable() < before.errors.correctable();
    }
    if (restarted) {
      signals.accept(new Signal.Reset(device, at));
      corrected.restart(at);
    }
    more.forEach((block, when) -> signals.accept(new Signal.Fault(device, when, block.fault())));
    if (complete) {
      last.keySet().retainAll(now.keySet());
      unreadable = null;
      corrected.look(sum(false), at, nanos);
    } else if (unreadable == null) {
      unreadable = new Unreadable(at, nanos);
    }
    return restarted;
  }

  /** What is found after a reset happened before it, while blocks could still be read. */
  private Instant between(Instant before, Instant at) {
    Instant end = unreadable != null && unreadable.at.isAfter(before) ? unreadable.at : at;
    return before.plus(Duration.between(before, end).dividedBy(2));
  }

  /** Its driver has no such counters now. */
  void none(Instant at) {
    complete = false;
    unreadable = null;
    last.clear();
    corrected.restart(at);
  }

  /**
   * Whether blocks could not be read lately, as while the driver resets the GPU; they may yet tell
   * errors of before. What is unreadable for longer stays so.
   */
  boolean isWaiting(long nanos) {
    return unreadable != null && nanos - unreadable.nanos < MOST_RESET_NANOS;
  }

  private long sum(boolean uncorrectable) {
    long sum = 0;
    for (Seen each : last.values()) {
      long more = uncorrectable ? each.errors.uncorrectable() : each.errors.correctable();
      long next = sum + more;
      sum = next < 0 ? Long.MAX_VALUE : next;
    }
    return sum;
  }

  /** What the last look showed; no sum where a block could not be read. */
  void put(Sample.Builder sample) {
    if (!complete) {
      return;
    }
    sample.put(Metric.ECC_CORRECTED, sum(false));
    sample.put(Metric.ECC_UNCORRECTED, sum(true));
    Seen memory = last.get(RasBlock.UMC);
    if (memory != null) {
      sample.put(Metric.ECC_CORRECTED_AT, DRAM, memory.errors.correctable());
      sample.put(Metric.ECC_UNCORRECTED_AT, DRAM, memory.errors.uncorrectable());
    }
  }
}
