package dev.acceld.otlp.export;

import dev.acceld.text.ErrorText;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what does not reach the collector, and says in the log when that begins and when it is
 * over. Any thread.
 */
public final class ExportWatch {
  private static final Logger log = LoggerFactory.getLogger(ExportWatch.class);

  private final String what;
  private final LongConsumer dropped;
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * Of one kind of data.
   *
   * @param what its name for the log
   * @param dropped told how many each time that some are lost
   */
  public ExportWatch(String what, LongConsumer dropped) {
    this.what = what;
    this.dropped = dropped;
  }

  /** Tells, once an export has ended, whether it took so many with it. */
  CompletableResultCode follow(CompletableResultCode export, long count) {
    return export.whenComplete(() -> {
      if (export.isSuccess()) {
        delivered();
      } else {
        lost(count, export.getFailureThrowable());
      }
    });
  }

  private void delivered() {
    if (failing.compareAndSet(true, false)) {
      log.info("the collector accepts {} again", what);
    }
  }

  void lost(long count, @Nullable Throwable why) {
    dropped.accept(count);
    if (failing.compareAndSet(false, true)) {
      log.warn(
          "{} cannot be exported by OTLP and are dropped until the collector accepts them: {}",
          what,
          why(why));
    }
  }

  private static String why(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> "it did not answer in time";
      case FailedExportException.HttpExportException answered when answered.getResponse() != null ->
          "it answered with HTTP status " + answered.getResponse().getStatusCode();
      case FailedExportException e when e.getCause() != null -> ErrorText.of(e.getCause());
      default -> ErrorText.of(failure);
    };
  }
}
