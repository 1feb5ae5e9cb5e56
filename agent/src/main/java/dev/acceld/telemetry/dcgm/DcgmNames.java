package dev.acceld.telemetry.dcgm;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The two sets of names that dcgm-exporter has had. */
public enum DcgmNames {
  /** Up to dcgm-exporter 4.8; what dashboards such as Grafana 12239 use. */
  CLASSIC("classic"),
  /** From dcgm-exporter 4.9 (DCGM 4.7) on. */
  DCGM_4_7("dcgm-4.7"),
  /** Each value under both names, for the time of a migration. */
  BOTH("both");

  /** What the classic names became; names that are not here have stayed. */
  static final Map<String, String> RENAMED =
      Map.ofEntries(
          dev("SM_CLOCK", "SM_CLOCK_HERTZ"),
          dev("MEM_CLOCK", "MEMORY_CLOCK_HERTZ"),
          dev("GPU_TEMP", "GPU_TEMP_CELSIUS"),
          dev("MEMORY_TEMP", "MEMORY_TEMP_CELSIUS"),
          dev("POWER_USAGE", "BOARD_POWER_WATTS"),
          dev("TOTAL_ENERGY_CONSUMPTION", "GPU_ENERGY_JOULES_TOTAL"),
          dev("PCIE_REPLAY_COUNTER", "PCIE_REPLAY_TOTAL"),
          dev("GPU_UTIL", "GPU_UTIL_RATIO"),
          dev("MEM_COPY_UTIL", "MEMORY_UTIL_RATIO"),
          dev("ENC_UTIL", "ENC_UTIL_RATIO"),
          dev("DEC_UTIL", "DEC_UTIL_RATIO"),
          dev("FB_TOTAL", "FB_CAPACITY_BYTES"),
          dev("FB_FREE", "FB_FREE_BYTES"),
          dev("FB_USED", "FB_USED_BYTES"),
          dev("FB_RESERVED", "FB_RESERVED_BYTES"),
          dev("XID_ERRORS", "XID_ERROR"),
          dev("NVLINK_BANDWIDTH_TOTAL", "NVLINK_THROUGHPUT_BYTES_PER_SECOND"),
          dev("UNCORRECTABLE_REMAPPED_ROWS", "ROW_REMAP_UNCORRECTABLE_TOTAL"),
          dev("CORRECTABLE_REMAPPED_ROWS", "ROW_REMAP_CORRECTABLE_TOTAL"),
          dev("ROW_REMAP_FAILURE", "ROW_REMAP_FAILED"),
          dev("RETIRED_SBE", "PAGE_RETIRED_SBE_TOTAL"),
          dev("RETIRED_DBE", "PAGE_RETIRED_DBE_TOTAL"),
          dev("RETIRED_PENDING", "PAGE_RETIRED_PENDING"),
          prof("GR_ENGINE_ACTIVE", "GR_ENGINE_UTIL_RATIO"),
          prof("SM_ACTIVE", "SM_UTIL_RATIO"),
          prof("SM_OCCUPANCY", "SM_OCCUPANCY_RATIO"),
          prof("PIPE_TENSOR_ACTIVE", "TENSOR_UTIL_RATIO"),
          prof("PIPE_TENSOR_DFMA_ACTIVE", "DFMA_UTIL_RATIO"),
          prof("PIPE_TENSOR_HMMA_ACTIVE", "HMMA_UTIL_RATIO"),
          prof("PIPE_TENSOR_IMMA_ACTIVE", "IMMA_UTIL_RATIO"),
          prof("PIPE_FP64_ACTIVE", "FP64_UTIL_RATIO"),
          prof("PIPE_FP32_ACTIVE", "FP32_UTIL_RATIO"),
          prof("PIPE_FP16_ACTIVE", "FP16_UTIL_RATIO"),
          prof("PIPE_INT_ACTIVE", "INT_UTIL_RATIO"),
          prof("DRAM_ACTIVE", "DRAM_UTIL_RATIO"));

  private final String word;

  DcgmNames(String word) {
    this.word = word;
  }

  private static Map.Entry<String, String> dev(String from, String to) {
    return Map.entry("DCGM_FI_DEV_" + from, "DCGM_FI_DEV_" + to);
  }

  private static Map.Entry<String, String> prof(String from, String to) {
    return Map.entry("DCGM_FI_PROF_" + from, "DCGM_FI_PROF_" + to);
  }

  /**
   * The set with that word.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static DcgmNames named(String word) {
    return Arrays.stream(values())
        .filter(one -> one.word.equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there are no such names: " + word));
  }

  /** As the setting has it. */
  public String word() {
    return word;
  }

  /** The words, for settings. */
  public static List<String> words() {
    return Arrays.stream(values()).map(one -> one.word).toList();
  }

  /** What a classic name became; the same where it has stayed. */
  public static String renamed(String classic) {
    return RENAMED.getOrDefault(classic, classic);
  }

  /** Whether that family is served. */
  boolean has(String name) {
    return switch (this) {
      case CLASSIC -> !RENAMED.containsValue(name);
      case DCGM_4_7 -> !RENAMED.containsKey(name);
      case BOTH -> true;
    };
  }
}
