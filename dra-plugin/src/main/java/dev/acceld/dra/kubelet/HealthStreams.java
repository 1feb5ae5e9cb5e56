package dev.acceld.dra.kubelet;

import dev.acceld.device.HealthReport;
import dev.acceld.kubelet.proto.health.v1.DRAResourceHealthGrpc;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesRequest;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesResponse;
import dev.acceld.steady.Steady;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open health streams. Each gets the full list at once, after every change, and again every 10
 * s: the kubelet calls a device unknown 30 s after the last report.
 */
final class HealthStreams extends DRAResourceHealthGrpc.DRAResourceHealthImplBase
    implements AutoCloseable {
  /** The older name of the service; the messages are the same. */
  static final String V1ALPHA1 = "v1alpha1.DRAResourceHealth";

  static final Duration RESEND = Duration.ofSeconds(10);
  static final long DEBOUNCE_MILLIS = 50;
  private static final Logger log = LoggerFactory.getLogger(HealthStreams.class);

  private final HealthFeed feed;
  private final HealthMessages messages;
  private final ScheduledExecutorService timer;
  private final Executor pool;
  private final Duration resendEvery;
  private final Consumer<List<HealthReport>> sent;
  private final AtomicBoolean changePending = new AtomicBoolean();
  private final List<Stream> streams = new ArrayList<>(); // guarded by this
  private boolean closed; // guarded by this
  private HealthFeed.@Nullable Subscription subscription;
  private @Nullable ScheduledFuture<?> resend;

  /**
   * @param sent told what was sent, under the lock of this
   */
  HealthStreams(
      HealthFeed feed,
      HealthMessages messages,
      ScheduledExecutorService timer,
      Executor pool,
      Duration resendEvery,
      Consumer<List<HealthReport>> sent) {
    this.feed = feed;
    this.messages = messages;
    this.timer = timer;
    this.pool = pool;
    this.resendEvery = resendEvery;
    this.sent = sent;
  }

  void start() {
    subscription = feed.onChange(this::changed);
    resend =
        timer.scheduleWithFixedDelay(
            Steady.task("the health report to the kubelet", () -> inPool(this::sendAll)),
            resendEvery.toMillis(),
            resendEvery.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void nodeWatchResources(
      NodeWatchResourcesRequest request, StreamObserver<NodeWatchResourcesResponse> observer) {
    Stream stream = new Stream((ServerCallStreamObserver<NodeWatchResourcesResponse>) observer);
    stream.out.setOnCancelHandler(() -> forget(stream));
    stream.out.setOnReadyHandler(() -> catchUp(stream));
    synchronized (this) {
      if (closed) {
        observer.onError(Status.UNAVAILABLE.withDescription("leaving").asRuntimeException());
        return;
      }
      streams.add(stream);
      log.debug("the kubelet opened a health stream, {} open", streams.size());
      send(List.of(stream));
    }
  }

  /** How many streams are open. */
  synchronized int open() {
    return streams.size();
  }

  /** Ends the streams that are open; the kubelet opens a new one after 5 s. */
  synchronized void endAll() {
    for (Stream stream : streams) {
      stream.out.onCompleted();
    }
    streams.clear();
  }

  /** Ends all streams and takes no more: an open one keeps a server from shutting down. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      endAll();
    }
    if (subscription != null) {
      subscription.close();
    }
    if (resend != null) {
      resend.cancel(false);
    }
  }

  /** A fault often touches several devices at nearly the same time: gather for a moment. */
  private void changed() {
    if (changePending.compareAndSet(false, true)) {
      ScheduledFuture<?> _ =
          timer.schedule(
              Steady.task("the report of a health change", this::changeIsDue),
              DEBOUNCE_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  /** What cannot be sent now is sent with the next change or the next full report. */
  private void changeIsDue() {
    changePending.set(false);
    inPool(this::sendAll);
  }

  private void inPool(Runnable work) {
    try {
      pool.execute(Steady.task("a health report", work));
    } catch (RejectedExecutionException e) {
      log.debug("no more health reports: stopped");
    }
  }

  private synchronized void sendAll() {
    send(streams);
  }

  // Under the lock, so that the list sent last is the newest.
  private void send(List<Stream> to) {
    if (to.isEmpty()) {
      return;
    }
    List<HealthReport> reports;
    NodeWatchResourcesResponse list;
    try {
      reports = feed.current();
      list = messages.list(reports);
    } catch (RuntimeException e) {
      log.error("no health to report; the kubelet shows the devices as unknown", e);
      return;
    }
    boolean any = false;
    for (Stream stream : to) { // one that is broken must not cost the others their report
      any |= Steady.attempt("a health stream", () -> send(list, stream)) && !stream.behind;
    }
    if (any) {
      sent.accept(reports);
    }
  }

  private static void send(NodeWatchResourcesResponse list, Stream stream) {
    stream.behind = !stream.out.isReady();
    if (!stream.behind) {
      stream.out.onNext(list);
    }
  }

  private synchronized void catchUp(Stream stream) {
    if (stream.behind && streams.contains(stream)) {
      send(List.of(stream));
    }
  }

  private synchronized void forget(Stream stream) {
    streams.remove(stream);
    log.debug("a health stream was cancelled, {} open", streams.size());
  }

  private static final class Stream {
    final ServerCallStreamObserver<NodeWatchResourcesResponse> out;
    boolean behind; // the kubelet does not read: send the newest once it does

    Stream(ServerCallStreamObserver<NodeWatchResourcesResponse> out) {
      this.out = out;
    }
  }
}
