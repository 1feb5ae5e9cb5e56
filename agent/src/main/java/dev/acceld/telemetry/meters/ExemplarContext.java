package dev.acceld.telemetry.meters;

import dev.acceld.dra.claim.ClaimLog;
import io.prometheus.metrics.tracer.common.SpanContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Trace and span for exemplars: those of the log lines of the same thread, which are there only
 * while the thread works for something that is traced and exported.
 */
public final class ExemplarContext implements SpanContext {
  /** For one registry. */
  public ExemplarContext() {}

  @Override
  public @Nullable String getCurrentTraceId() {
    return MDC.get(ClaimLog.TRACE_ID);
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    return MDC.get(ClaimLog.SPAN_ID);
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return MDC.get(ClaimLog.SPAN_ID) != null;
  }

  @Override
  public void markCurrentSpanAsExemplar() {} // all that are sampled are exported
}
