package dev.acceld.telemetry;

import dev.acceld.device.Metric;
import dev.acceld.telemetry.MetricFamily.Shape;
import dev.acceld.telemetry.dcgm.DcgmNames;
import java.util.ArrayList;
import java.util.List;

/**
 * The families that DCGM 4.7 renamed, under their new names and in base units: hertz, joules, bytes
 * and ratios instead of MHz, mJ, MiB and percent.
 */
final class RenamedDcgmFamilies {
  private RenamedDcgmFamilies() {}

  static List<MetricFamily> all() {
    List<MetricFamily> all = new ArrayList<>();
    gauge(all, "SM_CLOCK", "SM clock frequency in hertz.", Metric.SM_CLOCK);
    gauge(all, "MEM_CLOCK", "Memory clock frequency in hertz.", Metric.MEMORY_CLOCK);
    gauge(all, "GPU_TEMP", "GPU temperature in degrees Celsius.", Metric.TEMPERATURE);
    gauge(all, "MEMORY_TEMP", "Memory temperature in degrees Celsius.", Metric.MEMORY_TEMPERATURE);
    gauge(all, "POWER_USAGE", "Power draw in watts.", Metric.POWER);
    counter(
        all,
        "TOTAL_ENERGY_CONSUMPTION",
        "Energy consumed since the driver was loaded in joules.",
        Metric.ENERGY,
        0);
    counter(all, "PCIE_REPLAY_COUNTER", "PCIe replays.", Metric.PCIE_REPLAYS, 0);
    gauge(all, "GPU_UTIL", "GPU utilization, 0 to 1.", Metric.UTILIZATION);
    gauge(all, "MEM_COPY_UTIL", "Memory bandwidth utilization, 0 to 1.", Metric.MEMORY_UTILIZATION);
    gauge(all, "ENC_UTIL", "Encoder utilization, 0 to 1.", Metric.ENCODER_UTILIZATION);
    gauge(all, "DEC_UTIL", "Decoder utilization, 0 to 1.", Metric.DECODER_UTILIZATION);
    gauge(all, "FB_TOTAL", "Frame buffer memory in bytes.", Metric.MEMORY_TOTAL);
    gauge(all, "FB_FREE", "Free frame buffer memory in bytes.", Metric.MEMORY_FREE);
    gauge(all, "FB_USED", "Used frame buffer memory in bytes.", Metric.MEMORY_USED);
    gauge(
        all,
        "FB_RESERVED",
        "Frame buffer memory reserved by the driver in bytes.",
        Metric.MEMORY_RESERVED);
    all.add(
        DcgmFamily.renamed(
            "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
            "Data sent and received over all NVLinks in bytes per second.",
            Shape.GAUGE,
            sample ->
                sample.get(Metric.NVLINK_SENT_RATE) + sample.get(Metric.NVLINK_RECEIVED_RATE)));
    counter(
        all,
        "UNCORRECTABLE_REMAPPED_ROWS",
        "Rows remapped after uncorrected errors.",
        Metric.REMAPPED_ROWS_UNCORRECTABLE,
        0);
    counter(
        all,
        "CORRECTABLE_REMAPPED_ROWS",
        "Rows remapped after corrected errors.",
        Metric.REMAPPED_ROWS_CORRECTABLE,
        0);
    gauge(all, "ROW_REMAP_FAILURE", "1 when a row remapping has failed.", Metric.ROW_REMAP_FAILED);
    counter(all, "RETIRED_SBE", "Pages retired for single-bit errors.", Metric.RETIRED_PAGES, 0);
    counter(all, "RETIRED_DBE", "Pages retired for double-bit errors.", Metric.RETIRED_PAGES, 1);
    gauge(
        all,
        "RETIRED_PENDING",
        "1 while a page retirement is pending.",
        Metric.RETIRED_PAGES_PENDING);
    all.add(DcgmXid.family(DcgmNames.renamed(DcgmXid.NAME), DeviceLabels::dcgmRenamed));
    for (DcgmFamily.Profiling one : DcgmFamily.PROFILING) {
      all.add(
          DcgmFamily.renamed(
              "DCGM_FI_PROF_" + one.name(),
              one.help(),
              Shape.GAUGE,
              sample -> sample.get(one.metric())));
    }
    return all;
  }

  private static void gauge(List<MetricFamily> all, String classic, String help, Metric metric) {
    all.add(
        DcgmFamily.renamed(
            "DCGM_FI_DEV_" + classic, help, Shape.GAUGE, sample -> sample.get(metric)));
  }

  private static void counter(
      List<MetricFamily> all, String classic, String help, Metric metric, int part) {
    all.add(
        DcgmFamily.renamed(
            "DCGM_FI_DEV_" + classic, help, Shape.UNTYPED, sample -> sample.get(metric, part)));
  }
}
