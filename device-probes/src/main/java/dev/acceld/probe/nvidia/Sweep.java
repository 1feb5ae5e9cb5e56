package dev.acceld.probe.nvidia;

import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.probe.nvidia.nvml.Nvml;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Reads one GPU after another, some twenty-five calls each, and some more now and then. After
 * {@link #read} the other methods tell what was noticed on the way. What is measured takes one
 * array for each GPU; all else is allocated once.
 */
final class Sweep {
  /** After so many sweeps of nothing but errors a GPU counts as lost. */
  static final int FRUITLESS = 10;

  /** How often the links, the fabric and the like are read. */
  static final Duration SLOW_EVERY = Duration.ofSeconds(5);

  private final Turn turn;
  private final GpmSweep gpm = new GpmSweep();
  private final ProcessSweep processes = new ProcessSweep();
  private final PartSweep parts;
  private final LongSupplier nanos;
  private final long slowEvery;
  private String lost = "";
  private boolean tellsActions;

  Sweep(Nvml nvml, LongSupplier nanos, Duration slowEvery) {
    this.turn = new Turn(nvml);
    this.parts = new PartSweep(turn, gpm, processes);
    this.nanos = nanos;
    this.slowEvery = slowEvery.toNanos();
  }

  /** Reads what this GPU has. */
  Sample read(GpuHandle gpu) {
    turn.begin();
    FieldSweep.read(turn, gpu);
    CallSweep.read(turn, gpu);
    long now = nanos.getAsLong();
    gpm.read(turn, gpu, now);
    processes.read(turn, gpu);
    slowly(gpu, now);
    tellsActions = !gpu.without(Field.RECOVERY_ACTION);
    if (turn.answered()) {
      turn.put(Metric.XID_HEARD, gpu.heard ? 1 : 0);
    }
    lost = turn.lost();
    gpu.fruitless = turn.answered() || isLost() ? 0 : gpu.fruitless + 1;
    if (gpu.fruitless >= FRUITLESS) {
      gpu.fruitless = FRUITLESS;
      lost = "no call has been answered in " + FRUITLESS + " samples";
    }
    return turn.values.build();
  }

  /** Reads a partition of a GPU that answers; says nothing about the GPU. */
  Sample read(GpuHandle gpu, MigDevice device, MigDevice.Instance instance) {
    return parts.read(gpu, device, instance, nanos.getAsLong());
  }

  private void slowly(GpuHandle gpu, long now) {
    if (gpu.slowRead && now - gpu.slowReadAt < slowEvery) {
      turn.values.putAll(gpu.slow);
      return;
    }
    Sample fast = turn.values.build();
    turn.values.clear();
    SlowSweep.read(turn, gpu, now);
    gpu.slow = turn.values.build();
    gpu.slowRead = turn.goesOn();
    gpu.slowReadAt = now;
    turn.values.putAll(fast);
  }

  /** True when the GPU answered something and did not say that it was lost. */
  boolean answered() {
    return turn.answered() && !isLost();
  }

  boolean isLost() {
    return !lost.isEmpty();
  }

  /** What made it lost. */
  String lostDetail() {
    return lost;
  }

  /** True when the library must be loaded anew. */
  boolean stale() {
    return turn.stale();
  }

  /** Whether the driver itself says what has to be done to the GPU. */
  boolean actionTold() {
    return !Double.isNaN(turn.values.get(Metric.RECOVERY_ACTION));
  }

  /**
   * What has to be done to the GPU (field 230), or -1 when nobody can tell: a field that fails once
   * does not say that all is well. A driver without that field still says {@code RESET_REQUIRED},
   * which is action 1.
   */
  int action() {
    double action = turn.values.get(Metric.RECOVERY_ACTION);
    if (!Double.isNaN(action)) {
      return (int) action;
    }
    if (turn.resetRequired()) {
      return 1;
    }
    return answered() && !tellsActions ? 0 : -1;
  }
}
