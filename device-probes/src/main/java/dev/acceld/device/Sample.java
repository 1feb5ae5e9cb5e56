package dev.acceld.device;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * What was measured on one device at one moment. Immutable; one flat array, so that a sample costs
 * one allocation however much was measured. What the device does not support is not in it.
 */
public final class Sample {
  private static final Metric[] ALL = Metric.values();

  /** Where each metric's values begin, and the length of it all. */
  private static final int[] SLOTS = new int[ALL.length + 1];

  static {
    for (Metric metric : ALL) {
      SLOTS[metric.ordinal() + 1] = SLOTS[metric.ordinal()] + metric.parts().count();
    }
  }

  /** Nothing measured. */
  public static final Sample EMPTY = new Builder().build();

  private final double[] values;

  private Sample(double[] values) {
    this.values = values;
  }

  /** Told each value. */
  public interface Visitor {
    /** One value; the part is a number in {@link Metric#parts}, 0 for the whole. */
    void visit(Metric metric, int part, double value);
  }

  /** Those values of the device as a whole. */
  public static Sample of(Map<Metric, Double> values) {
    Builder builder = new Builder();
    values.forEach(builder::put);
    return builder.build();
  }

  /** The value of the whole device, in the metric's unit; NaN when there is none. */
  public double get(Metric metric) {
    return get(metric, 0);
  }

  /** The value of one part; NaN when there is none. */
  public double get(Metric metric, int part) {
    return values[slot(metric, part)];
  }

  /** Whether that metric has a value, of any part. */
  public boolean has(Metric metric) {
    return !Double.isNaN(sum(metric));
  }

  /** Whether nothing has a value. */
  public boolean isEmpty() {
    for (double value : values) {
      if (!Double.isNaN(value)) {
        return false;
      }
    }
    return true;
  }

  /** The metrics that have a value. */
  public Set<Metric> metrics() {
    Set<Metric> there = EnumSet.noneOf(Metric.class);
    visit((metric, part, value) -> there.add(metric));
    return there;
  }

  /** The sum over the parts; NaN when none has a value. */
  public double sum(Metric metric) {
    double sum = Double.NaN;
    for (int i = SLOTS[metric.ordinal()]; i < SLOTS[metric.ordinal() + 1]; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        sum = Double.isNaN(sum) ? value : sum + value;
      }
    }
    return sum;
  }

  /** Goes through all values, in the order of metrics and parts. */
  public void visit(Visitor visitor) {
    for (Metric metric : ALL) {
      int first = SLOTS[metric.ordinal()];
      for (int i = first; i < SLOTS[metric.ordinal() + 1]; i++) {
        if (!Double.isNaN(values[i])) {
          visitor.visit(metric, i - first, values[i]);
        }
      }
    }
  }

  private static int slot(Metric metric, int part) {
    if (part < 0 || part >= metric.parts().count()) {
      throw new IllegalArgumentException(metric + " has no part " + part);
    }
    return SLOTS[metric.ordinal()] + part;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sample sample && Arrays.equals(values, sample.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    visit((metric, part, value) -> {
      text.append(text.length() == 1 ? "" : ", ").append(metric.id(part));
      text.append('=').append(value);
    });
    return text.append('}').toString();
  }

  /** Collects values; can be used again and again. Not safe for threads. */
  public static final class Builder {
    private final double[] values = new double[SLOTS[ALL.length]];

    /** An empty one. */
    public Builder() {
      clear();
    }

    /** Forgets everything. */
    public Builder clear() {
      Arrays.fill(values, Double.NaN);
      return this;
    }

    /** The value of the whole device. */
    public Builder put(Metric metric, double value) {
      return put(metric, 0, value);
    }

    /** The value of one part. */
    public Builder put(Metric metric, int part, double value) {
      values[slot(metric, part)] = value;
      return this;
    }

    /** All that another sample has. */
    public Builder putAll(Sample sample) {
      for (int i = 0; i < values.length; i++) {
        if (!Double.isNaN(sample.values[i])) {
          values[i] = sample.values[i];
        }
      }
      return this;
    }

    /** The value of the whole device; NaN when there is none yet. */
    public double get(Metric metric) {
      return get(metric, 0);
    }

    /** The value of one part; NaN when there is none yet. */
    public double get(Metric metric, int part) {
      return values[slot(metric, part)];
    }

    /** What was put so far; later changes do not reach it. */
    public Sample build() {
      return new Sample(values.clone());
    }

    /** The same; an earlier sample itself if that has the same values. */
    public Sample build(Sample before) {
      return Arrays.equals(values, before.values) ? before : build();
    }
  }
}
