package dev.acceld.probe.nvidia.sampling;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.acceld.probe.nvidia.nvml.Layout;
import dev.acceld.probe.nvidia.nvml.Nvml;
import dev.acceld.probe.nvidia.nvml.NvmlReturn;
import dev.acceld.probe.nvidia.nvml.Symbol;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * GPM: averages over the time since the sample before, from the GPU's performance counters. Hopper
 * and newer, driver 520; needs no daemon and no capability. Each GPU keeps two samples that change
 * places.
 */
final class GpmSampler {
  /** Closer together, two samples tell nothing. */
  private static final long APART = TimeUnit.MILLISECONDS.toNanos(100);

  /** A GPU's two samples; freed by {@link #free}. */
  static final class Samples {
    private final Set<GpmMetric> unsupported = EnumSet.noneOf(GpmMetric.class);
    private Pointer older;
    private Pointer newer;
    private boolean taken;
    private long takenAt;

    private Samples(Pointer older, Pointer newer) {
      this.older = older;
      this.newer = newer;
    }

    void free(Nvml nvml) {
      nvml.gpmSampleFree(older);
      nvml.gpmSampleFree(newer);
    }
  }

  private final Memory request = new Memory(Layout.room(Layout.GpmMetricsGet.SIZE));
  private final GpmMetric[] asked = new GpmMetric[GpmMetric.ALL.length];

  void read(SampleContext turn, GpuHandle gpu, long nanos) {
    if (!turn.can(gpu, NvmlQuery.GPM)) {
      return;
    }
    Samples samples = gpu.gpm;
    if (samples == null) {
      samples = create(turn, gpu);
      if (samples == null) {
        return;
      }
      gpu.gpm = samples;
    }
    if (samples.taken && nanos - samples.takenAt < APART) {
      return;
    }
    if (!take(turn, gpu, samples.older)) {
      samples.taken = false;
      return;
    }
    Pointer fresh = samples.older;
    samples.older = samples.newer;
    samples.newer = fresh;
    samples.takenAt = nanos;
    if (samples.taken) {
      metrics(turn, samples);
    }
    samples.taken = true;
  }

  /** A partition's sample is taken of its GPU. */
  private static boolean take(SampleContext turn, GpuHandle gpu, Pointer sample) {
    GpuHandle whole = gpu.whole;
    NvmlQuery reading = whole == null ? NvmlQuery.GPM_SAMPLE : NvmlQuery.GPM_PART_SAMPLE;
    return turn.can(gpu, reading)
        && turn.good(
            gpu,
            reading,
            whole == null
                ? turn.nvml.get(reading.symbol, gpu.pointer, sample)
                : turn.nvml.get(reading.symbol, whole.pointer, gpu.instance, sample));
  }

  private static boolean supported(SampleContext turn, GpuHandle gpu) {
    if (gpu.whole != null) {
      return gpu.whole.gpm != null;
    }
    turn.out.setInt(0, Layout.GpmSupport.VERSION);
    turn.out.setInt(Layout.GpmSupport.SUPPORTED, 0);
    boolean told = turn.ask(gpu, NvmlQuery.GPM);
    if (told && turn.out.getInt(Layout.GpmSupport.SUPPORTED) == 0) {
      gpu.unsupported.add(NvmlQuery.GPM);
    }
    return told && !gpu.unsupported.contains(NvmlQuery.GPM);
  }

  private @Nullable Samples create(SampleContext turn, GpuHandle gpu) {
    if (!supported(turn, gpu)) {
      return null;
    }
    Pointer first = sample(turn);
    Pointer second = first == null ? null : sample(turn);
    if (first != null && second == null) {
      turn.nvml.gpmSampleFree(first);
    }
    return first == null || second == null ? null : new Samples(first, second);
  }

  /** Null when there is none; it is tried again at the next sample. */
  private static @Nullable Pointer sample(SampleContext turn) {
    return turn.nvml.gpmSampleAlloc(turn.out).ok() ? turn.out.getPointer(0) : null;
  }

  private void metrics(SampleContext turn, Samples samples) {
    int count = 0;
    for (GpmMetric metric : GpmMetric.ALL) {
      if (!samples.unsupported.contains(metric)) {
        long at = at(count);
        request.setMemory(at, Layout.GpmMetric.SIZE, (byte) 0);
        request.setInt(at + Layout.GpmMetric.ID, metric.id);
        request.setInt(at + Layout.GpmMetric.RETURN, NvmlReturn.UNKNOWN.code());
        asked[count++] = metric;
      }
    }
    if (count == 0) {
      return;
    }
    request.setInt(0, Layout.GpmMetricsGet.VERSION);
    request.setInt(Layout.GpmMetricsGet.COUNT, count);
    request.setPointer(Layout.GpmMetricsGet.SAMPLE_1, samples.older);
    request.setPointer(Layout.GpmMetricsGet.SAMPLE_2, samples.newer);
    NvmlReturn answer = turn.nvml.gpmMetricsGet(request);
    if (!answer.ok()) {
      // It is arithmetic on the samples: its success says nothing about the GPU.
      turn.note(answer, Symbol.GPM_METRICS_GET.function());
    }
    for (int i = 0; i < count && answer.ok(); i++) {
      NvmlReturn status = NvmlReturn.of(request.getInt(at(i) + Layout.GpmMetric.RETURN));
      if (status.never() || status == NvmlReturn.INVALID_ARGUMENT) {
        samples.unsupported.add(asked[i]);
      } else if (status.ok()) {
        double value = request.getDouble(at(i) + Layout.GpmMetric.VALUE);
        turn.put(asked[i].metric, value * asked[i].factor);
      }
    }
  }

  private static long at(int i) {
    return Layout.GpmMetricsGet.METRICS + (long) i * Layout.GpmMetric.SIZE;
  }
}
