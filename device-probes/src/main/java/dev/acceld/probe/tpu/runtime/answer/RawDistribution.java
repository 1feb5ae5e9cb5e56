package dev.acceld.probe.tpu.runtime.answer;

import dev.acceld.probe.tpu.runtime.answer.Distribution.Percentile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A distribution with its buckets, which can be added to others of the same bounds. */
public final class RawDistribution {
  /** Those that tpu-info shows. */
  private static final List<Double> QUANTILES = List.of(0.5, 0.9, 0.95, 0.999);

  /** A thousand of them can be added. */
  private static final long MOST_COUNT = 1L << 50;

  private final long count;
  private final double sum;
  private final @Nullable Bounds bounds;

  /** Zeros at the end are left out. */
  private final long[] buckets;

  private RawDistribution(long count, double sum, @Nullable Bounds bounds, long[] buckets) {
    this.count = count;
    this.sum = sum;
    this.bounds = bounds;
    this.buckets = buckets;
  }

  /**
   * Of the wire.
   *
   * @throws BadAnswerException when it cannot be a distribution of amounts
   */
  static RawDistribution of(dev.acceld.libtpu.proto.metrics.Distribution wire) {
    double sum = wire.getCount() == 0 ? 0 : wire.getCount() * wire.getMean();
    if (wire.getCount() < 0
        || wire.getCount() > MOST_COUNT
        || !(sum >= 0)
        || !Double.isFinite(sum)) {
      throw new BadAnswerException("it has a distribution with an impossible count or mean");
    }
    Bounds bounds = Bounds.of(wire.getBucketOptions()).orElse(null);
    int most = bounds == null ? 0 : bounds.count() + 1;
    if (bounds != null && wire.getBucketCountsCount() > most) {
      throw new BadAnswerException("it has a distribution with more counts than buckets");
    }
    long[] buckets = new long[Math.min(most, wire.getBucketCountsCount())];
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] = wire.getBucketCounts(i);
    }
    boolean agree = LongStream.of(buckets).allMatch(b -> b >= 0 && b <= wire.getCount());
    if (bounds != null && (!agree || LongStream.of(buckets).sum() != wire.getCount())) {
      throw new BadAnswerException(
          "it has a distribution whose buckets do not add up to its count");
    }
    return new RawDistribution(wire.getCount(), sum, bounds, buckets);
  }

  /** How many buckets it keeps. */
  int buckets() {
    return buckets.length;
  }

  /** Both together; empty when their buckets differ. */
  public Optional<RawDistribution> plus(RawDistribution other) {
    if (count == 0 || other.count == 0) {
      return Optional.of(count == 0 ? other : this);
    }
    if (bounds == null ? other.bounds != null : !bounds.equals(other.bounds)) {
      return Optional.empty();
    }
    long[] both = Arrays.copyOf(buckets, Math.max(buckets.length, other.buckets.length));
    for (int i = 0; i < other.buckets.length; i++) {
      both[i] += other.buckets[i];
    }
    return Optional.of(new RawDistribution(count + other.count, sum + other.sum, bounds, both));
  }

  /** What is kept of it. */
  public Distribution summary() {
    List<Percentile> percentiles = new ArrayList<>();
    if (bounds != null && count > 0) {
      for (double quantile : QUANTILES) {
        percentiles.add(new Percentile(quantile, percentile(bounds, quantile)));
      }
    }
    return new Distribution(count, sum, percentiles);
  }

  /**
   * From the highest bucket down to the one that holds it, and inside that one in proportion, as
   * tpu-info does. Of the last bucket only the lower end is known.
   */
  private double percentile(Bounds bounds, double quantile) {
    long below = (long) (count * quantile);
    long left = count;
    for (int i = buckets.length - 1; i > 0; i--) {
      left -= buckets[i];
      if (left <= below) {
        double lower = bounds.at(i - 1);
        double upper = i < bounds.count() ? bounds.at(i) : lower;
        return lower + (upper - lower) * (below - left) / buckets[i];
      }
    }
    double upper = bounds.at(0);
    double lower = Math.min(0, upper);
    return lower + (upper - lower) * below / buckets[0];
  }
}
