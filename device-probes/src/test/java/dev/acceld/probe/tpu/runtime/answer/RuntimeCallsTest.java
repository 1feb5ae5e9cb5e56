package dev.acceld.probe.tpu.runtime.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import dev.acceld.libtpu.proto.metrics.AttrValue;
import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.Counter;
import dev.acceld.libtpu.proto.metrics.Distribution;
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
import dev.acceld.libtpu.proto.telemetry.TpuCoreOnChipProto;
import dev.acceld.libtpu.proto.telemetry.TpuCoreTypeProto;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RuntimeCallsTest {
  private static List<Entry> entries(byte[] answer) {
    return RuntimeCalls.METRIC.parseResponse(new ByteArrayInputStream(answer));
  }

  private static byte[] answer(Metric... metrics) {
    return MetricResponse.newBuilder()
        .setMetric(TPUMetric.newBuilder().setName("m").addAllMetrics(List.of(metrics)))
        .build()
        .toByteArray();
  }

  private static Attribute attribute(String key, String text) {
    return Attribute.newBuilder()
        .setKey(key)
        .setValue(AttrValue.newBuilder().setStringAttr(text))
        .build();
  }

  private static Metric about(AttrValue.Builder value, Gauge.Builder gauge) {
    return Metric.newBuilder()
        .setAttribute(Attribute.newBuilder().setKey("device-id").setValue(value))
        .setGauge(gauge)
        .build();
  }

  private static AttrValue.Builder list(Attribute... attributes) {
    return AttrValue.newBuilder()
        .setKvlistAttr(KeyValueList.newBuilder().addAllAttributes(List.of(attributes)));
  }

  @Test
  void theDeviceIsANumberOrInAListOfAttributes() {
    Gauge.Builder seven = Gauge.newBuilder().setAsInt(7);
    Attribute old =
        Attribute.newBuilder()
            .setKey("device_ordinal")
            .setValue(AttrValue.newBuilder().setIntAttr(12))
            .build();
    List<Entry> all =
        entries(
            answer(
                about(AttrValue.newBuilder().setIntAttr(0), seven),
                about(list(attribute("core_type", "TC"), attribute("device_ordinal", "9")), seven),
                about(list(old), seven),
                about(list(attribute("device_ordinal", "nine")), seven),
                about(AttrValue.newBuilder(), seven),
                Metric.newBuilder().setGauge(seven).build()));
    assertThat(all)
        .extracting(Entry::device)
        .containsExactly(
            OptionalLong.of(0),
            OptionalLong.of(9),
            OptionalLong.of(12),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    assertThat(all).extracting(Entry::number).containsOnly(OptionalDouble.of(7));
    assertThat(all.get(1).attributes()).containsEntry("core_type", "TC");
  }

  @Test
  void numbersHaveManyForms() {
    AttrValue.Builder device = AttrValue.newBuilder().setIntAttr(1);
    Metric counter = Metric.newBuilder().setCounter(Counter.newBuilder().setAsInt(5)).build();
    assertThat(
            entries(
                answer(
                    about(device, Gauge.newBuilder().setAsDouble(1.5)),
                    about(device, Gauge.newBuilder().setAsInt(-2)),
                    about(device, Gauge.newBuilder().setAsBool(true)),
                    counter,
                    about(device, Gauge.newBuilder().setAsString("1")),
                    Metric.getDefaultInstance())))
        .extracting(Entry::number)
        .containsExactly(
            OptionalDouble.of(1.5),
            OptionalDouble.of(-2),
            OptionalDouble.of(1),
            OptionalDouble.of(5),
            OptionalDouble.empty(),
            OptionalDouble.empty());
  }

  @Test
  void textOfAWorkloadIsShortAndStaysOnItsLine() {
    Entry entry =
        entries(
                answer(
                    about(
                        list(attribute("error_message", "a\nb\u001b[2J" + "x".repeat(1000))),
                        Gauge.newBuilder().setAsInt(1))))
            .getFirst();
    assertThat(entry.attributes().get("error_message"))
        .startsWith("a\\nb\\u001b[2Jxxx")
        .endsWith("x…")
        .hasSizeLessThan(300);
  }

  @Test
  void tooManyOrTooLargeEntriesAreRefusedWhileTheyAreRead() {
    Metric[] many = new Metric[RepeatedField.MOST_ELEMENTS + 1];
    Arrays.fill(many, Metric.getDefaultInstance());
    assertThatExceptionOfType(BadAnswerException.class)
        .isThrownBy(() -> entries(answer(many)))
        .withMessage("it has more than 1024 entries");
    Metric large =
        about(
            list(attribute("k", "x".repeat(RepeatedField.MOST_ELEMENT_BYTES))),
            Gauge.newBuilder().setAsInt(1));
    assertThatExceptionOfType(BadAnswerException.class)
        .isThrownBy(() -> entries(answer(large)))
        .withMessage("it has an entry of more than 32768 bytes");
  }

  @Test
  void tooManyBucketsAreRefusedHoweverFewBytesTheyTake() {
    Distribution.Builder distribution =
        Distribution.newBuilder()
            .setBucketOptions(
                Distribution.BucketOptions.newBuilder()
                    .setLinearBuckets(
                        Distribution.BucketOptions.Linear.newBuilder()
                            .setNumFiniteBuckets(255)
                            .setWidth(1)));
    for (int i = 0; i < 256; i++) {
      distribution.addBucketCounts(0);
    }
    Metric[] many = new Metric[65];
    Arrays.fill(many, Metric.newBuilder().setDistribution(distribution).build());
    assertThatExceptionOfType(BadAnswerException.class)
        .isThrownBy(() -> entries(answer(many)))
        .withMessage("it has more than 16384 buckets");
    assertThat(entries(answer(Arrays.copyOf(many, 64)))).hasSize(64);
  }

  @Test
  void aMetricInSeveralPiecesIsOneAndUnknownFieldsAreSkipped() {
    byte[] one = answer(about(AttrValue.newBuilder().setIntAttr(1), Gauge.newBuilder()));
    byte[] two = answer(about(AttrValue.newBuilder().setIntAttr(2), Gauge.newBuilder()));
    ByteString unknown = ByteString.copyFrom(new byte[] {(byte) 0xfa, 0x07, 3, 1, 2, 3}); // 127
    byte[] both =
        ByteString.copyFrom(one).concat(unknown).concat(ByteString.copyFrom(two)).toByteArray();
    assertThat(entries(both))
        .extracting(Entry::device)
        .containsExactly(OptionalLong.of(1), OptionalLong.of(2));
  }

  @Test
  void ofTheListOnlyKnownNamesAreKept() {
    ListSupportedMetricsResponse.Builder list = ListSupportedMetricsResponse.newBuilder();
    for (String name :
        List.of("hlo.queue.size.gauge", "new", "tpu.runtime.hbm.memory.total.bytes", "")) {
      list.addSupportedMetric(SupportedMetric.newBuilder().setMetricName(name));
    }
    assertThat(
            RuntimeCalls.LIST.parseResponse(new ByteArrayInputStream(list.build().toByteArray())))
        .containsExactly(RuntimeMetric.HBM_TOTAL, RuntimeMetric.QUEUE);
  }

  @Test
  void coresComeWithTheirErrors() {
    var answer =
        GetTpuRuntimeStatusResponse.newBuilder()
            .setHostName("h")
            .putAllCoreStates(
                Map.of(
                    9,
                    CurrentCoreStateSummary.getDefaultInstance(),
                    2,
                    CurrentCoreStateSummary.newBuilder()
                        .setCoreId(
                            TpuCoreIdentifier.newBuilder()
                                .setChipId(1)
                                .setCoreOnChip(
                                    TpuCoreOnChipProto.newBuilder()
                                        .setType(TpuCoreTypeProto.TPU_CORE_TYPE_SPARSE_CORE)))
                        .setErrorMessage("halted\n")
                        .build()))
            .build();
    assertThat(RuntimeCalls.STATUS.parseResponse(new ByteArrayInputStream(answer.toByteArray())))
        .containsExactly(
            new CoreState(2, OptionalInt.of(1), "sparse-core", Optional.of("halted\\n")),
            new CoreState(9, OptionalInt.empty(), "unknown", Optional.empty()));
  }

  @Test
  void whateverBytesComeTheAnswerIsReadOrRefused() {
    byte[] good =
        answer(
            about(AttrValue.newBuilder().setIntAttr(1), Gauge.newBuilder().setAsInt(4)),
            about(list(attribute("device_ordinal", "9")), Gauge.newBuilder().setAsDouble(1)));
    Random random = new Random(20261128);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = good.clone();
      if (random.nextInt(4) == 0) {
        bytes = new byte[random.nextInt(64)];
        random.nextBytes(bytes);
      }
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      ByteArrayInputStream in =
          new ByteArrayInputStream(bytes, 0, random.nextInt(bytes.length + 1));
      try {
        switch (random.nextInt(3)) {
          case 0 -> assertThat(RuntimeCalls.METRIC.parseResponse(in)).isNotNull();
          case 1 -> assertThat(RuntimeCalls.LIST.parseResponse(in)).isNotNull();
          default -> assertThat(RuntimeCalls.STATUS.parseResponse(in)).isNotNull();
        }
      } catch (BadAnswerException e) {
        assertThat(e).hasMessageStartingWith("it ");
        refused++;
      }
    }
    assertThat(refused).isBetween(1000, 19_000);
  }
}
