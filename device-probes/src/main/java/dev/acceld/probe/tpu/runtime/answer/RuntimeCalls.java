package dev.acceld.probe.tpu.runtime.answer;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusRequest;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusResponse;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsRequest;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsResponse;
import dev.acceld.libtpu.proto.metrics.Metric;
import dev.acceld.libtpu.proto.metrics.MetricRequest;
import dev.acceld.libtpu.proto.metrics.MetricResponse;
import dev.acceld.libtpu.proto.metrics.RuntimeMetricServiceGrpc;
import dev.acceld.libtpu.proto.metrics.SupportedMetric;
import dev.acceld.libtpu.proto.metrics.TPUMetric;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The three questions, with answers that are read piece by piece into what is used of them. */
public final class RuntimeCalls {
  /** Which metrics there are, of those that are known here. */
  public static final MethodDescriptor<ListSupportedMetricsRequest, Set<RuntimeMetric>> LIST =
      method(
          RuntimeMetricServiceGrpc.getListSupportedMetricsMethod(), RuntimeCalls::supportedMetrics);

  /** The values of one metric. */
  public static final MethodDescriptor<MetricRequest, List<Entry>> METRIC =
      method(RuntimeMetricServiceGrpc.getGetRuntimeMetricMethod(), RuntimeCalls::entries);

  /** The state of the cores. */
  public static final MethodDescriptor<GetTpuRuntimeStatusRequest, List<CoreState>> STATUS =
      method(RuntimeMetricServiceGrpc.getGetTpuRuntimeStatusMethod(), RuntimeCalls::cores);

  /** Of all distributions of an answer: a byte on the wire is eight in memory. */
  private static final int MOST_BUCKETS = 16 * 1024;

  private RuntimeCalls() {}

  private static <Q extends Message, A> MethodDescriptor<Q, A> method(
      MethodDescriptor<Q, ? extends Message> wire, Function<InputStream, A> reader) {
    return wire.toBuilder(wire.getRequestMarshaller(), new Answers<>(reader)).build();
  }

  private static Set<RuntimeMetric> supportedMetrics(InputStream answer) {
    Set<RuntimeMetric> known = EnumSet.noneOf(RuntimeMetric.class);
    RepeatedField.forEach(
        answer,
        one ->
            RuntimeMetric.of(SupportedMetric.parseFrom(one).getMetricName()).ifPresent(known::add),
        ListSupportedMetricsResponse.SUPPORTED_METRIC_FIELD_NUMBER);
    return known;
  }

  private static List<Entry> entries(InputStream answer) {
    List<Entry> entries = new ArrayList<>();
    int[] buckets = {0};
    RepeatedField.forEach(
        answer,
        one -> {
          Entry entry = Entry.of(Metric.parseFrom(one));
          buckets[0] += entry.distribution().map(RawDistribution::buckets).orElse(0);
          if (buckets[0] > MOST_BUCKETS) {
            throw new BadAnswerException("it has more than " + MOST_BUCKETS + " buckets");
          }
          entries.add(entry);
        },
        MetricResponse.METRIC_FIELD_NUMBER,
        TPUMetric.METRICS_FIELD_NUMBER);
    return entries;
  }

  /** By number; an entry of the map is a message with the key and the value. */
  private static List<CoreState> cores(InputStream answer) {
    Map<Integer, CoreState> cores = new TreeMap<>();
    RepeatedField.forEach(
        answer,
        one ->
            GetTpuRuntimeStatusResponse.parseFrom(asOnlyCore(one))
                .getCoreStatesMap()
                .forEach((core, state) -> cores.put(core, CoreState.of(core, state))),
        GetTpuRuntimeStatusResponse.CORE_STATES_FIELD_NUMBER);
    return List.copyOf(cores.values());
  }

  private static byte[] asOnlyCore(byte[] entry) {
    int field = GetTpuRuntimeStatusResponse.CORE_STATES_FIELD_NUMBER;
    byte[] message = new byte[CodedOutputStream.computeByteArraySize(field, entry)];
    try {
      CodedOutputStream.newInstance(message).writeByteArray(field, entry);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of that size", e);
    }
    return message;
  }

  /** Reads answers; there is nobody to whom one would be written. */
  private record Answers<A>(Function<InputStream, A> reader) implements Marshaller<A> {
    @Override
    public InputStream stream(A answer) {
      throw new UnsupportedOperationException("answers are read only");
    }

    @Override
    public A parse(InputStream answer) {
      return reader.apply(answer);
    }
  }
}
