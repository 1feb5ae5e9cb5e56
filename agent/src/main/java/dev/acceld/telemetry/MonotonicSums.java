package dev.acceld.telemetry;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Sums of a counter over the parts of a device, such as its NVLinks. Parts come and go, and a sum
 * over those that are there would go back when one leaves, which {@code rate()} takes for a
 * restart. So what a part counted stays in the sum, and a part that counts anew adds to it. Any
 * thread.
 */
final class MonotonicSums {
  private final Metric metric;
  private final Map<DeviceName, Sum> sums = new HashMap<>();

  MonotonicSums(Metric metric) {
    this.metric = metric;
  }

  /** A family of such sums under one of dcgm-exporter's names. */
  static MetricFamily family(String name, String help, Metric metric) {
    MonotonicSums sums = new MonotonicSums(metric);
    return MetricFamily.of(
        name,
        help,
        MetricFamily.Shape.UNTYPED,
        (view, family) -> {
          Set<DeviceName> there = new HashSet<>();
          for (NodeView.Row row : view.rows()) {
            DeviceName device = row.device().name();
            there.add(device);
            Labels labels = row.labels().dcgm();
            double sum = sums.add(device, view.order(), row.readings());
            if (labels != null && !Double.isNaN(sum)) {
              family.add(labels, sum);
            }
          }
          sums.keep(there);
        });
  }

  /**
   * The sum with that sample's counts; NaN while no part was ever read, or the device is not.
   *
   * @param order of the view that the sample is from: of two scrapes at once the older may come
   *     last, and its counts, which are lower, are no new beginning
   */
  synchronized double add(DeviceName device, long order, Sample sample) {
    return sums.computeIfAbsent(device, d -> new Sum(metric.parts().count()))
        .add(metric, order, sample);
  }

  /** Forgets all devices but those. */
  synchronized void keep(Set<DeviceName> devices) {
    sums.keySet().retainAll(devices);
  }

  private static final class Sum {
    private final double[] last;
    private double total = Double.NaN;
    private long newest;

    Sum(int parts) {
      last = new double[parts];
      Arrays.fill(last, Double.NaN);
    }

    double add(Metric metric, long order, Sample sample) {
      if (order < newest) {
        return sample.isEmpty() ? Double.NaN : total;
      }
      newest = order;
      for (int part = 0; part < last.length; part++) {
        double now = sample.get(metric, part);
        if (!Double.isNaN(now)) {
          double more = now >= last[part] ? now - last[part] : now; // the first time, and anew
          total = Double.isNaN(total) ? more : total + more;
          last[part] = now;
        }
      }
      return sample.isEmpty() ? Double.NaN : total;
    }
  }
}
