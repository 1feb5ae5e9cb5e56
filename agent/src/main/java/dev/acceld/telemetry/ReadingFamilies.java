package dev.acceld.telemetry;

import dev.acceld.device.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The families {@code acceld_device_*} that are made from readings: one for each {@link Metric},
 * for every kind of device, with a label for its parts where it has several. Name and unit follow
 * from the metric, so a new one has a sound name at once.
 */
public final class ReadingFamilies {
  private ReadingFamilies() {}

  static List<MetricFamily> all() {
    List<MetricFamily> all = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      MetricFamily.Shape shape =
          metric.type() == Metric.Type.COUNTER
              ? MetricFamily.Shape.COUNTER
              : MetricFamily.Shape.GAUGE;
      all.add(
          MetricFamily.of(
              name(metric),
              ReadingHelp.of(metric),
              shape,
              (view, family) -> {
                for (NodeView.Row row : view.rows()) {
                  for (int part = 0; part < metric.parts().count(); part++) {
                    double value = row.readings().get(metric, part);
                    if (!Double.isNaN(value)) {
                      family.add(row.labels().of(metric.parts(), part), value);
                    }
                  }
                }
              }));
    }
    return all;
  }

  /** The name of a metric's series, with its unit: {@code acceld_device_power_watts}. */
  public static String name(Metric metric) {
    String stem =
        switch (metric) {
          case ECC_CORRECTED -> "ecc_corrected_errors";
          case ECC_UNCORRECTED -> "ecc_uncorrected_errors";
          case ECC_CORRECTED_LIFETIME -> "ecc_corrected_errors_lifetime";
          case ECC_UNCORRECTED_LIFETIME -> "ecc_uncorrected_errors_lifetime";
          case ECC_CORRECTED_AT -> "ecc_corrected_errors_by_location";
          case ECC_UNCORRECTED_AT -> "ecc_uncorrected_errors_by_location";
          case SRAM_UNCORRECTED -> "sram_uncorrected_errors_lifetime";
          case POWER_LIMIT_LEAST -> "power_limit_min";
          case POWER_LIMIT_MOST -> "power_limit_max";
          case PCIE_SENT_RATE -> "pcie_sent";
          case PCIE_RECEIVED_RATE -> "pcie_received";
          case NVLINK_SENT_RATE -> "nvlink_sent";
          case NVLINK_RECEIVED_RATE -> "nvlink_received";
          case PCIE_GENERATION -> "pcie_link_generation";
          case PCIE_WIDTH -> "pcie_link_width_lanes";
          default -> metric.name().toLowerCase(Locale.ROOT);
        };
    String unit =
        switch (metric.unit()) {
          case RATIO -> "_ratio";
          case BYTES -> "_bytes";
          case BYTES_PER_SECOND -> "_bytes_per_second";
          case CELSIUS -> "_celsius";
          case WATTS -> "_watts";
          case JOULES -> "_joules";
          case HERTZ -> "_hertz";
          case SECONDS -> "_seconds";
          case COUNT, NONE -> "";
        };
    return "acceld_device_" + stem + unit + (metric.type() == Metric.Type.COUNTER ? "_total" : "");
  }
}
