package dev.acceld.probe.tpu.runtime.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.acceld.libtpu.proto.metrics.Distribution.BucketOptions;
import dev.acceld.probe.tpu.runtime.answer.Distribution.Percentile;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawDistributionTest {
  private static BucketOptions exponential(int finite, double growth, double scale) {
    return BucketOptions.newBuilder()
        .setExponentialBuckets(
            BucketOptions.Exponential.newBuilder()
                .setNumFiniteBuckets(finite)
                .setGrowthFactor(growth)
                .setScale(scale))
        .build();
  }

  private static BucketOptions explicit(Double... bounds) {
    return BucketOptions.newBuilder()
        .setExplicitBuckets(BucketOptions.Explicit.newBuilder().addAllBounds(List.of(bounds)))
        .build();
  }

  private static dev.acceld.libtpu.proto.metrics.Distribution wire(
      BucketOptions options, double mean, long... buckets) {
    return dev.acceld.libtpu.proto.metrics.Distribution.newBuilder()
        .setCount(LongStream.of(buckets).sum())
        .setMean(mean)
        .setBucketOptions(options)
        .addAllBucketCounts(LongStream.of(buckets).boxed().toList())
        .build();
  }

  private static Distribution read(dev.acceld.libtpu.proto.metrics.Distribution wire) {
    return RawDistribution.of(wire).summary();
  }

  private static double[] values(Distribution distribution) {
    return distribution.percentiles().stream().mapToDouble(Percentile::value).toArray();
  }

  /** The numbers are tpu-info's for the same distribution. */
  @Test
  void percentilesAreThoseThatTpuInfoShows() {
    Distribution read =
        read(wire(exponential(30, 2, 1), 461.1467, 0, 0, 0, 0, 0, 0, 1, 5, 20, 48, 20, 5, 1));
    assertThat(read.count()).isEqualTo(100);
    assertThat(read.sum()).isCloseTo(46114.67, within(1e-6));
    assertThat(read.percentiles().stream().map(Percentile::quantile))
        .containsExactly(0.5, 0.9, 0.95, 0.999);
    assertThat(values(read)).containsExactly(384.0, 921.6, 1228.8, 2048.0);
  }

  @Test
  void belowTheFirstBoundAndAboveTheLastNothingIsInvented() {
    assertThat(values(read(wire(exponential(3, 2, 10), 5, 10)))).containsExactly(5, 9, 9, 9);
    assertThat(values(read(wire(exponential(3, 2, 10), 500, 0, 0, 0, 0, 7))))
        .containsExactly(80, 80, 80, 80);
    assertThat(values(read(wire(explicit(1.0, 10.0, 100.0), 50, 0, 0, 4))))
        .containsExactly(55, 77.5, 77.5, 77.5);
  }

  @Test
  void linearBucketsAreReadToo() {
    BucketOptions linear =
        BucketOptions.newBuilder()
            .setLinearBuckets(
                BucketOptions.Linear.newBuilder()
                    .setNumFiniteBuckets(4)
                    .setWidth(10)
                    .setOffset(100))
            .build();
    assertThat(values(read(wire(linear, 115, 0, 0, 10)))).containsExactly(115, 119, 119, 119);
  }

  @Test
  void withoutValuesOrBucketsThereAreNoPercentiles() {
    assertThat(read(wire(exponential(3, 2, 10), Double.NaN)))
        .isEqualTo(new Distribution(0, 0, List.of()));
    Distribution plain =
        read(
            dev.acceld.libtpu.proto.metrics.Distribution.newBuilder()
                .setCount(4)
                .setMean(2.5)
                .build());
    assertThat(plain).isEqualTo(new Distribution(4, 10, List.of()));
  }

  @Test
  void thoseOfTheSameBoundsAreAdded() {
    RawDistribution one = RawDistribution.of(wire(exponential(3, 2, 10), 15, 0, 10));
    RawDistribution two = RawDistribution.of(wire(exponential(3, 2, 10), 30, 0, 0, 10));
    RawDistribution other = RawDistribution.of(wire(exponential(3, 3, 10), 30, 0, 0, 10));
    RawDistribution none = RawDistribution.of(wire(exponential(9, 3, 1), 0));
    Distribution both = one.plus(two).orElseThrow().summary();
    assertThat(both.count()).isEqualTo(20);
    assertThat(both.sum()).isEqualTo(450);
    assertThat(both.percentiles().getFirst()).isEqualTo(new Percentile(0.5, 20));
    assertThat(one.plus(other)).isEmpty();
    assertThat(one.plus(none)).containsSame(one);
    assertThat(none.plus(one)).containsSame(one);
  }

  @Test
  void whatCannotBeADistributionIsRefused() {
    var good = wire(exponential(3, 2, 10), 15, 0, 10);
    for (var bad :
        List.of(
            good.toBuilder().setCount(-1).build(),
            good.toBuilder().setCount(11).build(),
            good.toBuilder().setMean(Double.NaN).build(),
            good.toBuilder().setMean(-1).build(),
            good.toBuilder().setMean(Double.POSITIVE_INFINITY).build(),
            good.toBuilder().setCount(Long.MAX_VALUE).build(),
            good.toBuilder().setBucketCounts(0, -1).build(),
            good.toBuilder().addAllBucketCounts(List.of(0L, 0L, 0L, 0L, 0L)).build(),
            good.toBuilder().setBucketCounts(0, Long.MAX_VALUE).build())) {
      assertThatExceptionOfType(BadAnswerException.class)
          .isThrownBy(() -> RawDistribution.of(bad))
          .withMessageStartingWith("it has a distribution");
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -2, Double.NaN, Double.POSITIVE_INFINITY})
  void boundsThatDoNotRiseAreNone(double growth) {
    assertThat(Bounds.of(exponential(3, growth, 10))).isEmpty();
    assertThat(Bounds.of(exponential(3, 2, growth == 1 ? -1 : growth == -2 ? 0 : growth)))
        .matches(b -> growth == 0 || b.isEmpty());
    assertThat(Bounds.of(explicit(1.0, growth, 1.0))).isEmpty();
    assertThat(Bounds.of(exponential(Integer.MAX_VALUE, 2, 1))).isEmpty();
    assertThat(Bounds.of(exponential(-1, 2, 1))).isEmpty();
    assertThat(Bounds.of(explicit())).isEmpty();
  }

  @Test
  void percentilesRiseAndLieInABucketThatHasValues() {
    Random random = new Random(20261128);
    for (int i = 0; i < 5_000; i++) {
      long[] buckets = new long[1 + random.nextInt(12)];
      for (int b = 0; b < buckets.length; b++) {
        buckets[b] = random.nextInt(3) == 0 ? random.nextLong(1L << random.nextInt(1, 40)) : 0;
      }
      Distribution read =
          read(
              wire(
                  exponential(10, 1 + random.nextDouble(), 0.1 + random.nextDouble()), 1, buckets));
      double[] values = values(read);
      assertThat(values).hasSize(read.count() == 0 ? 0 : 4).isSorted();
      for (double value : values) {
        assertThat(value).isFinite().isNotNegative();
      }
    }
  }
}
