package dev.acceld.otlp;

import java.util.List;
import java.util.Optional;

/**
 * Who exports, and where to. The rest is set by OpenTelemetry's own variables.
 *
 * @param nodeName the Node object's name
 * @param driverName the DRA driver's name
 * @param version the agent's
 * @param instance unique for this process
 * @param endpoint the collector's URL; empty when the environment names it for each kind of data
 * @param contextAnnotations annotations of a claim or pod that may have a trace context, in order
 * @param contextAsParent whether that context is the parent of a claim's trace; else it is linked
 */
public record OtlpSettings(
    String nodeName,
    String driverName,
    String version,
    String instance,
    Optional<String> endpoint,
    List<String> contextAnnotations,
    boolean contextAsParent) {

  /** Takes a copy. */
  public OtlpSettings {
    contextAnnotations = List.copyOf(contextAnnotations);
  }
}
