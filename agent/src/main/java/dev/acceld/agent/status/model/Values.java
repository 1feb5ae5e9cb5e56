package dev.acceld.agent.status.model;

import dev.acceld.device.Metric;
import dev.acceld.device.MetricDimension;
import dev.acceld.device.Sample;
import dev.acceld.telemetry.ReadingFamilies;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measured values as JSON has them. */
final class Values {
  private static final String PREFIX = "acceld_device_";

  private Values() {}

  /** Null for what was not measured. */
  static @Nullable Double known(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** Null for what was not measured. */
  static @Nullable Long whole(double value) {
    return Double.isFinite(value) ? Math.round(value) : null;
  }

  /** The name of the metric with its unit: {@code power_watts}. */
  static String name(Metric metric) {
    return ReadingFamilies.name(metric).substring(PREFIX.length());
  }

  /** All that was measured, by name; what has parts is a map by their names. */
  static Map<String, Object> of(Sample sample) {
    Map<String, Object> all = new TreeMap<>();
    for (Metric metric : sample.metrics()) {
      if (metric.parts() == MetricDimension.WHOLE) {
        all.put(name(metric), number(sample.get(metric)));
        continue;
      }
      Map<String, Number> parts = new TreeMap<>();
      for (int part = 0; part < metric.parts().count(); part++) {
        double value = sample.get(metric, part);
        if (Double.isFinite(value)) {
          parts.put(metric.parts().names().get(part), number(value));
        }
      }
      all.put(name(metric), parts);
    }
    return all;
  }

  /** Whole numbers without a fraction. */
  private static Number number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) <= 1L << 53;
    if (whole) {
      return (long) value;
    }
    return value;
  }
}
