package dev.acceld.otlp.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BoundedSpansTest {
  private static final int ROOM = 16;
  private final AtomicLong lost = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean hangs = true;

  private final SpanExporter collector =
      new SpanExporter() {
        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
          if (hangs) {
            return new CompletableResultCode();
          }
          taken.addAndGet(spans.size());
          return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
          return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
          return CompletableResultCode.ofSuccess();
        }
      };

  private SdkTracerProvider provider() {
    BoundedSpans bounded = new BoundedSpans(new ExportWatch("traces", lost::addAndGet));
    return SdkTracerProvider.builder()
        .addSpanProcessor(
            bounded.around(
                BatchSpanProcessor.builder(bounded.around(collector))
                    .setMaxQueueSize(ROOM)
                    .setMaxExportBatchSize(4)
                    .setExporterTimeout(Duration.ofSeconds(1))
                    .setScheduleDelay(Duration.ofMillis(10))
                    .build(),
                ROOM))
        .build();
  }

  @Test
  void whatHasNoRoomIsCountedWhileTheCollectorHangs() {
    try (SdkTracerProvider provider = provider()) {
      for (int i = 0; i < 100; i++) {
        provider.get("test").spanBuilder("a").startSpan().end();
      }
      assertThat(lost).hasValue(100 - ROOM);
    }
  }

  @Test
  void whatIsTakenMakesRoom() {
    hangs = false;
    try (SdkTracerProvider provider = provider()) {
      for (int i = 0; i < 20; i++) {
        for (int n = 0; n < 10; n++) {
          provider.get("test").spanBuilder("a").startSpan().end();
        }
        long all = 10L * (i + 1);
        // The SDK answers a flush at once that begins while the one before is about to end.
        await()
            .until(() -> {
              provider.forceFlush().join(10, TimeUnit.SECONDS);
              return taken.get() == all;
            });
      }
      assertThat(lost).hasValue(0);
    }
  }
}
