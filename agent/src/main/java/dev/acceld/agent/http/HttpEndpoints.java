package dev.acceld.agent.http;

import dev.acceld.agent.web.WebAccessSource;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The HTTP server: {@code /metrics}, {@code /healthz}, {@code /readyz}, and an index or pages.
 * Liveness and readiness have a thread of their own. A peer that is slow, idle or many costs itself
 * only: no thread waits for it, each part of an exchange has an absolute time, and where
 * connections run out the peer that has most of them loses its oldest.
 */
public final class HttpEndpoints implements AutoCloseable {
  private static final String INDEX =
      """
      acceld
      /metrics  metrics of the devices and their claims, for Prometheus
      /healthz  liveness of the process
      /readyz   readiness to serve the kubelet, with all conditions
      """;

  private static final long TICK_MILLIS = 1000;

  private final Listener listener;
  private final RequestDispatcher desk;

  private HttpEndpoints(Listener listener, RequestDispatcher desk) {
    this.listener = listener;
    this.desk = desk;
  }

  /**
   * Listens and answers.
   *
   * @param access who may ask, and how
   * @param telemetry rendered for {@code /metrics}
   * @param healthz asked for each {@code /healthz}; must answer at once
   * @param conditions asked for each {@code /readyz}; must answer at once
   * @throws IOException when it cannot listen there; the message names the address and the remedy
   */
  public static HttpEndpoints start(
      HttpAddress address,
      WebAccessSource access,
      Telemetry telemetry,
      Supplier<HealthzResult> healthz,
      Supplier<List<Condition>> conditions)
      throws IOException {
    return start(address, access, telemetry, healthz, conditions, Map.of());
  }

  /**
   * The same with further endpoints.
   *
   * @param more by path; one that ends with a slash stands for all paths that begin with it
   */
  public static HttpEndpoints start(
      HttpAddress address,
      WebAccessSource access,
      Telemetry telemetry,
      Supplier<HealthzResult> healthz,
      Supplier<List<Condition>> conditions,
      Map<String, Endpoint> more)
      throws IOException {
    Map<String, Endpoint> all = new HashMap<>();
    all.put("/", request -> Reply.text(200, INDEX));
    all.putAll(more);
    all.put("/metrics", new MetricsEndpoint(telemetry));
    all.put(
        "/healthz",
        request -> {
          HealthzResult now = healthz.get();
          return Reply.text(now.alive() ? 200 : 503, OneLine.of(now.detail()) + "\n");
        });
    all.put("/readyz", new Readyz(conditions));
    return start(address, access, all);
  }

  static HttpEndpoints start(
      HttpAddress address, WebAccessSource access, Map<String, Endpoint> endpoints)
      throws IOException {
    RequestDispatcher desk = new RequestDispatcher(endpoints, access);
    try {
      Listener listener = listen(address, desk, access);
      for (Endpoint endpoint : endpoints.values()) {
        if (endpoint instanceof EventStreams streams) {
          listener.every(TICK_MILLIS, streams::tick);
        }
      }
      return new HttpEndpoints(listener, desk);
    } catch (IOException | RuntimeException e) {
      desk.close();
      throw e;
    }
  }

  private static Listener listen(
      HttpAddress address, RequestDispatcher desk, WebAccessSource access) throws IOException {
    try {
      return Listener.start(address.resolve(), desk, access);
    } catch (UnknownHostException e) {
      throw new IOException(
          "cannot listen on "
              + address
              + ": the host '"
              + address.host()
              + "' is unknown; set --http-address to an address of this machine",
          e);
    } catch (BindException e) {
      throw new IOException(
          "cannot listen on "
              + address
              + ": "
              + ErrorText.of(e)
              + "; another process may use the port (ss -ltnp), or the address does not belong to"
              + " this machine, or the port is not allowed: set another --http-address",
          e);
    }
  }

  /** Where it listens, with the port that was chosen. */
  public InetSocketAddress address() {
    return listener.address();
  }

  /** Stops listening at once and cuts off answers under way: the next scrape asks again. */
  @Override
  public void close() {
    listener.close();
    desk.close();
  }
}
