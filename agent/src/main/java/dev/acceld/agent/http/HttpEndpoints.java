package dev.acceld.agent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.acceld.telemetry.Exposition;
import dev.acceld.telemetry.Telemetry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: {@code /metrics}, {@code /healthz}, {@code /readyz} and an index. At most four
 * threads, which end when idle; a client that does not read or write is cut off.
 */
public final class HttpEndpoints implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpEndpoints.class);
  private static final int GZIP_FROM = 1024;
  private static final String INDEX =
      """
      acceld
      /metrics  what the devices do and for whom, for Prometheus
      /healthz  whether the process is alive
      /readyz   whether it serves the kubelet, and what is missing
      """;

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final Map<String, Endpoint> endpoints;

  private HttpEndpoints(
      HttpServer server, ThreadPoolExecutor threads, Map<String, Endpoint> endpoints) {
    this.server = server;
    this.threads = threads;
    this.endpoints = endpoints;
  }

  /**
   * Listens and answers.
   *
   * @param telemetry rendered for {@code /metrics}
   * @param healthz asked for each {@code /healthz}; must answer at once
   * @param conditions asked for each {@code /readyz}; must answer at once
   * @throws IOException when it cannot listen there; the message names the address and the remedy
   */
  public static HttpEndpoints start(
      HttpAddress address,
      Telemetry telemetry,
      Supplier<HealthzResult> healthz,
      Supplier<List<Condition>> conditions)
      throws IOException {
    return start(
        address,
        Map.of(
            "/", request -> Reply.text(200, INDEX),
            "/metrics",
                request -> {
                  Exposition all = telemetry.scrape(request.accept());
                  return new Reply(200, all.contentType(), all.body());
                },
            "/healthz",
                request -> {
                  HealthzResult now = healthz.get();
                  return Reply.text(now.alive() ? 200 : 503, now.detail() + "\n");
                },
            "/readyz", new Readyz(conditions)));
  }

  static HttpEndpoints start(HttpAddress address, Map<String, Endpoint> endpoints)
      throws IOException {
    // Read by the JDK's server once, when its class is loaded; seconds.
    defaultProperty("sun.net.httpserver.maxReqTime", "10");
    defaultProperty("sun.net.httpserver.maxRspTime", "30");
    defaultProperty("sun.net.httpserver.nodelay", "true");
    defaultProperty("jdk.httpserver.maxConnections", "64");
    HttpServer server = listen(address);
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            4,
            4,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(64),
            task ->
                Thread.ofPlatform()
                    .daemon()
                    .name("http-" + count.incrementAndGet())
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
    HttpEndpoints it = new HttpEndpoints(server, threads, Map.copyOf(endpoints));
    server.setExecutor(threads);
    server.createContext("/", it::answer);
    server.start();
    return it;
  }

  private static HttpServer listen(HttpAddress address) throws IOException {
    try {
      return HttpServer.create(address.resolve(), 16);
    } catch (UnknownHostException e) {
      throw new IOException(
          "cannot listen on "
              + address
              + ": the host '"
              + address.host()
              + "' is unknown; give an address of this machine with --http-address",
          e);
    } catch (BindException e) {
      throw new IOException(
          "cannot listen on "
              + address
              + ": "
              + e.getMessage()
              + "; another process may have the port (ss -ltnp), or the address is not this"
              + " machine's or the port not allowed: choose another with --http-address",
          e);
    }
  }

  private static void defaultProperty(String name, String value) {
    if (System.getProperty(name) == null) {
      System.setProperty(name, value);
    }
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, Reply.text(405, "only GET and HEAD are answered here\n"));
        return;
      }
      send(exchange, reply(exchange));
    }
  }

  private Reply reply(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    Endpoint endpoint = path == null ? null : endpoints.get(path);
    if (endpoint == null) {
      return Reply.text(404, "nothing here; / lists what there is\n");
    }
    try {
      return endpoint.get(
          new Endpoint.Request(
              exchange.getRequestHeaders().getFirst("Accept"),
              exchange.getRequestURI().getQuery()));
    } catch (RuntimeException e) {
      log.warn("GET {} failed", path, e);
      return Reply.text(500, path + " failed: " + e + "\n");
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", reply.contentType());
    byte[] body = reply.body();
    if (body.length >= GZIP_FROM) {
      exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
      if (acceptsGzip(exchange)) {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        body = gzip(body);
      }
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private static boolean acceptsGzip(HttpExchange exchange) {
    String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
    if (accepted == null) {
      return false;
    }
    for (String coding : accepted.split(",", -1)) {
      String plain = coding.replace(" ", "");
      if (plain.startsWith("gzip") && !plain.matches("gzip;q=0(\\.0*)?")) {
        return true;
      }
    }
    return false;
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 8);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(body);
    }
    return out.toByteArray();
  }

  /** Stops listening at once and cuts off answers under way: the next scrape asks again. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
