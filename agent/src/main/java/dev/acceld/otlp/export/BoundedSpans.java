package dev.acceld.otlp.export;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds how many spans wait for the collector, and counts those for which there was no room: the
 * SDK's own queue drops them silently.
 */
public final class BoundedSpans {
  private final ExportWatch watch;
  private final AtomicLong waiting = new AtomicLong();
  private volatile boolean exported;

  /** Nothing waits yet. */
  public BoundedSpans(ExportWatch watch) {
    this.watch = watch;
  }

  /** A span exporter that takes spans out of the count. */
  public SpanExporter around(SpanExporter to) {
    exported = true;
    return new SpanExporter() {
      @Override
      public CompletableResultCode export(Collection<SpanData> spans) {
        int count = spans.size();
        CompletableResultCode result = to.export(spans);
        result.whenComplete(() -> waiting.addAndGet(-count));
        return watch.follow(result, count);
      }

      @Override
      public CompletableResultCode flush() {
        return to.flush();
      }

      @Override
      public CompletableResultCode shutdown() {
        return to.shutdown();
      }
    };
  }

  /** Whether there is an exporter. */
  public boolean exported() {
    return exported;
  }

  /**
   * A span processor that lets no more in than may wait.
   *
   * @param most how many
   */
  public SpanProcessor around(SpanProcessor to, int most) {
    return new SpanProcessor() {
      @Override
      public void onStart(Context parent, ReadWriteSpan span) {
        to.onStart(parent, span);
      }

      @Override
      public boolean isStartRequired() {
        return to.isStartRequired();
      }

      @Override
      public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
          return;
        }
        if (waiting.incrementAndGet() > most) {
          waiting.decrementAndGet();
          watch.lost(1, new IllegalStateException(most + " spans wait already"));
        } else {
          to.onEnd(span);
        }
      }

      @Override
      public boolean isEndRequired() {
        return to.isEndRequired();
      }

      @Override
      public CompletableResultCode forceFlush() {
        return to.forceFlush();
      }

      @Override
      public CompletableResultCode shutdown() {
        return to.shutdown();
      }
    };
  }
}
