package dev.acceld.bench;

import com.sun.net.httpserver.HttpServer;
import dev.acceld.dra.cluster.ClusterRequests;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory and CPU time of two agents side by side, one of which exports by OTLP, while pods come and
 * go on eight GPUs: each GPU is held for 15 to 45 s at a time by a new pod, and {@code /metrics} is
 * scraped every 15 s.
 */
final class ChurnBench {
  private static final int GPUS = 8;
  private static final int LOOKS = 6;
  private static final int SCRAPE_SECONDS = 15;
  private static final int SHORTEST_SECONDS = 15;
  private static final int VARIATION_SECONDS = 30;

  private final PrintStream out;
  private final int seconds;

  ChurnBench(PrintStream out, int seconds) {
    this.out = out;
    this.seconds = seconds;
  }

  void run() throws Exception {
    AtomicLong received = new AtomicLong();
    HttpServer collector = collector(received);
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (Side plain = new Side("without OTLP", List.of());
        Side otlp = new Side("with OTLP", List.of("--otlp-endpoint", endpoint))) {
      List<Side> sides = List.of(plain, otlp);
      for (Side side : sides) {
        side.awaitDevices();
      }
      Thread.sleep(10_000);
      sides.forEach(side -> say(side, "at the start"));
      for (int second = 1; second <= seconds; second++) {
        for (Side side : sides) {
          side.second(second);
        }
        if (second % Math.max(1, seconds / LOOKS) == 0) {
          int now = second;
          sides.forEach(side -> say(side, "after " + now + " s"));
        }
        Thread.sleep(1000);
      }
      for (Side side : sides) {
        out.printf(
            Locale.ROOT,
            "%s: %d claims, %d scrapes of %d bytes (gzip)%n",
            side.name,
            side.claims,
            side.scrapes,
            side.bytes);
      }
      out.printf("the collector received %d bytes%n", received.get());
    } finally {
      collector.stop(0);
    }
  }

  private static HttpServer collector(AtomicLong received) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange;
              InputStream body = exchange.getRequestBody()) {
            received.addAndGet(body.transferTo(OutputStream.nullOutputStream()));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }

  private void say(Side side, String when) {
    try {
      out.printf(
          Locale.ROOT,
          "%s, %s: %.1f MiB anonymous, %.1f MiB resident, %.2f %% of a core since the start%n",
          side.name,
          when,
          side.agent.anonymousMiB(),
          side.agent.rssMiB(),
          100 * side.agent.cpuSeconds() / side.agent.secondsSinceStart());
      out.flush();
    } catch (IOException e) {
      out.println(side.name + ", " + when + ": " + e.getMessage());
    }
  }

  /** One agent with its own API server and kubelet. */
  private static final class Side implements AutoCloseable {
    final String name;
    final BenchStage stage;
    final AgentProcess agent;
    private final BenchClaims api;
    private final Random random = new Random(7);
    private final List<Optional<ClaimId>> held = new ArrayList<>();
    private final int[] until = new int[GPUS];
    private List<String> devices = List.of();
    int claims;
    int scrapes;
    long bytes;

    Side(String name, List<String> options) throws Exception {
      this.name = name;
      String node = "bench-node";
      stage = new BenchStage(Optional.empty(), node);
      agent = stage.agent(options);
      api =
          new BenchClaims(
              ClusterRequests.open(stage.kubeconfig(), "acceld-bench"), BenchStage.DRIVER, node);
      for (int i = 0; i < GPUS; i++) {
        held.add(Optional.empty());
      }
    }

    void awaitDevices() throws Exception {
      stage.kubelet().awaitRegistered(BenchStage.DRIVER, Duration.ofSeconds(60));
      while (devices.size() < GPUS) {
        if (!agent.alive()) {
          throw new IOException("the agent ended: " + agent.log());
        }
        Thread.sleep(50);
        devices = api.devices(false);
      }
    }

    void second(int now) throws Exception {
      for (int gpu = 0; gpu < GPUS; gpu++) {
        if (now >= until[gpu]) {
          Optional<ClaimId> over = held.get(gpu);
          if (over.isPresent()) {
            unprepare(over.get());
          }
          held.set(gpu, Optional.of(prepare(devices.get(gpu))));
          until[gpu] = now + SHORTEST_SECONDS + random.nextInt(VARIATION_SECONDS);
        }
      }
      if (now % SCRAPE_SECONDS == 0) {
        bytes = scrape();
        scrapes++;
      }
    }

    private ClaimId prepare(String device) throws Exception {
      ClaimId claim = api.create("claim-" + claims, "pod-" + claims, device);
      claims++;
      PrepareAnswer answer =
          stage.kubelet().prepare(BenchStage.DRIVER, List.of(claim)).get(claim.uid());
      if (answer == null || !answer.error().isEmpty()) {
        throw new IOException("prepare: " + answer);
      }
      return claim;
    }

    private void unprepare(ClaimId claim) throws Exception {
      Map<String, String> errors = stage.kubelet().unprepare(BenchStage.DRIVER, List.of(claim));
      if (!errors.getOrDefault(claim.uid(), "no answer").isEmpty()) {
        throw new IOException("unprepare: " + errors);
      }
      api.delete(claim);
    }

    private long scrape() throws IOException {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create(stage.metricsUrl()).toURL().openConnection();
      connection.setRequestProperty("Accept-Encoding", "gzip");
      try (InputStream body = connection.getInputStream()) {
        return body.transferTo(OutputStream.nullOutputStream());
      }
    }

    @Override
    public void close() {
      agent.close();
      stage.close();
    }
  }
}
