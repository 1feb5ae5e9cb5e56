package dev.acceld.probe.tpu.runtime;

import dev.acceld.probe.tpu.runtime.ProcessMetrics.State;
import dev.acceld.probe.tpu.runtime.answer.RuntimeMetric;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint: its connection, the metrics that it has, and when it is asked again after it
 * failed. All of it on the transport's thread.
 */
final class EndpointClient {
  private final Endpoint endpoint;
  private final RuntimeTransport transport;
  private final LongSupplier nanos;
  private final Round.Patience patience;
  private final Backoff backoff;

  /** What the last round found; while it is not time for another, it still holds. */
  private State state = State.NOT_SERVING;

  private Optional<String> failure = Optional.empty();
  private @Nullable ManagedChannel channel;

  /** Of this connection. */
  private @Nullable Set<RuntimeMetric> supported;

  /** It has been another connection since, perhaps to another workload. */
  private boolean stale;

  private boolean asking;
  private boolean closed;

  EndpointClient(
      Endpoint endpoint, RuntimeTransport transport, LongSupplier nanos, Round.Patience patience) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.nanos = nanos;
    this.patience = patience;
    this.backoff = new Backoff(nanos);
  }

  /** Asks for everything, one question after the other; while another round runs, for nothing. */
  void ask(Consumer<EndpointAnswer> done) {
    EndpointAnswer answer = new EndpointAnswer(endpoint);
    if (closed || asking || !backoff.over()) {
      answer.state(state);
      failure.ifPresent(answer::problem);
      done.accept(answer);
      return;
    }
    if (stale) {
      disconnect();
    }
    ManagedChannel to = open();
    asking = true;
    new Round(to, supported, answer, nanos, patience, round -> finish(round, done)).start();
  }

  private ManagedChannel open() {
    ManagedChannel open = channel;
    if (open == null) {
      open = transport.channel(endpoint);
      channel = open;
    }
    return open;
  }

  private void finish(Round round, Consumer<EndpointAnswer> done) {
    asking = false;
    EndpointAnswer answer = round.answer();
    Optional<Trouble> end = round.end();
    if (closed) {
      answer = new EndpointAnswer(endpoint);
    } else if (end.isEmpty()) {
      state = State.ANSWERS;
      failure = Optional.empty();
      backoff.answered();
      remember(round.supported());
    } else {
      boolean nobody = end.get().kind() == Trouble.Kind.NOBODY;
      state = nobody ? State.NOT_SERVING : State.FAILS;
      failure = nobody ? Optional.empty() : end.map(Trouble::reason);
      backoff.failed();
      disconnect();
      answer = new EndpointAnswer(endpoint); // what a workload told that has just gone is old
      failure.ifPresent(answer::problem);
    }
    answer.state(state);
    done.accept(answer);
  }

  /** For as long as the connection is the same one: another workload may have other metrics. */
  private void remember(@Nullable Set<RuntimeMetric> metrics) {
    ManagedChannel of = channel;
    if (of == null || stale || of.getState(false) != ConnectivityState.READY) {
      disconnect();
    } else if (supported == null) {
      supported = metrics;
      of.notifyWhenStateChanged(ConnectivityState.READY, () -> stale = stale || channel == of);
    }
  }

  private void disconnect() {
    ManagedChannel open = channel;
    channel = null;
    supported = null;
    stale = false;
    if (open != null) {
      open.shutdownNow();
    }
  }

  /** Ends the connection; a round that runs ends at once. */
  void close() {
    closed = true;
    state = State.NOT_SERVING;
    failure = Optional.empty();
    disconnect();
  }
}
