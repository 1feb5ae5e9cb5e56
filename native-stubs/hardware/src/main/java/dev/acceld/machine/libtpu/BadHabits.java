package dev.acceld.machine.libtpu;

import dev.acceld.libtpu.proto.metrics.AttrValue;
import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.Gauge;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.TPUMetric;
import java.util.ArrayList;
import java.util.List;

/** What a bad habit makes of good values. */
final class BadHabits {
  private static final int FLOOD = 100_000;

  private BadHabits() {}

  /** Chips whose values cannot be: each is wrong in a way of its own. */
  static List<TpuChipValues> garbage(List<TpuChipValues> chips) {
    List<TpuChipValues> bad = new ArrayList<>();
    for (int i = 0; i < chips.size(); i++) {
      TpuChipValues chip = chips.get(i);
      bad.add(
          switch (i % 4) {
            case 0 -> chip.withLoad(Double.NaN, Double.POSITIVE_INFINITY).withHbm(-1, -1);
            case 1 -> chip.withHbm(2 * chip.hbmTotalBytes(), chip.hbmTotalBytes());
            case 2 -> chip.withLoad(140, -3);
            default -> chip.withWaiting(-1, -1).withHbm(Long.MAX_VALUE, Long.MAX_VALUE);
          });
    }
    return bad;
  }

  /** The same chips, and as many of somebody else. */
  static List<TpuChipValues> foreign(List<TpuChipValues> chips) {
    List<TpuChipValues> all = new ArrayList<>(chips);
    int next =
        chips.stream().flatMap(c -> c.devices().stream()).max(Integer::compare).orElse(0) + 1;
    for (TpuChipValues chip : chips) {
      List<Integer> ids = new ArrayList<>();
      for (int i = 0; i < chip.devices().size(); i++) {
        ids.add(next++);
      }
      all.add(TpuChipValues.idle(ids.toArray(Integer[]::new)));
    }
    return all;
  }

  /** A metric with far too many devices. */
  static TPUMetric flood(String name) {
    TPUMetric.Builder metric = TPUMetric.newBuilder().setName(name);
    for (int i = 0; i < FLOOD; i++) {
      metric.addMetrics(
          Metric.newBuilder()
              .setAttribute(Attribute.newBuilder().setValue(AttrValue.newBuilder().setIntAttr(i)))
              .setGauge(Gauge.newBuilder().setAsInt(1)));
    }
    return metric.build();
  }
}
