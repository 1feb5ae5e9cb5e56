package dev.acceld.telemetry;

import dev.acceld.device.Summary;
import dev.acceld.device.SummaryMetric;
import dev.acceld.telemetry.MetricFamily.Shape;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;

/**
 * The families that are made from {@link Summary summaries}: one for each {@link SummaryMetric}.
 */
final class SummaryFamilies {
  private SummaryFamilies() {}

  static List<MetricFamily> all() {
    return Arrays.stream(SummaryMetric.values()).map(SummaryFamilies::of).toList();
  }

  private static MetricFamily of(SummaryMetric metric) {
    return switch (metric) {
      case PROGRAM_DURATION ->
          family(
              metric,
              "acceld_device_program_seconds",
              "How long programs of the workload ran, by the type of core.",
              "core");
      case OPERATION_DURATION ->
          family(
              metric,
              "acceld_device_operation_seconds",
              "How long transfers, collective operations and calls of the workload took; device is"
                  + " the first of the process.",
              "operation");
      case DELIVERY_RATE ->
          family(
              metric,
              "acceld_device_delivery_rate_bytes_per_second",
              "Delivery rate of the workload's network connections; device is the first of the"
                  + " process.",
              "");
    };
  }

  private static MetricFamily family(
      SummaryMetric metric, String name, String help, String partLabel) {
    return MetricFamily.of(
        name,
        help,
        Shape.SUMMARY,
        (view, family) -> {
          for (NodeView.Row row : view.rows()) {
            for (Summary summary : row.summaries()) {
              if (summary.metric() == metric) {
                Labels own = row.labels().own();
                family.add(partLabel.isEmpty() ? own : own.add(partLabel, summary.part()), summary);
              }
            }
          }
        });
  }
}
