package dev.acceld.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.acceld.agent.web.WebAccessSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Streams of events cost a bounded amount, whoever listens and however. */
@Timeout(120)
class EventStreamsTest {
  private static final String ASK = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";

  private final AtomicInteger events = new AtomicInteger();
  private final List<Socket> peers = new ArrayList<>();
  private volatile String padding = "";
  private EventStreams streams;
  private HttpEndpoints server;

  @BeforeEach
  void start() throws IOException {
    streams = new EventStreams(() -> events.incrementAndGet() + padding);
    server =
        HttpEndpoints.start(
            new HttpAddress("127.0.0.1", 0),
            WebAccessSource.OPEN,
            Map.of(
                "/events",
                streams,
                "/healthz",
                request -> Reply.text(200, "alive\n"),
                "/",
                request -> Reply.text(200, "the page\n")));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket peer : peers) {
      peer.close();
    }
    server.close();
  }

  private Socket peer() throws IOException {
    Socket peer = new Socket();
    peers.add(peer);
    peer.setReceiveBufferSize(1024);
    peer.connect(new InetSocketAddress("127.0.0.1", server.address().getPort()));
    peer.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
    return peer;
  }

  private static BufferedReader in(Socket peer) throws IOException {
    return new BufferedReader(
        new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
  }

  private HttpResponse<String> get(String path, String method) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(uri)
              .method(method, BodyPublishers.noBody())
              .timeout(Duration.ofSeconds(10))
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void whoListensIsToldAgainAndAgain() throws Exception {
    BufferedReader in = in(peer());
    assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
    List<String> told = new ArrayList<>();
    while (told.size() < 3) {
      String line = in.readLine();
      if (line.startsWith("data: ")) {
        told.add(line);
      }
    }
    assertThat(told).containsExactly("data: 1", "data: 2", "data: 3");
    assertThat(get("/events", "HEAD").headers().firstValue("Content-Type"))
        .hasValue("text/event-stream; charset=utf-8");
  }

  @Test
  void whoDoesNotReadIsCutOffAndHoldsOneEventUntilThen() throws Exception {
    padding = "x".repeat(1 << 20);
    Socket deaf = peer();
    await().atMost(Duration.ofSeconds(10)).until(() -> streams.count() == 1);
    int first = events.get();
    BufferedReader listening = in(peer()); // another, who reads: it is served all the time
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          while (listening.ready()) {
            char[] some = new char[1 << 16];
            assertThat(listening.read(some)).isPositive();
          }
          return streams.count() == 1;
        });
    assertThat(events.get()).as("who reads got more").isGreaterThan(first + 5);
    deaf.setSoTimeout(10_000);
    long bytes = 0;
    try {
      byte[] some = new byte[1 << 16];
      for (int n = deaf.getInputStream().read(some); n > 0; n = deaf.getInputStream().read(some)) {
        bytes += n;
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    assertThat(bytes).as("nothing was kept for it but the first event").isLessThan(1 << 20);
  }

  @Test
  void streamsAreLimitedAndPagesAreNot() throws Exception {
    for (int i = 0; i < 200; i++) {
      Socket unused = peer();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> streams.count() == EventStreams.MOST);
    HttpResponse<String> refused = get("/events", "GET");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("30");
    assertThat(refused.body()).contains("64 streams", "reload");
    assertThat(get("/", "GET").body()).isEqualTo("the page\n");
    assertThat(get("/healthz", "GET").statusCode()).isEqualTo(200);
    for (Socket peer : peers) {
      peer.close();
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> streams.count() == 0);
    assertThat(in(peer()).readLine()).isEqualTo("HTTP/1.1 200 OK");
  }

  @Test
  void whoAsksForMoreOnAStreamLosesIt() throws Exception {
    Socket peer = peer();
    await().atMost(Duration.ofSeconds(10)).until(() -> streams.count() == 1);
    peer.getOutputStream().write(ASK.getBytes(StandardCharsets.US_ASCII));
    await().atMost(Duration.ofSeconds(10)).until(() -> streams.count() == 0);
  }

  @Test
  void anOldPeerGetsAStreamWithoutChunks() throws Exception {
    Socket peer = new Socket("127.0.0.1", server.address().getPort());
    peers.add(peer);
    peer.getOutputStream()
        .write("GET /events HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    BufferedReader in = in(peer);
    List<String> lines = new ArrayList<>();
    while (lines.stream().noneMatch(line -> line.equals("data: 2"))) {
      lines.add(in.readLine());
    }
    assertThat(lines).contains("retry: 2000", "data: 1").noneMatch(l -> l.contains("chunked"));
  }
}
