package dev.acceld.otlp.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads W3C's {@code traceparent}. What is not one is as if it were not there. */
final class RemoteContext {
  private static final String KEY = "traceparent";
  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String carrier) {
          return List.of(KEY);
        }

        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
          return key.equals(KEY) ? carrier : null;
        }
      };

  private RemoteContext() {}

  static Optional<SpanContext> parse(String traceparent) {
    Context read =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), traceparent.strip(), GETTER);
    return Optional.of(Span.fromContext(read).getSpanContext()).filter(SpanContext::isValid);
  }

  /** The first of these annotations that has one. */
  static Optional<SpanContext> of(Map<String, String> annotations, List<String> keys) {
    return keys.stream()
        .flatMap(key -> Optional.ofNullable(annotations.get(key)).stream())
        .flatMap(value -> parse(value).stream())
        .findFirst();
  }
}
