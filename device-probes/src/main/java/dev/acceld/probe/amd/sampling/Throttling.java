package dev.acceld.probe.amd.sampling;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import org.jspecify.annotations.Nullable;

/**
 * What holds the clocks of a GPU down: at the moment where the firmware tells that, else in some of
 * the time since the sample before. Not safe for threads.
 */
final class Throttling {
  // Bits of amdgpu_smu.h, SMU_THROTTLER_*: limits of power, of current, of temperature.
  private static final long POWER = 0x0000_0000_ffff_ffffL;
  private static final long THERMAL = 0x0000_ffff_0000_0000L;

  private static final int POWER_CAP = part("software-power-cap");
  private static final int TOO_HOT = part("hardware-thermal");
  private static final int ASKED = part("hardware-slowdown");

  private GpuMetrics.@Nullable Residencies last;

  private static int part(String name) {
    return MetricDimension.REASON.names().indexOf(name);
  }

  /** One more reading. */
  void put(GpuMetrics metrics, Sample.Builder sample) {
    Long bits = metrics.throttling();
    if (bits != null) {
      put(sample, POWER_CAP, (bits & POWER) != 0);
      put(sample, TOO_HOT, (bits & THERMAL) != 0);
    }
    GpuMetrics.Residencies now = metrics.residencies();
    GpuMetrics.Residencies before = last;
    last = now;
    // Fewer cycles than before: the firmware has started anew, or the counter was full.
    if (now != null
        && before != null
        && Integer.compareUnsigned(now.cycles(), before.cycles()) > 0) {
      put(sample, POWER_CAP, now.power() != before.power());
      put(
          sample,
          TOO_HOT,
          now.socket() != before.socket()
              || now.regulators() != before.regulators()
              || now.memory() != before.memory());
      put(sample, ASKED, now.prochot() != before.prochot());
    }
  }

  private static void put(Sample.Builder sample, int part, boolean is) {
    sample.put(Metric.CLOCK_REASON, part, is ? 1 : 0);
  }
}
