package dev.acceld.otlp;

import java.util.HashMap;
import java.util.Map;

/** OpenTelemetry's settings as properties of this JVM, until it is closed. */
public final class OtlpProperties implements AutoCloseable {
  private final Map<String, String> before = new HashMap<>();

  /** Exports follow each other quickly. */
  public OtlpProperties() {
    set("otel.metric.export.interval", "300");
    set("otel.bsp.schedule.delay", "100");
    set("otel.exporter.otlp.timeout", "1000");
    set("otel.java.exporter.otlp.retry.disabled", "true");
  }

  public OtlpProperties set(String key, String value) {
    before.putIfAbsent(key, System.getProperty(key, ""));
    System.setProperty(key, value);
    return this;
  }

  @Override
  public void close() {
    before.forEach((key, value) -> {
      if (value.isEmpty()) {
        System.clearProperty(key);
      } else {
        System.setProperty(key, value);
      }
    });
  }
}
