package dev.acceld.telemetry;

import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.HealthReport.State;
import dev.acceld.device.Metric;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Sample;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/**
 * dcgm-exporter's families for NVIDIA GPUs, by its names, labels and units (MHz, MiB, mJ, W, %,
 * ns), so that dashboards and alerts made for it go on working (Grafana 12239 among them). Only
 * what we read ourselves: no reading, no series.
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

  private static final double NANOS = 1e9;
  private static final int FABRIC_COMPLETED = 3;
  private static final int FABRIC_FAILED = 4;

  private DcgmFamilies() {}

  static List<MetricFamily> all() {
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
            "Energy consumed since the driver was loaded in mJ.",
            Metric.ENERGY,
            MILLIJOULES),
        counter("PCIE_REPLAY_COUNTER", "PCIe replays.", Metric.PCIE_REPLAYS, AS_IS),
        gauge("PCIE_LINK_GEN", "Current PCIe generation.", Metric.PCIE_GENERATION, AS_IS),
        gauge("PCIE_LINK_WIDTH", "Current number of PCIe lanes.", Metric.PCIE_WIDTH, AS_IS),
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
        counter(
            "ECC_SBE_AGG_TOTAL",
            "Corrected ECC errors over the lifetime of the device.",
            Metric.ECC_CORRECTED_LIFETIME,
            AS_IS),
        counter(
            "ECC_DBE_AGG_TOTAL",
            "Uncorrected ECC errors over the lifetime of the device.",
            Metric.ECC_UNCORRECTED_LIFETIME,
            AS_IS),
        counter(
            "CORRECTABLE_REMAPPED_ROWS",
            "Rows remapped after corrected errors.",
            Metric.REMAPPED_ROWS_CORRECTABLE,
            AS_IS),
        counter(
            "UNCORRECTABLE_REMAPPED_ROWS",
            "Rows remapped after uncorrected errors.",
            Metric.REMAPPED_ROWS_UNCORRECTABLE,
            AS_IS),
        gauge(
            "ROW_REMAP_PENDING",
            "1 while a row remapping is pending until a reset.",
            Metric.ROW_REMAP_PENDING,
            AS_IS),
        gauge(
            "ROW_REMAP_FAILURE",
            "1 when a row remapping has failed.",
            Metric.ROW_REMAP_FAILED,
            AS_IS),
        counter("RETIRED_SBE", "Pages retired for single-bit errors.", Metric.RETIRED_PAGES, 0, 1),
        counter("RETIRED_DBE", "Pages retired for double-bit errors.", Metric.RETIRED_PAGES, 1, 1),
        gauge(
            "RETIRED_PENDING",
            "1 while a page retirement is pending.",
            Metric.RETIRED_PAGES_PENDING,
            AS_IS),
        violation("POWER", "power", 0),
        violation("THERMAL", "temperature", 1),
        violation("SYNC_BOOST", "sync boost", 2),
        violation("BOARD_LIMIT", "a board limit", 3),
        violation("LOW_UTIL", "low utilization", 4),
        violation("RELIABILITY", "voltage reliability", 5),
        gauge("PSTATE", "Performance state; 0 is the fastest.", Metric.PERFORMANCE_STATE, AS_IS),
        gauge("FAN_SPEED", "Fan speed in percent.", Metric.FAN_SPEED, PERCENT),
        gauge("VIDEO_CLOCK", "Video clock in MHz.", Metric.VIDEO_CLOCK, MEGAHERTZ),
        gauge("BAR1_TOTAL", "BAR1 memory in MiB.", Metric.BAR1_TOTAL, MEBIBYTES),
        gauge("BAR1_USED", "Used BAR1 memory in MiB.", Metric.BAR1_USED, MEBIBYTES),
        gauge("BAR1_FREE", "Free BAR1 memory in MiB.", Metric.BAR1_FREE, MEBIBYTES),
        gauge(
            "FABRIC_MANAGER_STATUS",
            "Registration with the NVLink fabric: 1 not started, 2 in progress, 3 succeeded, 4"
                + " failed.",
            DcgmFamilies::fabricManagerStatus,
            AS_IS),
        gauge(
            "NVLINK_BANDWIDTH_TOTAL",
            "Data sent and received over all NVLinks in MiB per second.",
            sample -> sample.get(Metric.NVLINK_SENT_RATE) + sample.get(Metric.NVLINK_RECEIVED_RATE),
            v -> Math.rint(v / (1 << 20))),
        MonotonicSums.family(
            "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL",
            "Packets retransmitted over all NVLinks.",
            Metric.NVLINK_REPLAYS),
        MonotonicSums.family(
            "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL",
            "Recoveries of all NVLinks.",
            Metric.NVLINK_RECOVERIES),
        profiling("GR_ENGINE_ACTIVE", "any engine was active", Metric.GRAPHICS_ACTIVE),
        profiling("SM_ACTIVE", "a multiprocessor had work", Metric.SM_ACTIVE),
        profiling("SM_OCCUPANCY", "warp slots were occupied", Metric.SM_OCCUPANCY),
        profiling("PIPE_TENSOR_ACTIVE", "any tensor pipe was active", Metric.TENSOR_ACTIVE),
        profiling(
            "PIPE_TENSOR_DFMA_ACTIVE",
            "the tensor pipes computed in double precision",
            Metric.TENSOR_DFMA_ACTIVE),
        profiling(
            "PIPE_TENSOR_HMMA_ACTIVE",
            "the tensor pipes computed in half precision",
            Metric.TENSOR_HMMA_ACTIVE),
        profiling(
            "PIPE_TENSOR_IMMA_ACTIVE",
            "the tensor pipes computed with integers",
            Metric.TENSOR_IMMA_ACTIVE),
        profiling("PIPE_FP64_ACTIVE", "the FP64 pipe was active", Metric.FP64_ACTIVE),
        profiling("PIPE_FP32_ACTIVE", "the FP32 pipe was active", Metric.FP32_ACTIVE),
        profiling("PIPE_FP16_ACTIVE", "the FP16 pipe was active", Metric.FP16_ACTIVE),
        profiling("PIPE_INT_ACTIVE", "the integer pipe was active", Metric.INTEGER_ACTIVE),
        profiling("DRAM_ACTIVE", "memory was transferring", Metric.DRAM_ACTIVE),
        rate("PCIE_TX_BYTES", "sent over PCIe", Metric.PCIE_SENT_RATE),
        rate("PCIE_RX_BYTES", "received over PCIe", Metric.PCIE_RECEIVED_RATE),
        rate("NVLINK_TX_BYTES", "sent over NVLink", Metric.NVLINK_SENT_RATE),
        rate("NVLINK_RX_BYTES", "received over NVLink", Metric.NVLINK_RECEIVED_RATE),
        MetricFamily.gauge(
            "DCGM_FI_DEV_XID_ERRORS",
            "XID of the most recent XID fault that is still open, 0 when there is none;"
                + " acceld_device_xid_errors_total counts each XID.",
            (view, family) -> {
              for (NodeView.Row row : view.rows()) {
                Labels labels = row.labels().dcgm();
                // The driver reports XIDs of whole GPUs.
                if (labels != null
                    && row.health() != null
                    && row.device() instanceof Gpu
                    && !XidFamilies.deaf(row)) {
                  openXid(row.health())
                      .ifPresent(xid -> {
                        if (row.present() || xid > 0) { // nobody hears those of one that is away
                          family.add(labels, xid);
                        }
                      });
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

  private static MetricFamily gauge(
      String name, String help, Metric metric, DoubleUnaryOperator toForeignUnit) {
    return family("DEV_" + name, help, MetricFamily.Shape.GAUGE, of(metric, 0), toForeignUnit);
  }

  private static MetricFamily gauge(
      String name,
      String help,
      ToDoubleFunction<Sample> reading,
      DoubleUnaryOperator toForeignUnit) {
    return family("DEV_" + name, help, MetricFamily.Shape.GAUGE, reading, toForeignUnit);
  }

  /** NVML's state and how it ended, as DCGM puts them into one number. */
  private static double fabricManagerStatus(Sample sample) {
    double state = sample.get(Metric.FABRIC_STATE);
    if (state != FABRIC_COMPLETED) {
      return state;
    }
    double status = sample.get(Metric.FABRIC_STATUS);
    return status > 0 ? FABRIC_FAILED : status == 0 ? FABRIC_COMPLETED : Double.NaN;
  }

  private static MetricFamily counter(
      String name, String help, Metric metric, DoubleUnaryOperator toForeignUnit) {
    return family("DEV_" + name, help, MetricFamily.Shape.UNTYPED, of(metric, 0), toForeignUnit);
  }

  private static MetricFamily counter(
      String name, String help, Metric metric, int part, double factor) {
    ToDoubleFunction<Sample> reading = of(metric, part);
    return family("DEV_" + name, help, MetricFamily.Shape.UNTYPED, reading, v -> v * factor);
  }

  private static MetricFamily violation(String name, String what, int cause) {
    String help = "Time for which clocks were throttled because of " + what + ", in ns.";
    return counter(name + "_VIOLATION", help, Metric.THROTTLED, cause, NANOS);
  }

  private static MetricFamily profiling(String name, String what, Metric metric) {
    String help = "Share of cycles in which " + what + ", 0 to 1.";
    return family("PROF_" + name, help, MetricFamily.Shape.GAUGE, of(metric, 0), AS_IS);
  }

  private static MetricFamily rate(String name, String what, Metric metric) {
    String help = "Bytes per second " + what + ".";
    return family("PROF_" + name, help, MetricFamily.Shape.GAUGE, of(metric, 0), Math::rint);
  }

  private static ToDoubleFunction<Sample> of(Metric metric, int part) {
    return readings -> readings.get(metric, part);
  }

  private static MetricFamily family(
      String name,
      String help,
      MetricFamily.Shape shape,
      ToDoubleFunction<Sample> reading,
      DoubleUnaryOperator toForeignUnit) {
    return MetricFamily.of(
        "DCGM_FI_" + name,
        help,
        shape,
        (view, family) -> {
          Set<DeviceName> divided = divided(view, reading);
          for (NodeView.Row row : view.rows()) {
            Labels labels = row.labels().dcgm();
            double value = reading.applyAsDouble(row.readings());
            if (labels != null && !Double.isNaN(value) && !divided.contains(row.device().name())) {
              family.add(labels, toForeignUnit.applyAsDouble(value));
            }
          }
        });
  }

  /**
   * The GPUs whose instances have that value themselves. As with dcgm-exporter the GPU then has no
   * series of its own, which a sum would count twice.
   */
  private static Set<DeviceName> divided(NodeView view, ToDoubleFunction<Sample> reading) {
    Set<DeviceName> gpus = new HashSet<>();
    for (NodeView.Row row : view.rows()) {
      if (row.device() instanceof MigDevice part
          && row.labels().dcgm() != null
          && !Double.isNaN(reading.applyAsDouble(row.readings()))) {
        gpus.add(part.parent());
      }
    }
    return gpus;
  }
}
