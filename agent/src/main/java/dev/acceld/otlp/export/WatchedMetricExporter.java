package dev.acceld.otlp.export;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;

/** A metric exporter that tells a watch how each export ended. */
public final class WatchedMetricExporter implements MetricExporter {
  private final MetricExporter to;
  private final ExportWatch watch;

  /** Around that one. */
  public WatchedMetricExporter(MetricExporter to, ExportWatch watch) {
    this.to = to;
    this.watch = watch;
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    // Counted now: the exporter may use the same objects again.
    long points = metrics.stream().mapToLong(m -> m.getData().getPoints().size()).sum();
    return watch.follow(to.export(metrics), points);
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType type) {
    return to.getAggregationTemporality(type);
  }

  @Override
  public Aggregation getDefaultAggregation(InstrumentType type) {
    return to.getDefaultAggregation(type);
  }

  @Override
  public MemoryMode getMemoryMode() {
    return to.getMemoryMode();
  }

  @Override
  public CompletableResultCode flush() {
    return to.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return to.shutdown();
  }
}
