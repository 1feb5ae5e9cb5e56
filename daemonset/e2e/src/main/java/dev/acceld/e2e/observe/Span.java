package dev.acceld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * One span as the collector got it.
 *
 * @param resource its attributes
 * @param trace the trace's id
 * @param id its own
 * @param parent empty for a root
 * @param name what was done
 * @param attributes of the span
 * @param startNanos since 1970
 * @param endNanos since 1970
 * @param links trace ids of the spans that it links to
 */
public record Span(
    Map<String, String> resource,
    String trace,
    String id,
    String parent,
    String name,
    Map<String, String> attributes,
    long startNanos,
    long endNanos,
    List<String> links) {
  static Span of(JsonNode resource, JsonNode span) {
    return new Span(
        Attributes.of(resource),
        span.path("traceId").asText(),
        span.path("spanId").asText(),
        span.path("parentSpanId").asText(),
        span.path("name").asText(),
        Attributes.of(span),
        span.path("startTimeUnixNano").asLong(),
        span.path("endTimeUnixNano").asLong(),
        StreamSupport.stream(span.path("links").spliterator(), false)
            .map(link -> link.path("traceId").asText())
            .toList());
  }

  /** The value of an attribute; empty without one. */
  public String attribute(String name) {
    return attributes.getOrDefault(name, "");
  }
}
