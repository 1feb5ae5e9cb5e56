package dev.acceld.machine.libtpu;

import dev.acceld.libtpu.proto.metrics.Distribution;
import dev.acceld.libtpu.proto.metrics.Distribution.BucketOptions;

/** Distributions as libtpu has them: exponential buckets, zeros at the end left out. */
final class SampleDistribution {
  private static final int FINITE_BUCKETS = 30;
  private static final double GROWTH = 2;
  private static final double SCALE = 1;
  private static final long[] SHAPE = {1, 5, 20, 48, 20, 5, 1};

  private SampleDistribution() {}

  /** A hundred values around {@code 2^peak}, at least 4. */
  static Distribution around(int peak) {
    Distribution.Builder distribution =
        Distribution.newBuilder()
            .setBucketOptions(
                BucketOptions.newBuilder()
                    .setExponentialBuckets(
                        BucketOptions.Exponential.newBuilder()
                            .setNumFiniteBuckets(FINITE_BUCKETS)
                            .setGrowthFactor(GROWTH)
                            .setScale(SCALE)));
    int first = peak - SHAPE.length / 2;
    for (int i = 0; i < first; i++) {
      distribution.addBucketCounts(0);
    }
    long count = 0;
    double sum = 0;
    for (int i = 0; i < SHAPE.length; i++) {
      distribution.addBucketCounts(SHAPE[i]);
      count += SHAPE[i];
      sum += SHAPE[i] * SCALE * Math.pow(GROWTH, first + i - 0.5);
    }
    return distribution
        .setCount(count)
        .setMean(sum / count)
        .setMin(SCALE * Math.pow(GROWTH, first - 1))
        .setMax(SCALE * Math.pow(GROWTH, first + SHAPE.length - 1))
        .build();
  }
}
