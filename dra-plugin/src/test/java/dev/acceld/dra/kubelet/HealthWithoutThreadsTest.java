package dev.acceld.dra.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesRequest;
import dev.acceld.kubelet.proto.health.v1.NodeWatchResourcesResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health goes on being sent after a moment in which there was no thread for it. */
class HealthWithoutThreadsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger missing = new AtomicInteger();
  private final FakeHealth feed = new FakeHealth();
  private final Reader kubelet = new Reader();
  private HealthStreams streams = streams();

  private HealthStreams streams() {
    Executor pool =
        work -> {
          if (missing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          work.run();
        };
    return new HealthStreams(
        feed, new HealthMessages("node-1"), timer, pool, Duration.ofMillis(20), sent -> {});
  }

  @BeforeEach
  void open() {
    streams = streams();
    streams.start();
    streams.nodeWatchResources(NodeWatchResourcesRequest.getDefaultInstance(), kubelet);
  }

  @AfterEach
  void close() {
    streams.close();
    timer.shutdownNow();
  }

  private void isHeardAgain() {
    int before = kubelet.heard.get();
    await().atMost(PATIENCE).until(() -> kubelet.heard.get() > before + 3);
  }

  @Test
  void theRegularReportGoesOn() {
    isHeardAgain();
    missing.set(3);
    await().atMost(PATIENCE).until(() -> missing.get() == 0);
    isHeardAgain();
  }

  @Test
  void aChangeIsReportedAfterOneThatCouldNotBe() {
    missing.set(1);
    feed.set(FakeHealth.healthy("gpu-0"));
    await().atMost(PATIENCE).until(() -> missing.get() == 0);
    isHeardAgain();
    feed.set(FakeHealth.healthy("gpu-7"));
    await()
        .atMost(PATIENCE)
        .until(() -> kubelet.last.getDevices(0).getDevice().getDeviceName().equals("gpu-7"));
  }

  @Test
  void aBrokenStreamCostsTheOthersNothing() {
    Reader broken = new Reader();
    streams.nodeWatchResources(NodeWatchResourcesRequest.getDefaultInstance(), broken);
    Reader third = new Reader();
    streams.nodeWatchResources(NodeWatchResourcesRequest.getDefaultInstance(), third);
    broken.fails = true;
    isHeardAgain();
    int before = third.heard.get();
    await().atMost(PATIENCE).until(() -> third.heard.get() > before + 3);
    assertThat(streams.open()).isEqualTo(3);
  }

  /** A kubelet's end of a stream. */
  private static final class Reader extends ServerCallStreamObserver<NodeWatchResourcesResponse> {
    final AtomicInteger heard = new AtomicInteger();
    volatile NodeWatchResourcesResponse last = NodeWatchResourcesResponse.getDefaultInstance();
    volatile boolean fails;

    @Override
    public void onNext(NodeWatchResourcesResponse list) {
      if (fails) {
        throw new IllegalStateException("call is closed");
      }
      last = list;
      heard.incrementAndGet();
    }

    @Override
    public void onError(Throwable e) {}

    @Override
    public void onCompleted() {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
  }
}
