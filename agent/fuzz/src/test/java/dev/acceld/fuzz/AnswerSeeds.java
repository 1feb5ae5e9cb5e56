package dev.acceld.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.acceld.libtpu.proto.metrics.AttrValue;
import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.Distribution;
import dev.acceld.libtpu.proto.metrics.Distribution.BucketOptions;
import dev.acceld.libtpu.proto.metrics.Gauge;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusResponse;
import dev.acceld.libtpu.proto.metrics.KeyValueList;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsResponse;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.MetricResponse;
import dev.acceld.libtpu.proto.metrics.SupportedMetric;
import dev.acceld.libtpu.proto.metrics.TPUMetric;
import dev.acceld.libtpu.proto.telemetry.CurrentCoreStateSummary;
import dev.acceld.libtpu.proto.telemetry.TpuCoreIdentifier;
import java.util.List;

/** Answers of libtpu's metrics service; the byte before each says to which question it belongs. */
public final class AnswerSeeds {
  private AnswerSeeds() {}

  /** All of them. */
  public static List<byte[]> all() {
    BucketOptions.Builder exponential = BucketOptions.newBuilder();
    exponential
        .getExponentialBucketsBuilder()
        .setNumFiniteBuckets(4)
        .setGrowthFactor(2)
        .setScale(1);
    BucketOptions.Builder linear = BucketOptions.newBuilder();
    linear.getLinearBucketsBuilder().setNumFiniteBuckets(4).setWidth(10);
    BucketOptions.Builder explicit = BucketOptions.newBuilder();
    explicit.getExplicitBucketsBuilder().addAllBounds(List.of(-1.7e308, 0.0, 1.7e308));
    return List.of(
        seed(0, gauges()),
        seed(0, distribution(exponential)),
        seed(0, distribution(linear)),
        seed(0, distribution(explicit)),
        seed(1, cores()),
        seed(
            2,
            ListSupportedMetricsResponse.newBuilder()
                .addSupportedMetric(
                    SupportedMetric.newBuilder()
                        .setMetricName("tpu.runtime.hbm.memory.total.bytes"))
                .build()));
  }

  private static byte[] seed(int question, MessageLite answer) {
    return ByteString.copyFrom(new byte[] {(byte) question})
        .concat(answer.toByteString())
        .toByteArray();
  }

  private static MessageLite gauges() {
    TPUMetric.Builder metric = TPUMetric.newBuilder().setName("m");
    for (int device = 0; device < 4; device++) {
      metric.addMetrics(
          Metric.newBuilder()
              .setAttribute(attribute("device-id", AttrValue.newBuilder().setIntAttr(device)))
              .setGauge(Gauge.newBuilder().setAsDouble(12.5 * device)));
    }
    return MetricResponse.newBuilder().setMetric(metric).build();
  }

  private static MessageLite distribution(BucketOptions.Builder buckets) {
    KeyValueList.Builder list =
        KeyValueList.newBuilder()
            .addAttributes(attribute("device_ordinal", AttrValue.newBuilder().setStringAttr("1")))
            .addAttributes(attribute("buffer-size", AttrValue.newBuilder().setStringAttr("1M-2M")));
    return MetricResponse.newBuilder()
        .setMetric(
            TPUMetric.newBuilder()
                .addMetrics(
                    Metric.newBuilder()
                        .setAttribute(attribute("list", AttrValue.newBuilder().setKvlistAttr(list)))
                        .setDistribution(
                            Distribution.newBuilder()
                                .setCount(3)
                                .setMean(2)
                                .setBucketOptions(buckets)
                                .addAllBucketCounts(List.of(1L, 1L, 1L)))))
        .build();
  }

  private static MessageLite cores() {
    return GetTpuRuntimeStatusResponse.newBuilder()
        .putCoreStates(
            3,
            CurrentCoreStateSummary.newBuilder()
                .setCoreId(TpuCoreIdentifier.newBuilder().setChipId(1))
                .setErrorMessage("halted\n")
                .build())
        .build();
  }

  private static Attribute.Builder attribute(String key, AttrValue.Builder value) {
    return Attribute.newBuilder().setKey(key).setValue(value);
  }
}
