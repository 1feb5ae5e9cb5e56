package dev.acceld.machine.libtpu;

import com.google.protobuf.Timestamp;
import dev.acceld.libtpu.proto.metrics.AttrValue;
import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.Distribution;
import dev.acceld.libtpu.proto.metrics.Gauge;
import dev.acceld.libtpu.proto.metrics.KeyValueList;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.TPUMetric;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of one metric of some chips of a workload, in libtpu's form. */
final class MetricAnswers {
  private static final Map<String, String> FRAMEWORK =
      Map.of("ml_framework_name", "JAX", "ml_framework_version", "0.10.2");
  private static final List<String> BUFFER_SIZES = List.of("1M-2M", "16M-32M");

  private final TpuWorkload workload;
  private final List<TpuChipValues> chips;
  private final Instant now = Instant.now();

  MetricAnswers(TpuWorkload workload, List<TpuChipValues> chips) {
    this.workload = workload;
    this.chips = chips;
  }

  /** Empty when the workload does not have it. */
  Optional<TPUMetric> of(String name) {
    if (!workload.supported().contains(name)) {
      return Optional.empty();
    }
    return Optional.of(
        TPUMetric.newBuilder()
            .setName(name)
            .setDescription("simulated")
            .addAllMetrics(values(name))
            .build());
  }

  private List<Metric> values(String name) {
    return switch (name) {
      case MetricNames.HBM_TOTAL -> memory(true);
      case MetricNames.HBM_USED -> memory(false);
      case MetricNames.DUTY_CYCLE -> dutyCycle();
      case MetricNames.HBM_BANDWIDTH -> eachDevice(TpuChipValues::hbmBandwidthPercent);
      case MetricNames.IDLE -> eachDevice(TpuChipValues::idleSeconds);
      case MetricNames.UPTIME -> List.of(uptime());
      case MetricNames.QUEUE -> queue();
      case MetricNames.EXECUTION -> execution();
      case MetricNames.SLICE_ERROR, MetricNames.MEGASCALE_ERROR -> error(name);
      default -> transfers();
    };
  }

  private interface Reading {
    double of(TpuChipValues chip);
  }

  private List<Metric> memory(boolean total) {
    List<Metric> all = new ArrayList<>();
    for (TpuChipValues chip : chips) {
      long bytes = total ? chip.hbmTotalBytes() : chip.hbmUsedBytes();
      for (int device : chip.devices()) {
        all.add(of(number(device), Gauge.newBuilder().setAsInt(bytes / chip.devices().size())));
      }
    }
    return all;
  }

  private List<Metric> dutyCycle() {
    if (!workload.dutyCyclePerChip()) {
      return eachDevice(TpuChipValues::dutyCyclePercent);
    }
    return chips.stream()
        .map(chip ->
            of(
                number(chip.devices().getFirst()),
                Gauge.newBuilder().setAsDouble(chip.dutyCyclePercent())))
        .toList();
  }

  private List<Metric> eachDevice(Reading reading) {
    List<Metric> all = new ArrayList<>();
    for (TpuChipValues chip : chips) {
      for (int device : chip.devices()) {
        all.add(of(number(device), Gauge.newBuilder().setAsDouble(reading.of(chip))));
      }
    }
    return all;
  }

  private Metric uptime() {
    double seconds = Duration.between(workload.began(), now).toMillis() / 1000.0;
    return of(texts("framework", FRAMEWORK), Gauge.newBuilder().setAsDouble(seconds));
  }

  private List<Metric> queue() {
    List<Metric> all = new ArrayList<>();
    for (TpuChipValues chip : chips) {
      long waiting = chip.queuedPrograms();
      for (int device : chip.devices()) {
        all.add(of(core(device), Gauge.newBuilder().setAsInt(waiting)));
        waiting = 0;
      }
    }
    return all;
  }

  private List<Metric> execution() {
    List<Metric> all = new ArrayList<>();
    for (TpuChipValues chip : chips) {
      for (int device : chip.devices()) {
        all.add(metric(core(device)).setDistribution(SampleDistribution.around(9)).build());
      }
    }
    return all;
  }

  private List<Metric> error(String name) {
    return workload.errorOf(name).stream()
        .map(attributes -> of(texts("error", attributes), Gauge.newBuilder().setAsInt(1)))
        .toList();
  }

  private List<Metric> transfers() {
    List<Metric> all = new ArrayList<>();
    int peak = 6;
    for (String size : BUFFER_SIZES) {
      Distribution distribution = SampleDistribution.around(peak++);
      all.add(
          metric(texts("attributes", Map.of("buffer-size", size)))
              .setDistribution(distribution)
              .build());
    }
    return all;
  }

  private Metric of(Attribute attribute, Gauge.Builder gauge) {
    return metric(attribute).setGauge(gauge).build();
  }

  private Metric.Builder metric(Attribute attribute) {
    return Metric.newBuilder()
        .setAttribute(attribute)
        .setTimestamp(
            Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
  }

  private static Attribute number(int device) {
    return Attribute.newBuilder()
        .setKey("device-id")
        .setValue(AttrValue.newBuilder().setIntAttr(device))
        .build();
  }

  /** HLO metrics name the device in a list, lately as a string. */
  private static Attribute core(int device) {
    return texts(
        "core", Map.of("device_ordinal", Integer.toString(device), "core_type", "TensorCore"));
  }

  private static Attribute texts(String key, Map<String, String> texts) {
    KeyValueList.Builder list = KeyValueList.newBuilder();
    texts.forEach((name, text) ->
        list.addAttributes(
            Attribute.newBuilder()
                .setKey(name)
                .setValue(AttrValue.newBuilder().setStringAttr(text))));
    return Attribute.newBuilder()
        .setKey(key)
        .setValue(AttrValue.newBuilder().setKvlistAttr(list))
        .build();
  }
}
