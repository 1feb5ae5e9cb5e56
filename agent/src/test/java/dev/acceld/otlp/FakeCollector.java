package dev.acceld.otlp;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A collector that keeps what it gets, and answers as it is told to. */
public final class FakeCollector implements AutoCloseable {
  /** How a collector answers. */
  public interface Answer {
    /** Answers; the body is read already. */
    void give(HttpExchange exchange) throws Exception;
  }

  /** It takes everything. */
  public static final Answer OK = exchange -> exchange.sendResponseHeaders(200, -1);

  public volatile Answer answer = OK;
  public final List<ExportMetricsServiceRequest> metrics = new CopyOnWriteArrayList<>();
  public final List<ExportTraceServiceRequest> traces = new CopyOnWriteArrayList<>();
  public final List<Map<String, List<String>>> headers = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public FakeCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/metrics", exchange -> serve(exchange, true));
    server.createContext("/v1/traces", exchange -> serve(exchange, false));
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void serve(HttpExchange exchange, boolean isMetrics) throws IOException {
    try (exchange) {
      headers.add(Map.copyOf(exchange.getRequestHeaders()));
      InputStream body = exchange.getRequestBody();
      byte[] bytes =
          "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))
              ? new GZIPInputStream(body).readAllBytes()
              : body.readAllBytes();
      if (answer == OK) {
        if (isMetrics) {
          metrics.add(ExportMetricsServiceRequest.parseFrom(bytes));
        } else {
          traces.add(ExportTraceServiceRequest.parseFrom(bytes));
        }
      }
      answer.give(exchange);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** The resource of what came last. */
  public Map<String, String> resource() {
    Resource of = metrics.getLast().getResourceMetrics(0).getResource();
    return texts(of.getAttributesList());
  }

  /** The last export of a metric. */
  public Metric metric(String name) {
    return metrics.getLast().getResourceMetricsList().stream()
        .flatMap(r -> r.getScopeMetricsList().stream())
        .flatMap(s -> s.getMetricsList().stream())
        .filter(m -> m.getName().equals(name))
        .findFirst()
        .orElse(Metric.getDefaultInstance());
  }

  /** The names of what the last export had. */
  public List<String> names() {
    return metrics.getLast().getResourceMetricsList().stream()
        .flatMap(r -> r.getScopeMetricsList().stream())
        .flatMap(s -> s.getMetricsList().stream())
        .map(Metric::getName)
        .toList();
  }

  /** The data points of the last export of a metric. */
  public List<NumberDataPoint> points(String name) {
    Metric metric = metric(name);
    return metric.hasGauge()
        ? metric.getGauge().getDataPointsList()
        : metric.getSum().getDataPointsList();
  }

  /** All spans, as they came. */
  public List<Span> spans() {
    List<Span> all = new ArrayList<>();
    for (ExportTraceServiceRequest request : traces) {
      request
          .getResourceSpansList()
          .forEach(r -> r.getScopeSpansList().forEach(s -> all.addAll(s.getSpansList())));
    }
    return all;
  }

  public static Map<String, String> texts(List<KeyValue> attributes) {
    Map<String, String> texts = new TreeMap<>();
    for (KeyValue each : attributes) {
      texts.put(
          each.getKey(),
          switch (each.getValue().getValueCase()) {
            case INT_VALUE -> Long.toString(each.getValue().getIntValue());
            case BOOL_VALUE -> Boolean.toString(each.getValue().getBoolValue());
            default -> each.getValue().getStringValue();
          });
    }
    return texts;
  }

  public static double number(NumberDataPoint point) {
    return point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
