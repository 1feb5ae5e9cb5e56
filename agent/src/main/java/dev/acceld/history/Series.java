package dev.acceld.history;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import java.util.Locale;

/**
 * What is kept of each device's samples: how busy, how hot and how fast it is, and the counters of
 * errors. A metric with parts is kept as one number.
 */
public enum Series {
  /** {@link Metric#UTILIZATION}. */
  UTILIZATION(Metric.UTILIZATION, Fold.WHOLE),
  /** {@link Metric#GRAPHICS_ACTIVE}, the utilization of a partition. */
  GRAPHICS_ACTIVE(Metric.GRAPHICS_ACTIVE, Fold.WHOLE),
  /** {@link Metric#TENSOR_ACTIVE}. */
  TENSOR_ACTIVE(Metric.TENSOR_ACTIVE, Fold.WHOLE),
  /** {@link Metric#MEMORY_UTILIZATION}. */
  MEMORY_UTILIZATION(Metric.MEMORY_UTILIZATION, Fold.WHOLE),
  /** {@link Metric#MEMORY_USED}. */
  MEMORY_USED(Metric.MEMORY_USED, Fold.WHOLE),
  /** {@link Metric#POWER}. */
  POWER(Metric.POWER, Fold.WHOLE),
  /** {@link Metric#TEMPERATURE}. */
  TEMPERATURE(Metric.TEMPERATURE, Fold.WHOLE),
  /** {@link Metric#MEMORY_TEMPERATURE}. */
  MEMORY_TEMPERATURE(Metric.MEMORY_TEMPERATURE, Fold.WHOLE),
  /** {@link Metric#SM_CLOCK}. */
  SM_CLOCK(Metric.SM_CLOCK, Fold.WHOLE),
  /** {@link Metric#MEMORY_CLOCK}. */
  MEMORY_CLOCK(Metric.MEMORY_CLOCK, Fold.WHOLE),
  /** {@link Metric#CLOCK_REASON}, a bit for each part. */
  CLOCK_REASON(Metric.CLOCK_REASON, Fold.BITS),
  /** {@link Metric#THROTTLED}, of all causes. */
  THROTTLED(Metric.THROTTLED, Fold.SUM),
  /** {@link Metric#ECC_CORRECTED}. */
  ECC_CORRECTED(Metric.ECC_CORRECTED, Fold.WHOLE),
  /** {@link Metric#ECC_UNCORRECTED}. */
  ECC_UNCORRECTED(Metric.ECC_UNCORRECTED, Fold.WHOLE),
  /** {@link Metric#REMAPPED_ROWS_CORRECTABLE}. */
  REMAPPED_ROWS_CORRECTABLE(Metric.REMAPPED_ROWS_CORRECTABLE, Fold.WHOLE),
  /** {@link Metric#REMAPPED_ROWS_UNCORRECTABLE}. */
  REMAPPED_ROWS_UNCORRECTABLE(Metric.REMAPPED_ROWS_UNCORRECTABLE, Fold.WHOLE),
  /** {@link Metric#PCIE_REPLAYS}. */
  PCIE_REPLAYS(Metric.PCIE_REPLAYS, Fold.WHOLE),
  /** {@link Metric#PCIE_ERRORS}, of all kinds. */
  PCIE_ERRORS(Metric.PCIE_ERRORS, Fold.SUM),
  /** {@link Metric#PCIE_WIDTH}. */
  PCIE_WIDTH(Metric.PCIE_WIDTH, Fold.WHOLE),
  /** {@link Metric#NVLINK_UP}: how many links are active. */
  NVLINK_UP(Metric.NVLINK_UP, Fold.SUM),
  /** {@link Metric#NVLINK_CRC_ERRORS}, of all links. */
  NVLINK_CRC_ERRORS(Metric.NVLINK_CRC_ERRORS, Fold.SUM),
  /** {@link Metric#NVLINK_PACKET_ERRORS}, of all links. */
  NVLINK_PACKET_ERRORS(Metric.NVLINK_PACKET_ERRORS, Fold.SUM),
  /** {@link Metric#NVLINK_RECOVERIES}, of all links. */
  NVLINK_RECOVERIES(Metric.NVLINK_RECOVERIES, Fold.SUM);

  /** How the parts of a metric become one number. */
  private enum Fold {
    WHOLE,
    SUM,
    BITS
  }

  static final int COUNT = values().length;

  private final Metric metric;
  private final Fold fold;

  Series(Metric metric, Fold fold) {
    this.metric = metric;
    this.fold = fold;
  }

  /** The metric, which tells the unit. */
  public Metric metric() {
    return metric;
  }

  /** As JSON names it: {@code memory_used}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it only grows, until the device or its driver starts anew. */
  public boolean isCounter() {
    return metric.type() == Metric.Type.COUNTER;
  }

  /** The value in that sample; NaN when there is none. */
  double of(Sample sample) {
    return switch (fold) {
      case WHOLE -> sample.get(metric);
      case SUM -> sample.sum(metric);
      case BITS -> bits(sample);
    };
  }

  private double bits(Sample sample) {
    double bits = Double.NaN;
    for (int part = 0; part < metric.parts().count(); part++) {
      double value = sample.get(metric, part);
      if (!Double.isNaN(value)) {
        bits = (Double.isNaN(bits) ? 0 : bits) + (value > 0 ? 1L << part : 0);
      }
    }
    return bits;
  }
}
