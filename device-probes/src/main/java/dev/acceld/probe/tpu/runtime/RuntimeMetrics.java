package dev.acceld.probe.tpu.runtime;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of one workload: of the chips that it has, from all the endpoints at which its
 * processes may serve them. Any thread.
 *
 * <p>An endpoint where nothing listens costs nothing: it is asked again after 5, 10, 30, then every
 * 60 seconds, and so is one that does not do what libtpu does. A call has one second, all calls of
 * a round to one endpoint have about four. One answer at a time is on its way from each endpoint,
 * and is read without its making more than a few kilobytes of objects for each of its entries.
 */
public final class RuntimeMetrics implements AutoCloseable {
  private static final int MOST_ENDPOINTS = 2 * ExpectedChips.MOST_CHIPS;

  private final RuntimeTransport transport;
  private final ExpectedChips chips;
  private final InstantSource clock;
  private final List<EndpointClient> endpoints;
  private @Nullable CompletableFuture<RuntimeReading> round;
  private boolean closed;

  /**
   * Connects at the first {@link #poll}.
   *
   * @param endpoints in the order of {@code TPU_RUNTIME_METRICS_PORTS}
   * @param chips what is expected there
   * @throws IllegalArgumentException when there is no endpoint, or one twice, or far too many
   */
  public RuntimeMetrics(RuntimeTransport transport, List<Endpoint> endpoints, ExpectedChips chips) {
    this(
        transport,
        endpoints,
        chips,
        InstantSource.system(),
        System::nanoTime,
        Round.Patience.USUAL);
  }

  RuntimeMetrics(
      RuntimeTransport transport,
      List<Endpoint> endpoints,
      ExpectedChips chips,
      InstantSource clock,
      LongSupplier nanos,
      Round.Patience patience) {
    int different = new HashSet<>(endpoints).size();
    if (different == 0 || different < endpoints.size() || different > MOST_ENDPOINTS) {
      throw new IllegalArgumentException(
          "1 to " + MOST_ENDPOINTS + " different endpoints are needed: " + endpoints);
    }
    this.transport = transport;
    this.chips = chips;
    this.clock = clock;
    this.endpoints =
        endpoints.stream()
            .map(endpoint -> new EndpointClient(endpoint, transport, nanos, patience))
            .toList();
  }

  /**
   * Asks all endpoints at once. While a round runs, it is that one that is returned. Costs a few
   * dozen calls to the workload, about as many as tpu-info makes; every ten seconds is what GKE
   * does.
   *
   * @return the reading, completed on the transport's thread within about five seconds: what
   *     follows must not block. Exceptionally only by a defect, or when the process lacks threads,
   *     memory or file descriptors; after {@link #close} a reading of nothing
   */
  public CompletableFuture<RuntimeReading> poll() {
    CompletableFuture<RuntimeReading> mine;
    synchronized (this) {
      CompletableFuture<RuntimeReading> running = round;
      if (running != null && !running.isDone()) {
        return running;
      }
      mine = new CompletableFuture<>();
      if (closed) {
        mine.complete(nothing());
        return mine;
      }
      round = mine;
    }
    try {
      transport.execute(() -> {
        try {
          ask(mine);
        } catch (RuntimeException | Error e) { // no descriptor is left for a socket, for example
          mine.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) { // the transport is closed
      mine.complete(nothing());
    }
    return mine;
  }

  private void ask(CompletableFuture<RuntimeReading> done) {
    List<@Nullable EndpointAnswer> answers = new ArrayList<>();
    int[] missing = {endpoints.size()};
    for (int i = 0; i < endpoints.size(); i++) {
      answers.add(null);
    }
    for (int i = 0; i < endpoints.size(); i++) {
      int place = i;
      endpoints
          .get(i)
          .ask(answer -> {
            answers.set(place, answer);
            if (--missing[0] == 0) {
              complete(done, answers);
            }
          });
    }
  }

  private void complete(
      CompletableFuture<RuntimeReading> done, List<@Nullable EndpointAnswer> answers) {
    try {
      List<EndpointAnswer> all = new ArrayList<>();
      for (EndpointAnswer answer : answers) {
        if (answer != null) { // always
          all.add(answer);
        }
      }
      done.complete(new ReadingAssembler(chips, all).at(clock.instant()));
    } catch (RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private RuntimeReading nothing() {
    return RuntimeReading.nothing(clock.instant(), chips.count());
  }

  /** Ends all connections; a round that runs ends at once. Does not block. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      transport.execute(() -> endpoints.forEach(EndpointClient::close));
    } catch (RejectedExecutionException e) {
      // The transport is closed, and with it all connections.
    }
  }
}
