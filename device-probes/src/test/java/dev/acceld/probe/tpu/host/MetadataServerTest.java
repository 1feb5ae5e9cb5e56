package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.acceld.probe.tpu.host.FactSource.Statement;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MetadataServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration OFTEN = Duration.ofMillis(5);
  private static final Duration NEVER = Duration.ofHours(1);

  private static final String PREFIX = "/computeMetadata/v1/instance/";
  private static final String TPU_ENV = "attributes/tpu-env";
  private static final String TYPE = "attributes/accelerator-type";
  private static final String WORKER = "attributes/agent-worker-number";
  private static final String MACHINE = "machine-type";

  /** Answers one question. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Set<Thread> threadsBefore = threads();
  private HttpServer http;
  private MetadataServer server;

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(workers);
    http.createContext("/", this::handle);
    http.start();
    server = server(OFTEN, OFTEN);
  }

  @AfterEach
  void stop() {
    server.close();
    http.stop(0);
    workers.shutdownNow();
  }

  private MetadataServer server(Duration again, Duration refresh) {
    return new MetadataServer(
        URI.create("http://127.0.0.1:" + http.getAddress().getPort()),
        again,
        refresh,
        Duration.ofSeconds(5));
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String what = exchange.getRequestURI().getPath().replace(PREFIX, "");
      asked.computeIfAbsent(what, w -> new AtomicInteger()).incrementAndGet();
      if (!"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
        exchange.sendResponseHeaders(400, -1);
        return;
      }
      answers.getOrDefault(what, status(404)).to(exchange);
    }
  }

  private static Answer text(String text) {
    return exchange -> {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static Answer status(int status) {
    return exchange -> {
      exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
      exchange.sendResponseHeaders(status, -1);
    };
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("tpu-metadata"))
        .collect(Collectors.toSet());
  }

  private Set<Thread> ours() {
    Set<Thread> ours = threads();
    ours.removeAll(threadsBefore);
    return ours;
  }

  private Map<Fact, String> awaitFacts() {
    await().atMost(PATIENCE).until(() -> !server.now().facts().isEmpty());
    return server.now().facts();
  }

  /** Waits until a question that is asked from now on has been answered, and so all before it. */
  private void awaitAnotherRound() {
    int before = count(TPU_ENV);
    server.now();
    await().atMost(PATIENCE).until(() -> count(TPU_ENV) >= before + 3);
  }

  private int count(String what) {
    AtomicInteger count = asked.get(what);
    return count == null ? 0 : count.get();
  }

  private void answerAll() {
    answers.put(TPU_ENV, text("TOPOLOGY: '4x4'\nCHIPS_PER_HOST_BOUNDS: '2,2,1'\n"));
    answers.put(TYPE, text("v5litepod-16\n"));
    answers.put(WORKER, text("2"));
    answers.put(MACHINE, text("projects/123/machineTypes/ct5lp-hightpu-4t"));
  }

  @Test
  void answersWhatTheServerSays() {
    answerAll();
    assertThat(awaitFacts())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Fact.TOPOLOGY, "4x4",
                Fact.CHIPS_PER_HOST_BOUNDS, "2,2,1",
                Fact.ACCELERATOR_TYPE, "v5litepod-16",
                Fact.WORKER_ID, "2",
                Fact.MACHINE_TYPE, "ct5lp-hightpu-4t"));
    assertThat(server.now().problems()).isEmpty();
  }

  @Test
  void tpuEnvWinsOverSingleAttributesAndItsProblemsAreNamed() {
    answerAll();
    answers.put(TPU_ENV, text("WORKER_ID: '1'\nTOPO"));
    assertThat(awaitFacts())
        .containsEntry(Fact.WORKER_ID, "1")
        .containsEntry(Fact.ACCELERATOR_TYPE, "v5litepod-16");
    assertThat(server.now().problems())
        .containsExactly("the metadata server: line 2 is not KEY: 'value'; it is ignored");
  }

  @Test
  void whatHasNoValueCostsOnlyItself() {
    answerAll();
    answers.put(TPU_ENV, status(404));
    answers.put(TYPE, status(403));
    answers.put(WORKER, text("\n"));
    assertThat(awaitFacts()).containsOnly(Map.entry(Fact.MACHINE_TYPE, "ct5lp-hightpu-4t"));
  }

  @Test
  void aServerWithoutTheHeaderIsAnotherAndCountsForNothing() {
    answerAll();
    answers.put(
        TPU_ENV,
        exchange -> {
          byte[] bytes = "TOPOLOGY: '4x4'".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
        });
    awaitAnotherRound();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
    assertThat(count(TYPE)).isZero();
  }

  @Test
  void aRedirectIsNotFollowed() {
    answerAll();
    answers.put(
        TPU_ENV,
        exchange -> {
          exchange.getResponseHeaders().set("Location", PREFIX + TYPE);
          status(302).to(exchange);
        });
    awaitAnotherRound();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
    assertThat(count(TYPE)).isZero();
  }

  @Test
  void aServerThatHangsKeepsNobodyWaiting() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    answerAll();
    answers.put(
        TPU_ENV,
        exchange -> {
          entered.countDown();
          awaitUninterrupted(released);
          status(404).to(exchange);
        });
    try {
      long quickest = Long.MAX_VALUE;
      for (int i = 0; i < 3; i++) {
        try (MetadataServer each = server(NEVER, NEVER)) {
          long start = System.nanoTime();
          assertThat(each.now()).isEqualTo(Statement.NOTHING);
          quickest = Math.min(quickest, System.nanoTime() - start);
        }
      }
      assertThat(Duration.ofNanos(quickest)).isLessThan(Duration.ofSeconds(1));
      server.now();
      entered.await();
      assertThat(server.now()).isEqualTo(Statement.NOTHING);
    } finally {
      released.countDown();
    }
    assertThat(awaitFacts()).containsKey(Fact.MACHINE_TYPE);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void nobodyIsAskedBeforeTheFirstQuestion() {
    assertThat(ours()).isEmpty();
    assertThat(asked).isEmpty();
  }

  @Test
  void aServerThatIsNotThereIsTriedAgainLater() {
    http.stop(0);
    try (MetadataServer missing = server(NEVER, OFTEN)) {
      assertThat(missing.now()).isEqualTo(Statement.NOTHING);
      assertThat(ours())
          .singleElement()
          .satisfies(thread ->
              await()
                  .atMost(PATIENCE)
                  .until(() -> thread.getState() == Thread.State.TIMED_WAITING));
      assertThat(missing.now()).isEqualTo(Statement.NOTHING);
    }
  }

  @Test
  void aServerThatFailsSaysNothingAndIsAskedAgain() {
    server = server(OFTEN, NEVER);
    answerAll();
    answers.put(TPU_ENV, status(500));
    awaitAnotherRound();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
    answers.put(TPU_ENV, text("TOPOLOGY: '4x4'"));
    assertThat(awaitFacts()).containsEntry(Fact.TOPOLOGY, "4x4");
  }

  @Test
  void halfOfTheAnswersCountForNothing() {
    answerAll();
    answers.put(MACHINE, status(503));
    awaitAnotherRound();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    answerAll();
    byte[] line = "TOPOLOGY: '4x4'\n".repeat(64).getBytes(StandardCharsets.UTF_8);
    CountDownLatch cut = new CountDownLatch(1);
    answers.put(
        TPU_ENV,
        exchange -> {
          exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          try {
            for (int sent = 0; sent < 32 << 20; sent += line.length) {
              body.write(line);
            }
          } catch (IOException e) {
            cut.countDown();
            throw e;
          }
        });
    server.now();
    await().atMost(PATIENCE).until(() -> cut.getCount() == 0);
    awaitAnotherRound();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
  }

  /** Each byte comes in time, and the answer never. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "H",
        "HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nX: ",
        "HTTP/1.1 200 OK\r\nMetadata-Flavor: Google\r\nContent-Length: 9999\r\n\r\n"
      })
  void anAnswerThatDripsIsGivenUpAndAskedForAgain(String beginning) throws Exception {
    AtomicInteger given = new AtomicInteger();
    try (ServerSocket dripping = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      workers.execute(() -> {
        while (!dripping.isClosed()) {
          try (Socket call = dripping.accept()) {
            OutputStream out = call.getOutputStream();
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            while (true) {
              out.write('a');
              Thread.sleep(20);
            }
          } catch (IOException e) {
            given.incrementAndGet(); // the other side has closed the connection
          } catch (InterruptedException e) {
            return;
          }
        }
      });
      try (MetadataServer slow =
          new MetadataServer(
              URI.create("http://127.0.0.1:" + dripping.getLocalPort()),
              OFTEN,
              NEVER,
              Duration.ofMillis(200))) {
        assertThat(slow.now()).isEqualTo(Statement.NOTHING);
        await().atMost(PATIENCE).until(() -> given.get() >= 2);
        assertThat(slow.settled()).isTrue();
        assertThat(slow.now()).isEqualTo(Statement.NOTHING);
      }
    }
  }

  @Test
  void anEarlierAnswerStillCountsWhenTheServerFails() {
    answerAll();
    Map<Fact, String> before = awaitFacts();
    answers.put(TPU_ENV, status(500));
    awaitAnotherRound();
    assertThat(server.now().facts()).isEqualTo(before).containsEntry(Fact.TOPOLOGY, "4x4");
  }

  @Test
  void aNewAnswerReplacesTheEarlierOne() {
    server = server(NEVER, OFTEN);
    answerAll();
    awaitFacts();
    answers.put(WORKER, text("7"));
    await().atMost(PATIENCE).until(() -> "7".equals(server.now().facts().get(Fact.WORKER_ID)));
  }

  @Test
  void closedItEndsItsThreadAndKeepsItsAnswer() {
    answerAll();
    Map<Fact, String> before = awaitFacts();
    Set<Thread> ours = ours();
    assertThat(ours).hasSize(1);
    server.close();
    await().atMost(PATIENCE).until(() -> ours.stream().noneMatch(Thread::isAlive));
    assertThat(server.now().facts()).isEqualTo(before);
    assertThat(ours()).isEmpty();
  }

  @Test
  void closedItStartsNoThread() {
    server.close();
    assertThat(server.now()).isEqualTo(Statement.NOTHING);
    assertThat(ours()).isEmpty();
  }
}
