package dev.acceld.telemetry;

import io.prometheus.metrics.model.snapshots.MetricMetadata;
import java.util.function.BiConsumer;

/**
 * One metric family: its name, its help, and how its points are made from what one scrape sees.
 *
 * @param name as written in the exposition, with {@code _total} or {@code _info}
 * @param shape gauge, counter, …
 * @param metadata cached for the writer
 * @param points adds the family's points
 */
record MetricFamily(
    String name,
    Shape shape,
    MetricMetadata metadata,
    BiConsumer<NodeView, MetricFamilyBuilder> points) {

  /** What the exposition says of a family. */
  enum Shape {
    GAUGE(""),
    /** Quantiles, a sum and a count. */
    SUMMARY(""),
    /** The writer appends {@code _total} itself. */
    COUNTER("_total"),
    /** For counters whose foreign name has no {@code _total}; {@code rate()} works all the same. */
    UNTYPED(""),
    /** The writer appends {@code _info} itself. */
    INFO("_info");

    private final String suffix;

    Shape(String suffix) {
      this.suffix = suffix;
    }
  }

  MetricFamily withHelp(String help) {
    return help.equals(metadata.getHelp()) ? this : of(name, help, shape, points);
  }

  static MetricFamily gauge(
      String name, String help, BiConsumer<NodeView, MetricFamilyBuilder> points) {
    return of(name, help, Shape.GAUGE, points);
  }

  static MetricFamily counter(
      String name, String help, BiConsumer<NodeView, MetricFamilyBuilder> points) {
    return of(name, help, Shape.COUNTER, points);
  }

  static MetricFamily info(
      String name, String help, BiConsumer<NodeView, MetricFamilyBuilder> points) {
    return of(name, help, Shape.INFO, points);
  }

  static MetricFamily of(
      String name, String help, Shape shape, BiConsumer<NodeView, MetricFamilyBuilder> points) {
    if (!name.endsWith(shape.suffix)) {
      throw new IllegalArgumentException(name + " must end in " + shape.suffix);
    }
    String base = name.substring(0, name.length() - shape.suffix.length());
    return new MetricFamily(name, shape, new MetricMetadata(base, help), points);
  }
}
