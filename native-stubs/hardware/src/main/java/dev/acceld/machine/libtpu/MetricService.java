package dev.acceld.machine.libtpu;

import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusRequest;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusResponse;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsRequest;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsResponse;
import dev.acceld.libtpu.proto.metrics.MetricRequest;
import dev.acceld.libtpu.proto.metrics.MetricResponse;
import dev.acceld.libtpu.proto.metrics.RuntimeMetricServiceGrpc.RuntimeMetricServiceImplBase;
import dev.acceld.libtpu.proto.metrics.SupportedMetric;
import dev.acceld.libtpu.proto.metrics.TPUMetric;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The service of one port. */
final class MetricService extends RuntimeMetricServiceImplBase {
  private final TpuWorkload workload;
  private final Supplier<List<TpuChipValues>> chips;
  private final ScheduledExecutorService timer;
  private final Runnable reset;

  /**
   * A service.
   *
   * @param chips those of this port
   * @param reset ends all connections of this port
   */
  MetricService(
      TpuWorkload workload,
      Supplier<List<TpuChipValues>> chips,
      ScheduledExecutorService timer,
      Runnable reset) {
    this.workload = workload;
    this.chips = chips;
    this.timer = timer;
    this.reset = reset;
  }

  @Override
  public void getRuntimeMetric(MetricRequest request, StreamObserver<MetricResponse> answer) {
    String name = request.getMetricName();
    answer(
        answer,
        () -> {
          Optional<TPUMetric> metric = new MetricAnswers(workload, told()).of(name);
          if (metric.isPresent() && workload.has(Habit.FLOOD)) {
            metric = Optional.of(BadHabits.flood(name));
          }
          return MetricResponse.newBuilder()
              .setMetric(
                  metric.orElseThrow(() ->
                      Status.NOT_FOUND.withDescription("no metric " + name).asRuntimeException()))
              .build();
        });
  }

  @Override
  public void listSupportedMetrics(
      ListSupportedMetricsRequest request, StreamObserver<ListSupportedMetricsResponse> answer) {
    answer(
        answer,
        () -> {
          ListSupportedMetricsResponse.Builder all = ListSupportedMetricsResponse.newBuilder();
          Pattern filter = pattern(request.getFilter());
          for (String name : recent().supported()) {
            if (filter.matcher(name).find()) {
              all.addSupportedMetric(SupportedMetric.newBuilder().setMetricName(name));
            }
          }
          return all.build();
        });
  }

  @Override
  public void getTpuRuntimeStatus(
      GetTpuRuntimeStatusRequest request, StreamObserver<GetTpuRuntimeStatusResponse> answer) {
    answer(
        answer,
        () -> {
          recent();
          return CoreStates.of("simulated", told());
        });
  }

  /** The workload, unless its libtpu is too old for the question. */
  private TpuWorkload recent() {
    if (workload.has(Habit.OLD)) {
      throw Status.UNIMPLEMENTED.asRuntimeException();
    }
    return workload;
  }

  private static Pattern pattern(String filter) {
    try {
      return Pattern.compile(filter);
    } catch (PatternSyntaxException e) {
      throw Status.INVALID_ARGUMENT.withCause(e).asRuntimeException();
    }
  }

  private List<TpuChipValues> told() {
    List<TpuChipValues> own = chips.get();
    List<TpuChipValues> told = workload.has(Habit.GARBAGE) ? BadHabits.garbage(own) : own;
    return workload.has(Habit.FOREIGN_CHIPS) ? BadHabits.foreign(told) : told;
  }

  private <A> void answer(StreamObserver<A> answer, Supplier<A> content) {
    if (workload.has(Habit.RESET)) {
      reset.run();
    } else if (workload.has(Habit.SLOW)) {
      timer.schedule(
          () -> now(answer, content), workload.delay().toMillis(), TimeUnit.MILLISECONDS);
    } else if (!workload.has(Habit.HANG)) {
      now(answer, content);
    }
  }

  private static <A> void now(StreamObserver<A> answer, Supplier<A> content) {
    A message;
    try {
      message = content.get();
    } catch (RuntimeException e) {
      answer.onError(e);
      return;
    }
    answer.onNext(message);
    answer.onCompleted();
  }
}
