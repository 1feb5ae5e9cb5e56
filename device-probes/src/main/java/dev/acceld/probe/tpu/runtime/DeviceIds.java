package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.answer.Entry;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entries of one answer by the JAX device that they are about. An answer whose devices cannot
 * be right is worth nothing as a whole: nobody knows which chip a value belongs to.
 */
final class DeviceIds {
  /** Ids count in the slice; the largest slices have 18,432 devices. */
  static final long HIGHEST = 1_000_000;

  private DeviceIds() {}

  /** The number of a metric for each device, NaN where it is none; empty when the ids are wrong. */
  static SortedMap<Long, Double> numbers(EndpointAnswer answer, RuntimeMetric metric) {
    SortedMap<Long, Double> byDevice = new TreeMap<>();
    for (Entry entry : answer.entries(metric)) {
      OptionalLong id = id(entry.device());
      if (id.isEmpty()) {
        answer.problem(metric, "it is about no possible device");
        return new TreeMap<>();
      }
      Double before = byDevice.put(id.getAsLong(), number(answer, metric, entry));
      if (before != null && metric != RuntimeMetric.QUEUE) {
        answer.problem(metric, "it lists a device twice");
        return new TreeMap<>();
      }
      if (before != null) { // another type of core of the same device
        byDevice.merge(id.getAsLong(), before, Double::sum);
      }
    }
    return byDevice;
  }

  private static double number(EndpointAnswer answer, RuntimeMetric metric, Entry entry) {
    double value = entry.number().orElse(Double.NaN);
    var objection = GaugeRules.objection(metric, value);
    objection.ifPresent(why -> answer.problem(metric, why));
    return objection.isEmpty() ? value : Double.NaN;
  }

  /** The distributions of a metric for each device; empty when the ids are wrong. */
  static SortedMap<Long, CoreTypes> distributions(EndpointAnswer answer, RuntimeMetric metric) {
    SortedMap<Long, CoreTypes> byDevice = new TreeMap<>();
    for (Entry entry : answer.entries(metric)) {
      OptionalLong id = id(entry.device());
      if (id.isEmpty()) {
        answer.problem(metric, "it is about no possible device");
        return new TreeMap<>();
      }
      byDevice
          .computeIfAbsent(id.getAsLong(), device -> new CoreTypes())
          .add(entry, why -> answer.problem(metric, why));
    }
    return byDevice;
  }

  private static OptionalLong id(OptionalLong told) {
    return told.isPresent() && told.getAsLong() >= 0 && told.getAsLong() <= HIGHEST
        ? told
        : OptionalLong.empty();
  }
}
