package dev.acceld.telemetry;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.telemetry.dcgm.DcgmSelection;
import java.util.ArrayList;
import java.util.List;
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

  /** Under both sets of names. */
  static List<MetricFamily> all() {
    List<MetricFamily> all = new ArrayList<>(classic());
    all.addAll(RenamedDcgmFamilies.all());
    return all;
  }

  /** Those that are served. */
  static List<MetricFamily> selected(DcgmSelection selection) {
    return all().stream()
        .filter(family -> selection.has(family.name()))
        .map(family -> family.withHelp(selection.help(family.name(), family.metadata().getHelp())))
        .toList();
  }

  private static List<MetricFamily> classic() {
    List<MetricFamily> all = new ArrayList<>(values());
    for (DcgmFamily.Profiling one : DcgmFamily.PROFILING) {
      all.add(
          DcgmFamily.of(
              "DCGM_FI_PROF_" + one.name(),
              one.help(),
              MetricFamily.Shape.GAUGE,
              reading(one.metric(), 0),
              AS_IS,
              DeviceLabels::dcgm));
    }
    all.add(DcgmXid.family(DcgmXid.NAME, DeviceLabels::dcgm));
    return all;
  }

  private static List<MetricFamily> values() {
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
        rate("PCIE_TX_BYTES", "sent over PCIe", Metric.PCIE_SENT_RATE),
        rate("PCIE_RX_BYTES", "received over PCIe", Metric.PCIE_RECEIVED_RATE),
        rate("NVLINK_TX_BYTES", "sent over NVLink", Metric.NVLINK_SENT_RATE),
        rate("NVLINK_RX_BYTES", "received over NVLink", Metric.NVLINK_RECEIVED_RATE));
  }

  private static MetricFamily gauge(
      String name, String help, Metric metric, DoubleUnaryOperator toForeignUnit) {
    return DcgmFamily.of(
        "DCGM_FI_DEV_" + name,
        help,
        MetricFamily.Shape.GAUGE,
        reading(metric, 0),
        toForeignUnit,
        DeviceLabels::dcgm);
  }

  private static MetricFamily gauge(
      String name,
      String help,
      ToDoubleFunction<Sample> reading,
      DoubleUnaryOperator toForeignUnit) {
    return DcgmFamily.of(
        "DCGM_FI_DEV_" + name,
        help,
        MetricFamily.Shape.GAUGE,
        reading,
        toForeignUnit,
        DeviceLabels::dcgm);
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
    return DcgmFamily.of(
        "DCGM_FI_DEV_" + name,
        help,
        MetricFamily.Shape.UNTYPED,
        reading(metric, 0),
        toForeignUnit,
        DeviceLabels::dcgm);
  }

  private static MetricFamily counter(
      String name, String help, Metric metric, int part, double factor) {
    ToDoubleFunction<Sample> reading = reading(metric, part);
    return DcgmFamily.of(
        "DCGM_FI_DEV_" + name,
        help,
        MetricFamily.Shape.UNTYPED,
        reading,
        v -> v * factor,
        DeviceLabels::dcgm);
  }

  private static MetricFamily violation(String name, String what, int cause) {
    String help = "Time for which clocks were throttled because of " + what + ", in ns.";
    return counter(name + "_VIOLATION", help, Metric.THROTTLED, cause, NANOS);
  }

  private static MetricFamily rate(String name, String what, Metric metric) {
    String help = "Bytes per second " + what + ".";
    return DcgmFamily.of(
        "DCGM_FI_PROF_" + name,
        help,
        MetricFamily.Shape.GAUGE,
        reading(metric, 0),
        Math::rint,
        DeviceLabels::dcgm);
  }

  private static ToDoubleFunction<Sample> reading(Metric metric, int part) {
    return readings -> readings.get(metric, part);
  }
}
