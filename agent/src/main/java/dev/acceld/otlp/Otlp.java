package dev.acceld.otlp;

import dev.acceld.otlp.export.BoundedSpans;
import dev.acceld.otlp.export.ExportWatch;
import dev.acceld.otlp.export.WatchedMetricExporter;
import dev.acceld.otlp.metrics.HwMetrics;
import dev.acceld.otlp.trace.ClaimTraces;
import dev.acceld.otlp.trace.TraceIds;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.startup.StartupTracer;
import dev.acceld.usage.UsageReport;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exports metrics and traces by OTLP over HTTP. A collector that is absent, slow or refusing costs
 * a bounded queue and what is counted as dropped; nothing of the agent ever waits for it but {@link
 * #close}, for two seconds at most.
 */
public final class Otlp implements AutoCloseable {
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);
  private static final int QUEUE = 2048;
  private static final List<String> PROTOCOLS =
      List.of(
          "otel.exporter.otlp.protocol",
          "otel.exporter.otlp.metrics.protocol",
          "otel.exporter.otlp.traces.protocol");

  /** Held, because loggers that nobody holds forget their level. We log failures ourselves. */
  private static final List<Logger> TOLD_BY_US =
      Stream.of("exporter", "sdk.metrics.export", "sdk.trace.export", "sdk.autoconfigure")
          .map(part -> Logger.getLogger("io.opentelemetry." + part))
          .toList();

  private final OpenTelemetrySdk sdk;
  private final OtlpSettings settings;
  private final @Nullable ClaimTraces traces;
  private @Nullable HwMetrics metrics;

  private Otlp(OpenTelemetrySdk sdk, OtlpSettings settings, TraceIds ids, boolean traced) {
    this.sdk = sdk;
    this.settings = settings;
    this.traces =
        traced
            ? new ClaimTraces(
                sdk.getSdkTracerProvider(),
                settings.version(),
                ids,
                settings.contextAnnotations(),
                settings.contextAsParent())
            : null;
  }

  /**
   * Sets everything up; connects to nothing yet.
   *
   * @param droppedPoints told how many data points are lost, each time
   * @param droppedSpans told how many spans are lost
   * @throws IllegalArgumentException for settings that cannot work
   */
  public static Otlp start(
      OtlpSettings settings, LongConsumer droppedPoints, LongConsumer droppedSpans) {
    TOLD_BY_US.forEach(logger -> logger.setLevel(Level.OFF));
    ExportWatch points = new ExportWatch("metrics", droppedPoints);
    BoundedSpans spans = new BoundedSpans(new ExportWatch("traces", droppedSpans));
    TraceIds ids = new TraceIds();
    try {
      OpenTelemetrySdk sdk =
          AutoConfiguredOpenTelemetrySdk.builder()
              .disableShutdownHook()
              .addPropertiesSupplier(Otlp::defaults)
              .addPropertiesCustomizer(config -> decided(settings, config))
              .addResourceCustomizer((found, config) -> OtlpResource.of(settings, found))
              .addTracerProviderCustomizer((builder, config) -> builder.setIdGenerator(ids))
              .addMetricExporterCustomizer(
                  (exporter, config) -> new WatchedMetricExporter(exporter, points))
              .addSpanExporterCustomizer((exporter, config) -> spans.around(exporter))
              .addSpanProcessorCustomizer((processor, config) ->
                  spans.around(processor, config.getInt("otel.bsp.max.queue.size", QUEUE)))
              .build()
              .getOpenTelemetrySdk();
      return new Otlp(sdk, settings, ids, spans.exported());
    } catch (ConfigurationException | IllegalArgumentException e) {
      throw new IllegalArgumentException("OpenTelemetry cannot be set up: " + e.getMessage(), e);
    }
  }

  /** What holds unless a variable says otherwise. */
  private static Map<String, String> defaults() {
    return Map.of(
        "otel.exporter.otlp.protocol", "http/protobuf",
        "otel.exporter.otlp.compression", "gzip");
  }

  /** What holds whatever the variables say. */
  private static Map<String, String> decided(OtlpSettings settings, ConfigProperties config) {
    for (String protocol : PROTOCOLS) {
      String value = config.getString(protocol, "http/protobuf");
      if (!value.equals("http/protobuf")) {
        throw new IllegalArgumentException(
            variable(protocol)
                + "="
                + value
                + " is not supported; use http/protobuf, whose port is usually 4318");
      }
    }
    Map<String, String> decided = new HashMap<>();
    decided.put("otel.logs.exporter", "none"); // logs go to standard error, with their trace id
    settings.endpoint().ifPresent(url -> decided.put("otel.exporter.otlp.endpoint", url));
    return decided;
  }

  private static String variable(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * Exports the devices and what claims have used. Once.
   *
   * @param snapshots asked once for each export
   * @param usage asked as well
   */
  public void observe(Supplier<NodeSnapshot> snapshots, Supplier<UsageReport> usage) {
    metrics = new HwMetrics(sdk.getMeterProvider(), settings.version(), snapshots, usage);
  }

  /** Traces the starts of pods. */
  public StartupTracer tracer() {
    return traces == null ? StartupTracer.OFF : traces;
  }

  /** Exports what is there, and ends. */
  @Override
  public void close() {
    if (traces != null) {
      traces.close();
    }
    sdk.shutdown().join(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
    if (metrics != null) {
      metrics.close();
    }
  }
}
