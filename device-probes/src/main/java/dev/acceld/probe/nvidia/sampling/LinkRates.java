package dev.acceld.probe.nvidia.sampling;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import java.util.Arrays;

/**
 * Bytes a second over all NVLinks of a GPU that has no GPM to tell them, from what its links count.
 * Only a link that counted at both ends of the time takes part: one that goes down, comes up or
 * begins to count anew takes nothing from the others. Belongs to one GPU and one thread.
 */
final class LinkRates {
  private static final double NANOS = 1e9;

  private final double[] sent = unknown();
  private final double[] received = unknown();
  private long at;

  private static double[] unknown() {
    double[] none = new double[MetricDimension.LINK.count()];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  /** Takes the counters among these values; puts the rates since the time before. */
  void read(Sample.Builder values, long nanos) {
    double seconds = (nanos - at) / NANOS;
    at = nanos;
    put(values, Metric.NVLINK_SENT, sent, Metric.NVLINK_SENT_RATE, seconds);
    put(values, Metric.NVLINK_RECEIVED, received, Metric.NVLINK_RECEIVED_RATE, seconds);
  }

  private static void put(
      Sample.Builder values, Metric counter, double[] before, Metric rate, double seconds) {
    double sum = Double.NaN;
    for (int link = 0; link < before.length; link++) {
      double now = values.get(counter, link);
      double more = now - before[link];
      before[link] = now;
      if (more >= 0) { // not of NaN
        sum = Double.isNaN(sum) ? more : sum + more;
      }
    }
    double perSecond = sum / seconds;
    if (seconds > 0 && ReadingValidator.check(rate, perSecond)) {
      values.put(rate, perSecond);
    }
  }
}
