package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import dev.acceld.device.process.DeviceProcess;
import dev.acceld.probe.nvidia.nvml.Nvml;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Reads one GPU after another, some twenty-five calls each, and some more now and then. After
 * {@link #read} the other methods tell what was noticed on the way. What is measured takes one
 * array for each GPU; all else is allocated once.
 */
public final class Sampler {
  /** After so many samples of nothing but errors a GPU counts as lost. */
  public static final int FRUITLESS = 10;

  /** How often the links, the fabric and the like are read. */
  public static final Duration SLOW_EVERY = Duration.ofSeconds(5);

  private final SampleContext turn;
  private final GpmSampler gpm = new GpmSampler();
  private final ProcessSampler processes;
  private final MigSampler parts;
  private final LongSupplier nanos;
  private final long slowEvery;
  private String lost = "";
  private boolean tellsActions;

  /**
   * Asks nothing yet. Allocates the buffers that all reads share, so that only one thread may read
   * at a time.
   *
   * @param nvml an initialised library, from which the handles to be read must come
   * @param nanos a clock in nanoseconds that never goes back
   * @param slowEvery how often the links, the fabric and the like are read; in between, their last
   *     values are given
   */
  public Sampler(Nvml nvml, LongSupplier nanos, Duration slowEvery) {
    this.turn = new SampleContext(nvml);
    this.nanos = nanos;
    this.slowEvery = slowEvery.toNanos();
    this.processes = new ProcessSampler(this.slowEvery);
    this.parts = new MigSampler(turn, gpm, processes);
  }

  /** Reads what this GPU has. */
  public Sample read(GpuHandle gpu) {
    turn.begin();
    FieldSampler.read(turn, gpu);
    CallSampler.read(turn, gpu);
    long now = nanos.getAsLong();
    gpm.read(turn, gpu, now);
    processes.read(turn, gpu, now);
    slowly(gpu, now);
    tellsActions = !gpu.without(GpuField.RECOVERY_ACTION);
    if (turn.answered()) {
      turn.put(Metric.XID_HEARD, gpu.heard ? 1 : 0);
    }
    lost = turn.lost();
    gpu.fruitless = turn.answered() || isLost() ? 0 : gpu.fruitless + 1;
    if (gpu.fruitless >= FRUITLESS) {
      gpu.fruitless = FRUITLESS;
      lost = "no call has returned within " + FRUITLESS + " samples";
    }
    return turn.values.build();
  }

  /** Reads a partition of a GPU that answers; says nothing about the GPU. */
  public Sample read(GpuHandle gpu, MigDevice device, MigDevice.Instance instance) {
    return parts.read(gpu, device, instance, nanos.getAsLong());
  }

  /** Who uses what was read last; empty when that could not be learned. */
  public Optional<List<DeviceProcess>> processes() {
    return processes.found();
  }

  private void slowly(GpuHandle gpu, long now) {
    if (gpu.slowRead && now - gpu.slowReadAt < slowEvery) {
      turn.values.putAll(gpu.slow);
      return;
    }
    Sample fast = turn.values.build();
    turn.values.clear();
    SlowSampler.read(turn, gpu, now);
    gpu.slow = turn.values.build();
    gpu.slowRead = turn.goesOn();
    gpu.slowReadAt = now;
    turn.values.putAll(fast);
  }

  /** True when the GPU answered something and did not say that it was lost. */
  public boolean answered() {
    return turn.answered() && !isLost();
  }

  /**
   * True when the GPU read last is lost: it said so, or it answered nothing in {@link #FRUITLESS}
   * samples in a row.
   */
  public boolean isLost() {
    return !lost.isEmpty();
  }

  /** What made it lost. */
  public String lostDetail() {
    return lost;
  }

  /** True when the library must be loaded anew. */
  public boolean stale() {
    return turn.stale();
  }

  /** Whether the driver itself says what has to be done to the GPU. */
  public boolean actionTold() {
    return !Double.isNaN(turn.values.get(Metric.RECOVERY_ACTION));
  }

  /**
   * What has to be done to the GPU (field 230), or -1 when nobody can tell: a field that fails once
   * does not say that all is well. A driver without that field still says {@code RESET_REQUIRED},
   * which is action 1.
   */
  public int action() {
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
