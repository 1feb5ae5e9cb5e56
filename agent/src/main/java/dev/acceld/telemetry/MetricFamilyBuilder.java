package dev.acceld.telemetry;

import dev.acceld.device.Summary;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the points of one family. A value that is no number and a negative counter are dropped:
 * they cost themselves, not the family. So is, when they are written, a second point with the same
 * labels.
 */
final class MetricFamilyBuilder {
  private final MetricFamily family;
  private final List<Labels> labels = new ArrayList<>();
  private final List<Double> values = new ArrayList<>();
  private final List<Summary> summaries = new ArrayList<>(); // as many points, or none

  MetricFamilyBuilder(MetricFamily family) {
    this.family = family;
  }

  MetricFamilyBuilder add(Labels of, double value) {
    boolean usable =
        Double.isFinite(value) && (family.shape() != MetricFamily.Shape.COUNTER || value >= 0);
    if (usable) {
      labels.add(of);
      values.add(value);
    }
    return this;
  }

  MetricFamilyBuilder add(Labels of, boolean value) {
    return add(of, value ? 1 : 0);
  }

  /** One point of a {@link MetricFamily.Shape#SUMMARY}. */
  MetricFamilyBuilder add(Labels of, Summary value) {
    if (value.count() >= 0 && Double.isFinite(value.sum())) {
      labels.add(of);
      values.add(value.sum());
      summaries.add(value);
    }
    return this;
  }

  int size() {
    return labels.size();
  }

  Labels labels(int point) {
    return labels.get(point);
  }

  double value(int point) {
    return values.get(point);
  }

  Summary summary(int point) {
    return summaries.get(point);
  }

  /**
   * The family for the library's writer, or null when it has no point: then it is not mentioned at
   * all.
   */
  @Nullable MetricSnapshot build() {
    if (labels.isEmpty()) {
      return null;
    }
    MetricMetadata metadata = family.metadata();
    return switch (family.shape()) {
      case GAUGE -> {
        List<GaugeDataPointSnapshot> points = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
          points.add(new GaugeDataPointSnapshot(values.get(i), labels.get(i), null));
        }
        yield new GaugeSnapshot(metadata, points);
      }
      case SUMMARY -> {
        List<SummaryDataPointSnapshot> points = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
          Summary of = summaries.get(i);
          List<Quantile> quantiles = new ArrayList<>();
          of.quantiles().forEach((share, at) -> quantiles.add(new Quantile(share, at)));
          points.add(
              new SummaryDataPointSnapshot(
                  of.count(),
                  of.sum(),
                  Quantiles.of(quantiles),
                  labels.get(i),
                  Exemplars.EMPTY,
                  0));
        }
        yield new SummarySnapshot(metadata, points);
      }
      case COUNTER -> {
        List<CounterDataPointSnapshot> points = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
          points.add(new CounterDataPointSnapshot(values.get(i), labels.get(i), null, 0));
        }
        yield new CounterSnapshot(metadata, points);
      }
      case UNTYPED -> {
        List<UnknownDataPointSnapshot> points = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
          points.add(new UnknownDataPointSnapshot(values.get(i), labels.get(i), null));
        }
        yield new UnknownSnapshot(metadata, points);
      }
      case INFO -> {
        List<InfoDataPointSnapshot> points = new ArrayList<>(labels.size());
        for (Labels of : labels) {
          points.add(new InfoDataPointSnapshot(of));
        }
        yield new InfoSnapshot(metadata, points);
      }
    };
  }
}
