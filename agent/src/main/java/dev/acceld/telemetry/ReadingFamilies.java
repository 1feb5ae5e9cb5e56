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
final class ReadingFamilies {
  private ReadingFamilies() {}

  static List<Family> all() {
    List<Family> all = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      Family.Shape shape =
          metric.type() == Metric.Type.COUNTER ? Family.Shape.COUNTER : Family.Shape.GAUGE;
      all.add(
          Family.of(
              name(metric),
              help(metric),
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

  static String name(Metric metric) {
    String stem =
        switch (metric) {
          case ECC_CORRECTED -> "ecc_corrected_errors";
          case ECC_UNCORRECTED -> "ecc_uncorrected_errors";
          case PCIE_GENERATION -> "pcie_link_generation";
          case PCIE_WIDTH -> "pcie_link_width_lanes";
          default -> metric.name().toLowerCase(Locale.ROOT);
        };
    String unit =
        switch (metric.unit()) {
          case RATIO -> "_ratio";
          case BYTES -> "_bytes";
          case CELSIUS -> "_celsius";
          case WATTS -> "_watts";
          case JOULES -> "_joules";
          case HERTZ -> "_hertz";
          case SECONDS -> "_seconds";
          case COUNT, NONE -> "";
        };
    return "acceld_device_" + stem + unit + (metric.type() == Metric.Type.COUNTER ? "_total" : "");
  }

  private static String help(Metric metric) {
    return switch (metric) {
      case UTILIZATION -> "Share of the sampling time in which any kernel ran, 0 to 1.";
      case MEMORY_UTILIZATION ->
          "Share of the sampling time in which memory was read or written, 0 to 1; not how full it"
              + " is.";
      case ENCODER_UTILIZATION -> "Share of the time in which the video encoder was busy, 0 to 1.";
      case DECODER_UTILIZATION -> "Share of the time in which the video decoder was busy, 0 to 1.";
      case MEMORY_USED -> "Device memory in use.";
      case MEMORY_FREE -> "Device memory that is free.";
      case MEMORY_RESERVED -> "Device memory that the driver keeps for itself.";
      case MEMORY_TOTAL -> "Device memory in all.";
      case TEMPERATURE -> "Temperature of the processor.";
      case MEMORY_TEMPERATURE -> "Temperature of the memory.";
      case POWER -> "Power drawn.";
      case POWER_LIMIT -> "Power limit in force.";
      case ENERGY -> "Energy used since the driver was loaded.";
      case SM_CLOCK -> "Clock of the streaming multiprocessors.";
      case MEMORY_CLOCK -> "Clock of the memory.";
      case ECC_CORRECTED -> "Corrected ECC memory errors since the driver was loaded.";
      case ECC_UNCORRECTED -> "Uncorrected ECC memory errors since the driver was loaded.";
      case PCIE_REPLAYS -> "PCIe packets that had to be sent again.";
      case PCIE_SENT -> "Bytes that the device sent over PCIe.";
      case PCIE_RECEIVED -> "Bytes that the device received over PCIe.";
      case PCIE_GENERATION -> "PCIe generation in use.";
      case PCIE_WIDTH -> "PCIe lanes in use.";
      // Another module may add a metric before a sentence for it is written here.
      default -> metric.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " of the device.";
    };
  }
}
