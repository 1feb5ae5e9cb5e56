package dev.acceld.machine.drm;

import java.util.LinkedHashMap;
import java.util.Map;

/** The properties of a node of KFD's topology, in the driver's order; what is not set is zero. */
final class KfdProperties {
  private static final String[] KEYS = {
    "cpu_cores_count",
    "simd_count",
    "mem_banks_count",
    "caches_count",
    "io_links_count",
    "p2p_links_count",
    "cpu_core_id_base",
    "simd_id_base",
    "max_waves_per_simd",
    "lds_size_in_kb",
    "gds_size_in_kb",
    "num_gws",
    "wave_front_size",
    "array_count",
    "simd_arrays_per_engine",
    "cu_per_simd_array",
    "simd_per_cu",
    "max_slots_scratch_cu",
    "gfx_target_version",
    "vendor_id",
    "device_id",
    "location_id",
    "domain",
    "drm_render_minor",
    "hive_id",
    "num_sdma_engines",
    "num_sdma_xgmi_engines",
    "num_sdma_queues_per_engine",
    "num_cp_queues",
    "max_engine_clk_fcompute",
    "local_mem_size",
    "fw_version",
    "capability",
    "debug_prop",
    "sdma_fw_version",
    "unique_id",
    "num_xcc",
    "max_engine_clk_ccompute"
  };

  private final Map<String, Long> values = new LinkedHashMap<>();

  KfdProperties() {
    for (String key : KEYS) {
      values.put(key, 0L);
    }
  }

  void set(String key, long value) {
    if (values.replace(key, value) == null) {
      throw new IllegalArgumentException(key);
    }
  }

  String text() {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) ->
        text.append(key).append(' ').append(Long.toUnsignedString(value)).append('\n'));
    return text.toString();
  }
}
