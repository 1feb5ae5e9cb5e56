package dev.acceld.telemetry;

import dev.acceld.device.Summary;
import dev.acceld.telemetry.text.ExpositionBuffer;
import dev.acceld.telemetry.text.LabelTexts;
import dev.acceld.telemetry.text.TextFormat;
import io.prometheus.metrics.model.snapshots.Labels;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Writes families in one of the two formats. Several times as fast as the library's writer, because
 * what stays the same from scrape to scrape is encoded once. On one thread at a time.
 */
final class FamilyWriter {
  private final boolean open;
  private final LabelTexts labels = new LabelTexts();
  private final Map<MetricFamily, Fixed> fixed = new IdentityHashMap<>(); // as many as families
  private long number;

  FamilyWriter(TextFormat format) {
    this.open = format == TextFormat.OPENMETRICS;
  }

  /** What is the same in each scrape. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fixed(byte[] head, byte[] name, byte[] sum, byte[] count) {}

  /**
   * Writes a family, or nothing when it has no point. Of points with the same labels only the first
   * is written.
   */
  void write(MetricFamily family, MetricFamilyBuilder points, ExpositionBuffer out) {
    if (points.size() == 0) {
      return;
    }
    Fixed same = fixed.computeIfAbsent(family, this::fixed);
    number++;
    out.writeBytes(same.head());
    for (int i = 0; i < points.size(); i++) {
      Labels of = points.labels(i);
      LabelTexts.Text text = labels.of(of);
      if (text.isNewFor(number)) {
        switch (family.shape()) {
          case INFO -> out.info(same.name(), text);
          case SUMMARY -> summary(same, of, text, points.summary(i), out);
          case GAUGE, COUNTER, UNTYPED -> out.sample(same.name(), text, points.value(i));
        }
      }
    }
  }

  private void summary(
      Fixed same, Labels of, LabelTexts.Text text, Summary value, ExpositionBuffer out) {
    value
        .quantiles()
        .forEach((share, at) ->
            out.sample(same.name(), labels.of(of.add("quantile", Double.toString(share))), at));
    out.sample(same.sum(), text, value.sum());
    out.sample(same.count(), text, value.count());
  }

  /** After each scrape. */
  void trim() {
    labels.trim();
  }

  private Fixed fixed(MetricFamily family) {
    String name = open ? family.metadata().getPrometheusName() : family.name();
    String help =
        "# HELP " + name + " " + ExpositionBuffer.help(family.metadata().getHelp(), open) + "\n";
    String type = "# TYPE " + name + " " + type(family.shape()) + "\n";
    return new Fixed(
        (open ? type + help : help + type).getBytes(StandardCharsets.UTF_8),
        family.name().getBytes(StandardCharsets.UTF_8),
        (family.name() + "_sum").getBytes(StandardCharsets.UTF_8),
        (family.name() + "_count").getBytes(StandardCharsets.UTF_8));
  }

  private String type(MetricFamily.Shape shape) {
    return switch (shape) {
      case GAUGE -> "gauge";
      case SUMMARY -> "summary";
      case COUNTER -> "counter";
      case UNTYPED -> open ? "unknown" : "untyped";
      case INFO -> open ? "info" : "gauge";
    };
  }
}
