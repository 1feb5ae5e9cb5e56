package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.hurt.Flood;
import dev.acceld.agent.hurt.Flood.Kind;
import dev.acceld.agent.hurt.HttpProbe;
import dev.acceld.agent.web.WebAccessSource;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slow, idle and many peers cost themselves only. */
@Timeout(120)
class HttpFloodTest {
  /** Less than half of what a half request could hold a thread of the server's. */
  private static final Duration PROBE = Duration.ofSeconds(4);

  /** 1 MB: more than any buffer takes. */
  private static final String LARGE = "acceld_device_info{device=\"gpu\"} 1\n".repeat(30_000);

  private HttpEndpoints server;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            WebAccessSource.OPEN,
            Map.of(
                "/healthz", request -> Reply.text(200, "alive\n"),
                "/readyz", request -> Reply.text(200, "ready\n"),
                "/metrics", request -> Reply.text(200, LARGE),
                "/stuck",
                    request -> {
                      throw new OutOfMemoryError("unable to create native thread");
                    }));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int port() {
    return server.address().getPort();
  }

  private void everyProbeIsAnswered() {
    for (int i = 0; i < 12; i++) {
      assertThat(HttpProbe.get(port(), i % 2 == 0 ? "/healthz" : "/readyz", PROBE))
          .as("probe %s", i)
          .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HALF,4",
    "HALF,300",
    "IDLE,66",
    "IDLE,600",
    "DRIP,200",
    "DRIP,600",
    "DEAF,40",
    "BODY,100",
    "NOISE,100"
  })
  void everyProbeIsAnsweredDuringAFlood(Kind kind, int peers) throws Exception {
    try (Flood flood = Flood.start(port(), kind, peers)) {
      everyProbeIsAnswered();
      long before = flood.rounds();
      await().atMost(PROBE.multipliedBy(5)).until(() -> flood.rounds() > before + 5);
      everyProbeIsAnswered();
      assertThat(HttpProbe.get(port(), "/metrics", Duration.ofSeconds(60)))
          .as("who reads gets all of it, when those that do not are gone")
          .hasValueSatisfying(
              answer -> assertThat(answer.body().length()).isEqualTo(LARGE.length()));
    }
  }

  @Test
  void aRequestThatIsNotDoneInTimeIsCutOffHoweverItDrips() throws Exception {
    try (Socket slow = new Socket("127.0.0.1", port())) {
      slow.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> {
            try {
              slow.getOutputStream().write("X-A: b\r\n".getBytes(StandardCharsets.US_ASCII));
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
  }

  @Test
  void anErrorCostsNeitherTheThreadNorThePeerItsAnswer() {
    for (int i = 0; i < 3; i++) {
      assertThat(HttpProbe.get(port(), "/stuck", PROBE))
          .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(503));
    }
    everyProbeIsAnswered();
  }

  @Test
  void nothingIsWorkedOutForPeersThatWereClosedMeanwhile() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    AtomicInteger workedOut = new AtomicInteger();
    List<Socket> peers = new ArrayList<>();
    try (HttpEndpoints slow =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            WebAccessSource.OPEN,
            Map.of(
                "/healthz",
                request -> Reply.text(200, "alive\n"),
                "/metrics",
                request -> {
                  awaited(free);
                  workedOut.incrementAndGet();
                  return Reply.text(200, "x 1\n");
                }))) {
      int port = slow.address().getPort();
      try {
        for (int i = 0; i < 2 * Listener.MOST_OF_ONE; i++) {
          Socket peer = new Socket("127.0.0.1", port);
          peers.add(peer);
          peer.getOutputStream()
              .write(
                  "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(HttpProbe.get(port, "/healthz", PROBE)).isPresent();
        free.countDown();
        assertThat(HttpProbe.get(port, "/metrics", Duration.ofSeconds(60))).isPresent();
        assertThat(workedOut)
            .hasValueLessThanOrEqualTo(Listener.MOST_OF_ONE + Turns.AT_ONCE_OF_ONE);
      } finally {
        free.countDown();
        for (Socket peer : peers) {
          peer.close();
        }
      }
    }
  }

  @Test
  void livenessIsAnsweredWhileReadinessWaits() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    try (HttpEndpoints stuck =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            WebAccessSource.OPEN,
            Map.of(
                "/healthz",
                request -> Reply.text(200, "alive\n"),
                "/readyz",
                request -> {
                  awaited(free);
                  return Reply.text(200, "ready\n");
                }))) {
      int port = stuck.address().getPort();
      try (Socket waiting = new Socket("127.0.0.1", port)) {
        waiting
            .getOutputStream()
            .write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 3; i++) {
          assertThat(HttpProbe.get(port, "/readyz", Duration.ofMillis(100))).isEmpty();
          assertThat(HttpProbe.get(port, "/healthz", PROBE)).isPresent();
        }
      } finally {
        free.countDown();
      }
    }
  }

  /** Each kind waits in turn, with more peers than it has threads or turns. */
  @ParameterizedTest
  @CsvSource({"/,/metrics", "/metrics,/"})
  void metricsAndPagesDoNotWaitForEachOther(String slow, String quick) throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Endpoint waits =
        large(() -> {
          begun.countDown();
          awaited(free);
        });
    List<Socket> peers = new ArrayList<>();
    try (HttpEndpoints stuck =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            WebAccessSource.OPEN,
            Map.of(slow, waits, quick, large(() -> {})))) {
      int port = stuck.address().getPort();
      try {
        for (int i = 0; i < Listener.MOST_OF_ONE / 2; i++) {
          Socket peer = new Socket("127.0.0.1", port);
          peers.add(peer);
          peer.getOutputStream()
              .write(
                  ("GET " + slow + " HTTP/1.1\r\nHost: x\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
        }
        begun.await();
        for (int i = 0; i < 3; i++) {
          assertThat(HttpProbe.get(port, quick, PROBE))
              .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(200));
        }
        assertThat(free.getCount()).isEqualTo(1);
      } finally {
        free.countDown();
        for (Socket peer : peers) {
          peer.close();
        }
      }
    }
  }

  private static Endpoint large(Runnable first) {
    return new Endpoint() {
      @Override
      public Reply get(Request request) {
        first.run();
        return Reply.text(200, "large\n");
      }

      @Override
      public Weight weight() {
        return Weight.LARGE;
      }
    };
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aHeadThatIsTooLongIsRefused() {
    assertThat(HttpProbe.get(port(), "/" + "x".repeat(5000), PROBE))
        .hasValueSatisfying(answer -> assertThat(answer.status()).isEqualTo(400));
    everyProbeIsAnswered();
  }
}
