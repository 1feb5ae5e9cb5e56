package dev.acceld.probe.tpu.runtime;

import com.google.protobuf.Message;
import dev.acceld.libtpu.proto.metrics.GetTpuRuntimeStatusRequest;
import dev.acceld.libtpu.proto.metrics.ListSupportedMetricsRequest;
import dev.acceld.libtpu.proto.metrics.MetricRequest;
import dev.acceld.probe.tpu.runtime.answer.RuntimeCalls;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All questions to one endpoint, one after the other, so that never more than one answer is on its
 * way. What a slow workload leaves no time for is not asked.
 */
final class Round {
  private static final Logger log = LoggerFactory.getLogger(Round.class);

  /**
   * How long it waits.
   *
   * @param call for one answer
   * @param all after which no further question is asked
   */
  record Patience(Duration call, Duration all) {
    /** A second for each, so about four for all. */
    static final Patience USUAL = new Patience(Duration.ofSeconds(1), Duration.ofSeconds(3));
  }

  /** What tpu-info asks of a libtpu that has no list. */
  private static final Set<RuntimeMetric> WITHOUT_LIST =
      Collections.unmodifiableSet(
          EnumSet.of(RuntimeMetric.HBM_TOTAL, RuntimeMetric.HBM_USED, RuntimeMetric.DUTY_CYCLE));

  private final ManagedChannel channel;
  private final EndpointAnswer answer;
  private final LongSupplier nanos;
  private final Patience patience;
  private final Consumer<Round> done;
  private final long began;
  private @Nullable Set<RuntimeMetric> supported;
  private Optional<Trouble> end = Optional.empty();
  private boolean anything;
  private Optional<Trouble> lastFailure = Optional.empty();
  private boolean over;

  /**
   * A round that has not begun.
   *
   * @param supported the metrics that this connection has, if they are known
   * @param done told once, on the transport's thread
   */
  Round(
      ManagedChannel channel,
      @Nullable Set<RuntimeMetric> supported,
      EndpointAnswer answer,
      LongSupplier nanos,
      Patience patience,
      Consumer<Round> done) {
    this.channel = channel;
    this.supported = supported;
    this.answer = answer;
    this.nanos = nanos;
    this.patience = patience;
    this.done = done;
    this.began = nanos.getAsLong();
  }

  EndpointAnswer answer() {
    return answer;
  }

  /** What ended the round before its time; the answer is worth nothing then. */
  Optional<Trouble> end() {
    return end;
  }

  /** The metrics of this connection. */
  @Nullable Set<RuntimeMetric> supported() {
    return supported;
  }

  void start() {
    Set<RuntimeMetric> known = supported;
    if (known != null) {
      ask(known.iterator());
      return;
    }
    call(
        RuntimeCalls.LIST,
        ListSupportedMetricsRequest.getDefaultInstance(),
        names -> {
          anything = true;
          if (names.isEmpty()) {
            answer.problem("it has none of the metrics that acceld reads");
          }
          supported = names;
          ask(names.iterator());
        },
        trouble -> {
          if (trouble.kind() == Trouble.Kind.ABSENT) {
            supported = WITHOUT_LIST;
            ask(WITHOUT_LIST.iterator());
          } else {
            end(trouble);
          }
        });
  }

  private void ask(Iterator<RuntimeMetric> rest) {
    if (!rest.hasNext()) {
      askForCores();
      return;
    }
    if (late()) {
      answer.problem("some metrics were not asked for, because the answers are too slow");
      finish();
      return;
    }
    RuntimeMetric metric = rest.next();
    call(
        RuntimeCalls.METRIC,
        MetricRequest.newBuilder().setMetricName(metric.wireName()).build(),
        entries -> {
          anything = true;
          answer.put(metric, entries);
          ask(rest);
        },
        trouble -> {
          switch (trouble.kind()) {
            case NOBODY, BROKEN -> end(trouble);
            case ABSENT -> {
              anything |= supported != WITHOUT_LIST; // who has a list has the service
              ask(rest);
            }
            case LATE, USELESS -> {
              lastFailure = Optional.of(trouble);
              answer.problem(metric, trouble.reason());
              ask(rest);
            }
          }
        });
  }

  private boolean late() {
    return nanos.getAsLong() - began >= patience.all().toNanos();
  }

  private void askForCores() {
    if (late()) {
      finish();
      return;
    }
    call(
        RuntimeCalls.STATUS,
        GetTpuRuntimeStatusRequest.getDefaultInstance(),
        cores -> {
          anything = true;
          answer.put(cores);
          finish();
        },
        trouble -> {
          switch (trouble.kind()) {
            case NOBODY, BROKEN -> end(trouble);
            case ABSENT -> finish();
            case LATE, USELESS -> {
              answer.problem("state of the cores: " + trouble.reason());
              finish();
            }
          }
        });
  }

  /** The questions are over; where none had an answer, nothing there is of any use. */
  private void finish() {
    if (!anything) {
      end =
          Optional.of(
              lastFailure.orElse(
                  new Trouble(Trouble.Kind.USELESS, "it does not have libtpu's metrics service")));
    }
    tell();
  }

  private void end(Trouble trouble) {
    end = Optional.of(trouble);
    tell();
  }

  private void tell() {
    over = true;
    done.accept(this);
  }

  /** A round always ends: whoever waits for it waits for ever otherwise. */
  private void step(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.error("An answer of {} cannot be processed", answer.endpoint(), e);
      if (!over) {
        end(new Trouble(Trouble.Kind.USELESS, "an answer that cannot be processed"));
      }
    }
  }

  /** Asks; of the two, one is told once. */
  private <Q extends Message, A> void call(
      MethodDescriptor<Q, A> method, Q question, Consumer<A> answered, Consumer<Trouble> failed) {
    ClientCalls.asyncUnaryCall(
        channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(patience.call())),
        question,
        new StreamObserver<A>() {
          private @Nullable A value;

          @Override
          public void onNext(A one) {
            value = one;
          }

          @Override
          public void onError(Throwable e) {
            step(() -> failed.accept(Trouble.of(Status.fromThrowable(e))));
          }

          @Override
          public void onCompleted() {
            A got = value;
            step(
                got == null
                    ? () -> failed.accept(new Trouble(Trouble.Kind.USELESS, "an empty answer"))
                    : () -> answered.accept(got));
          }
        });
  }
}
