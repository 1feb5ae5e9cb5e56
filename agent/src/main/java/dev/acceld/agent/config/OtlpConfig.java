package dev.acceld.agent.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What goes to an OpenTelemetry collector. Everything else is set by OpenTelemetry's own variables.
 *
 * @param endpoint the collector's URL, if one was named
 * @param contextAnnotations annotations of a claim or pod that may have a trace context, in order
 * @param contextAsParent whether that context is the parent of a claim's trace; else it is linked
 */
public record OtlpConfig(
    Optional<String> endpoint, List<String> contextAnnotations, boolean contextAsParent) {
  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

  /** Takes a copy. */
  public OtlpConfig {
    contextAnnotations = List.copyOf(contextAnnotations);
  }

  /** Whether anything is to be exported. */
  public boolean enabled(Map<String, String> env) {
    return !env.getOrDefault("OTEL_SDK_DISABLED", "").strip().equalsIgnoreCase("true")
        && (endpoint.isPresent()
            || ENDPOINTS.stream().anyMatch(name -> !env.getOrDefault(name, "").isBlank()));
  }
}
