package dev.acceld.probe.amd.sampling;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.health.amd.RasBlock;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The errors that one GPU counts. Those of before the first look may be of any age, and of before a
 * reset that the driver made itself and that its counters outlive, so they are shown only; one more
 * uncorrectable error is a fault. Counters that have gone back show that the driver was loaded
 * anew. A block that cannot be read changes nothing.
 */
final class RasWatch {
  private static final int DRAM = MetricDimension.LOCATION.names().indexOf("dram");

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private final CorrectedErrors corrected;
  private final Map<RasBlock, RasErrors> last = new EnumMap<>(RasBlock.class);
  private boolean complete;

  /** When blocks began to be unreadable; null while they are readable. */
  private @Nullable Instant unreadable;

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
   */
  void look(Map<RasBlock, RasErrors> now, boolean all, Instant at, long nanos) {
    complete = all && !now.isEmpty();
    // What is found after a reset happened before it; the kernel's log may have told it then.
    Instant when = unreadable == null ? at : unreadable;
    boolean restarted = false;
    for (Map.Entry<RasBlock, RasErrors> each : now.entrySet()) {
      RasErrors before = last.put(each.getKey(), each.getValue());
      if (before == null) {
        continue;
      }
      if (each.getValue().uncorrectable() > before.uncorrectable()) {
        signals.accept(new Signal.Fault(device, when, each.getKey().fault()));
      }
      restarted |=
          each.getValue().uncorrectable() < before.uncorrectable()
              || each.getValue().correctable() < before.correctable();
    }
    if (restarted) {
      signals.accept(new Signal.Reset(device, at));
      corrected.restart(at);
    }
    if (complete) {
      unreadable = null;
      corrected.look(sum(false), at, nanos);
    } else if (unreadable == null) {
      unreadable = at;
    }
  }

  private long sum(boolean uncorrectable) {
    long sum = 0;
    for (RasErrors each : last.values()) {
      long next = sum + (uncorrectable ? each.uncorrectable() : each.correctable());
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
    RasErrors memory = last.get(RasBlock.UMC);
    if (memory != null) {
      sample.put(Metric.ECC_CORRECTED_AT, DRAM, memory.correctable());
      sample.put(Metric.ECC_UNCORRECTED_AT, DRAM, memory.uncorrectable());
    }
  }
}
