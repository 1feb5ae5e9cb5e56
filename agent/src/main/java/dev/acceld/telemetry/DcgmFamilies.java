package dev.acceld.telemetry;

import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Metric;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * dcgm-exporter's families for NVIDIA GPUs, by its names, labels and units (MHz, MiB, mJ, W, %), so
 * that dashboards and alerts made for it go on working (Grafana 12239 among them). Only what we
 * read ourselves: no reading, no series.
 *
 * <p>Its counters have no {@code _total} in their names. The exposition writer would append it to a
 * counter, so they are written untyped: {@code rate()} does not look at types.
 */
final class DcgmFamilies {
  private static final DoubleUnaryOperator AS_IS = v -> v;
  private static final DoubleUnaryOperator PERCENT = v -> Math.round(v * 100);
  private static final DoubleUnaryOperator MEBIBYTES = v -> Math.floor(v / (1 << 20));
  private static final DoubleUnaryOperator MEGAHERTZ = v -> Math.round(v / 1e6);
  private static final DoubleUnaryOperator MILLIJOULES = v -> Math.round(v * 1000);

  private DcgmFamilies() {}

  static List<Family> all() {
    return List.of(
        gauge("SM_CLOCK", "SM clock frequency in MHz.", Metric.SM_CLOCK, MEGAHERTZ),
        gauge("MEM_CLOCK", "Memory clock frequency in MHz.", Metric.MEMORY_CLOCK, MEGAHERTZ),
        gauge("GPU_TEMP", "GPU temperature in degrees Celsius.", Metric.TEMPERATURE, AS_IS),
        gauge(
            "MEMORY_TEMP",
            "Memory temperature in degrees Celsius.",
            Metric.MEMORY_TEMPERATURE,
            AS_IS),
        gauge("POWER_USAGE", "Power draw in watts.", Metric.POWER, AS_IS),
        gauge("ENFORCED_POWER_LIMIT", "Power limit in force in watts.", Metric.POWER_LIMIT, AS_IS),
        counter(
            "TOTAL_ENERGY_CONSUMPTION",
            "Energy used since the driver was loaded in mJ.",
            Metric.ENERGY,
            MILLIJOULES),
        counter("PCIE_REPLAY_COUNTER", "PCIe replays.", Metric.PCIE_REPLAYS, AS_IS),
        gauge("PCIE_LINK_GEN", "PCIe generation in use.", Metric.PCIE_GENERATION, AS_IS),
        gauge("PCIE_LINK_WIDTH", "PCIe lanes in use.", Metric.PCIE_WIDTH, AS_IS),
        gauge("GPU_UTIL", "GPU utilization in percent.", Metric.UTILIZATION, PERCENT),
        gauge(
            "MEM_COPY_UTIL",
            "Memory bandwidth utilization in percent.",
            Metric.MEMORY_UTILIZATION,
            PERCENT),
        gauge("ENC_UTIL", "Encoder utilization in percent.", Metric.ENCODER_UTILIZATION, PERCENT),
        gauge("DEC_UTIL", "Decoder utilization in percent.", Metric.DECODER_UTILIZATION, PERCENT),
        gauge("FB_TOTAL", "Frame buffer memory in MiB.", Metric.MEMORY_TOTAL, MEBIBYTES),
        gauge("FB_FREE", "Free frame buffer memory in MiB.", Metric.MEMORY_FREE, MEBIBYTES),
        gauge("FB_USED", "Used frame buffer memory in MiB.", Metric.MEMORY_USED, MEBIBYTES),
        gauge(
            "FB_RESERVED",
            "Frame buffer memory reserved by the driver in MiB.",
            Metric.MEMORY_RESERVED,
            MEBIBYTES),
        counter(
            "ECC_SBE_VOL_TOTAL",
            "Corrected ECC errors since the driver was loaded.",
            Metric.ECC_CORRECTED,
            AS_IS),
        counter(
            "ECC_DBE_VOL_TOTAL",
            "Uncorrected ECC errors since the driver was loaded.",
            Metric.ECC_UNCORRECTED,
            AS_IS),
        Family.gauge(
            "DCGM_FI_DEV_XID_ERRORS",
            "XID of the newest XID fault that is still open, 0 when there is none;"
                + " acceld_device_xid_errors_total counts each XID.",
            (view, family) -> {
              for (NodeView.Row row : view.rows()) {
                Labels labels = row.labels().dcgm();
                if (labels != null && row.health() != null) {
                  openXid(row.health()).ifPresent(xid -> family.add(labels, xid));
                }
              }
            }));
  }

  /** Empty when nobody can tell. */
  static OptionalDouble openXid(HealthReport health) {
    OptionalDouble newest = OptionalDouble.empty();
    Instant since = Instant.MIN;
    for (Reason reason : health.reasons()) {
      if (reason.code().equals("xid") && !reason.since().isBefore(since)) {
        try {
          newest = OptionalDouble.of(Long.parseLong(reason.value()));
          since = reason.since();
        } catch (NumberFormatException e) {
          continue; // a reason that names no XID says nothing here
        }
      }
    }
    boolean known = newest.isPresent() || health.state() == State.UNKNOWN;
    return known ? newest : OptionalDouble.of(0);
  }

  private static Family gauge(
      String name, String help, Metric metric, DoubleUnaryOperator toForeignUnit) {
    return family(name, help, Family.Shape.GAUGE, metric, toForeignUnit);
  }

  private static Family counter(
      String name, String help, Metric metric, DoubleUnaryOperator toForeignUnit) {
    return family(name, help, Family.Shape.UNTYPED, metric, toForeignUnit);
  }

  private static Family family(
      String name,
      String help,
      Family.Shape shape,
      Metric metric,
      DoubleUnaryOperator toForeignUnit) {
    return Family.of(
        "DCGM_FI_DEV_" + name,
        help,
        shape,
        (view, family) -> {
          for (NodeView.Row row : view.rows()) {
            Labels labels = row.labels().dcgm();
            double value = row.readings().get(metric);
            if (labels != null && !Double.isNaN(value)) {
              family.add(labels, toForeignUnit.applyAsDouble(value));
            }
          }
        });
  }
}
