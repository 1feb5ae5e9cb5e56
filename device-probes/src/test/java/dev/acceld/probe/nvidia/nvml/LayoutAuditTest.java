package dev.acceld.probe.nvidia.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.MetricDimension;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has a C compiler compare each number of the binding with the C declarations. */
class LayoutAuditTest {
  /** Java's constants in C's words; {@code type.field} is an offset. */
  private static final Map<String, String> IN_C = new LinkedHashMap<>();

  static {
    struct("PciInfo", "nvmlPciInfo_t", "BUS_ID busId");
    IN_C.put("PciInfo.BUS_ID_LENGTH", "sizeof(((nvmlPciInfo_t *)0)->busId)");
    struct("Memory", "nvmlMemory_t", "TOTAL total", "FREE free", "USED used");
    struct(
        "MemoryV2",
        "nvmlMemory_v2_t",
        "TOTAL total",
        "RESERVED reserved",
        "FREE free",
        "USED used");
    IN_C.put("MemoryV2.VERSION", "nvmlMemory_v2");
    struct("Utilization", "nvmlUtilization_t", "GPU gpu", "MEMORY memory");
    struct("Temperature", "nvmlTemperature_v1_t", "SENSOR sensorType", "TEMPERATURE temperature");
    IN_C.put("Temperature.VERSION", "nvmlTemperature_v1");
    struct("AddressingMode", "nvmlDeviceAddressingMode_v1_t", "VALUE value");
    IN_C.put("AddressingMode.VERSION", "nvmlDeviceAddressingMode_v1");
    struct("GpmSupport", "nvmlGpmSupport_t", "SUPPORTED isSupportedDevice");
    IN_C.put("GpmSupport.VERSION", "NVML_GPM_SUPPORT_VERSION");
    IN_C.put("FabricV.SIZE_2", "sizeof(nvmlGpuFabricInfo_v2_t)");
    IN_C.put("FabricV.VERSION_2", "nvmlGpuFabricInfo_v2");
    IN_C.put("FabricV.CLUSTER_UUID", "offsetof(nvmlGpuFabricInfo_v2_t, clusterUuid)");
    IN_C.put("FabricV.STATUS", "offsetof(nvmlGpuFabricInfo_v2_t, status)");
    IN_C.put("FabricV.CLIQUE_ID", "offsetof(nvmlGpuFabricInfo_v2_t, cliqueId)");
    IN_C.put("FabricV.STATE", "offsetof(nvmlGpuFabricInfo_v2_t, state)");
    struct(
        "FieldValue",
        "nvmlFieldValue_t",
        "FIELD_ID fieldId",
        "SCOPE_ID scopeId",
        "VALUE_TYPE valueType",
        "RETURN nvmlReturn",
        "VALUE value");
    struct("Placement", "nvmlGpuInstancePlacement_t", "START start", "LENGTH size");
    profile("GpuInstanceProfile", "nvmlGpuInstanceProfileInfo_t");
    profile("GpuInstanceProfileV2", "nvmlGpuInstanceProfileInfo_v2_t");
    IN_C.put("GpuInstanceProfileV2.VERSION", "nvmlGpuInstanceProfileInfo_v2");
    IN_C.put("GpuInstanceProfileV2.NAME", "offsetof(nvmlGpuInstanceProfileInfo_v2_t, name)");
    struct(
        "GpuInstance",
        "nvmlGpuInstanceInfo_t",
        "ID id",
        "PROFILE profileId",
        "PLACEMENT placement");
    struct(
        "ComputeInstanceProfile", "nvmlComputeInstanceProfileInfo_t", "ID id", "SLICES sliceCount");
    struct("ComputeInstance", "nvmlComputeInstanceInfo_t", "ID id");
    struct("EventData", "nvmlEventData_t", "DEVICE device", "TYPE eventType", "DATA eventData");
    struct("Bar1", "nvmlBAR1Memory_t", "TOTAL bar1Total", "FREE bar1Free", "USED bar1Used");
    struct("MarginTemperature", "nvmlMarginTemperature_v1_t", "MARGIN marginTemperature");
    IN_C.put("MarginTemperature.VERSION", "nvmlMarginTemperature_v1");
    struct(
        "SramStatus",
        "nvmlEccSramErrorStatus_v1_t",
        "VOLATILE_PARITY volatileUncParity",
        "VOLATILE_SEC_DED volatileUncSecDed",
        "VOLATILE_CORRECTED volatileCor",
        "BUCKET_L2 aggregateUncBucketL2",
        "THRESHOLD bThresholdExceeded");
    IN_C.put("SramStatus.VERSION", "nvmlEccSramErrorStatus_v1");
    struct(
        "RepairStatus",
        "nvmlRepairStatus_v1_t",
        "CHANNEL bChannelRepairPending",
        "TPC bTpcRepairPending");
    IN_C.put("RepairStatus.VERSION", "nvmlRepairStatus_v1");
    struct("Fabric", "nvmlGpuFabricInfo_t", "STATUS status", "STATE state");
    struct(
        "FabricV",
        "nvmlGpuFabricInfo_v3_t",
        "STATUS status",
        "STATE state",
        "HEALTH_MASK healthMask",
        "HEALTH_SUMMARY healthSummary");
    IN_C.put("FabricV.VERSION_3", "nvmlGpuFabricInfo_v3");
    struct(
        "ProcessInfo",
        "nvmlProcessInfo_t",
        "PID pid",
        "MEMORY usedGpuMemory",
        "GPU_INSTANCE gpuInstanceId");
    struct("ProcessInfoV1", "nvmlProcessInfo_v1_t", "PID pid", "MEMORY usedGpuMemory");
    struct(
        "ProcessUtilization",
        "nvmlProcessUtilizationSample_t",
        "PID pid",
        "TIME timeStamp",
        "SM smUtil",
        "MEMORY memUtil",
        "ENCODER encUtil",
        "DECODER decUtil");
    struct("GpmSupport", "nvmlGpmSupport_t", "SUPPORTED isSupportedDevice");
    struct("GpmMetric", "nvmlGpmMetric_t", "ID metricId", "RETURN nvmlReturn", "VALUE value");
    struct(
        "GpmMetricsGet",
        "nvmlGpmMetricsGet_t",
        "COUNT numMetrics",
        "SAMPLE_1 sample1",
        "SAMPLE_2 sample2",
        "METRICS metrics");
    IN_C.put("GpmMetricsGet.VERSION", "NVML_GPM_METRICS_GET_VERSION");
    IN_C.put("FieldId.SCOPE_MODULE", "NVML_POWER_SCOPE_MODULE");
    field("ECC_CORRECTED", "ECC_SBE_VOL_TOTAL");
    field("ECC_UNCORRECTED", "ECC_DBE_VOL_TOTAL");
    field("ECC_CORRECTED_LIFETIME", "ECC_SBE_AGG_TOTAL");
    field("ECC_UNCORRECTED_LIFETIME", "ECC_DBE_AGG_TOTAL");
    field("ECC_CORRECTED_L1", "ECC_SBE_VOL_L1");
    field("ECC_UNCORRECTED_L1", "ECC_DBE_VOL_L1");
    field("ECC_CORRECTED_L2", "ECC_SBE_VOL_L2");
    field("ECC_UNCORRECTED_L2", "ECC_DBE_VOL_L2");
    field("ECC_CORRECTED_DRAM", "ECC_SBE_VOL_DEV");
    field("ECC_UNCORRECTED_DRAM", "ECC_DBE_VOL_DEV");
    field("ECC_CORRECTED_REGISTERS", "ECC_SBE_VOL_REG");
    field("ECC_UNCORRECTED_REGISTERS", "ECC_DBE_VOL_REG");
    field("ECC_CORRECTED_TEXTURE", "ECC_SBE_VOL_TEX");
    field("ECC_UNCORRECTED_TEXTURE", "ECC_DBE_VOL_TEX");
    field("ECC_UNCORRECTED_CBU", "ECC_DBE_VOL_CBU");
    field("RETIRED_SINGLE_BIT", "RETIRED_SBE");
    field("RETIRED_DOUBLE_BIT", "RETIRED_DBE");
    field("RETIRED_PENDING", "RETIRED_PENDING");
    field("THROTTLED_POWER", "PERF_POLICY_POWER");
    field("THROTTLED_THERMAL", "PERF_POLICY_THERMAL");
    field("THROTTLED_SYNC_BOOST", "PERF_POLICY_SYNC_BOOST");
    field("THROTTLED_BOARD_LIMIT", "PERF_POLICY_BOARD_LIMIT");
    field("THROTTLED_LOW_UTILIZATION", "PERF_POLICY_LOW_UTILIZATION");
    field("THROTTLED_RELIABILITY", "PERF_POLICY_RELIABILITY");
    field("MEMORY_TEMPERATURE", "MEMORY_TEMP");
    field("ENERGY", "TOTAL_ENERGY_CONSUMPTION");
    field("LINK_COUNT", "NVLINK_LINK_COUNT");
    field("PCIE_REPLAYS", "PCIE_REPLAY_COUNTER");
    field("LINK_SENT_KIB", "NVLINK_THROUGHPUT_DATA_TX");
    field("LINK_RECEIVED_KIB", "NVLINK_THROUGHPUT_DATA_RX");
    field("REMAPPED_CORRECTABLE", "REMAPPED_COR");
    field("REMAPPED_UNCORRECTABLE", "REMAPPED_UNC");
    field("REMAP_PENDING", "REMAPPED_PENDING");
    field("REMAP_FAILED", "REMAPPED_FAILURE");
    field("LINK_REPLAYS", "NVLINK_ERROR_DL_REPLAY");
    field("LINK_RECOVERIES", "NVLINK_ERROR_DL_RECOVERY");
    field("LINK_CRC_ERRORS", "NVLINK_ERROR_DL_CRC");
    field("LINK_STATE", "NVLINK_GET_STATE");
    field("PCIE_ERRORS", "PCIE_COUNT_CORRECTABLE_ERRORS");
    field("POWER_AVERAGE", "POWER_AVERAGE");
    field("POWER", "POWER_INSTANT");
    field("POWER_LIMIT_LEAST", "POWER_MIN_LIMIT");
    field("POWER_LIMIT_MOST", "POWER_MAX_LIMIT");
    field("POWER_LIMIT_DEFAULT", "POWER_DEFAULT_LIMIT");
    field("POWER_LIMIT", "POWER_CURRENT_LIMIT");
    field("PCIE_SENT", "PCIE_COUNT_TX_BYTES");
    field("PCIE_RECEIVED", "PCIE_COUNT_RX_BYTES");
    field("LINK_SENT_BYTES", "NVLINK_COUNT_XMIT_BYTES");
    field("LINK_RECEIVED_BYTES", "NVLINK_COUNT_RCV_BYTES");
    field("LINK_PACKET_ERRORS", "NVLINK_COUNT_RCV_ERRORS");
    field("LINK_RECOVERY_FAILURES", "NVLINK_COUNT_LINK_RECOVERY_FAILED_EVENTS");
    field("LINK_RECOVERY_EVENTS", "NVLINK_COUNT_LINK_RECOVERY_EVENTS");
    field("RECOVERY_ACTION", "GET_GPU_RECOVERY_ACTION");
    field("THROTTLED_SOFTWARE_THERMAL", "CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN");
    field("THROTTLED_HARDWARE_THERMAL", "CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN");
    field("THROTTLED_POWER_BRAKE", "CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN");
    IN_C.put("GpmId.GRAPHICS", "NVML_GPM_METRIC_GRAPHICS_UTIL");
    IN_C.put("GpmId.SM", "NVML_GPM_METRIC_SM_UTIL");
    IN_C.put("GpmId.OCCUPANCY", "NVML_GPM_METRIC_SM_OCCUPANCY");
    IN_C.put("GpmId.INTEGER", "NVML_GPM_METRIC_INTEGER_UTIL");
    IN_C.put("GpmId.TENSOR", "NVML_GPM_METRIC_ANY_TENSOR_UTIL");
    IN_C.put("GpmId.TENSOR_DFMA", "NVML_GPM_METRIC_DFMA_TENSOR_UTIL");
    IN_C.put("GpmId.TENSOR_HMMA", "NVML_GPM_METRIC_HMMA_TENSOR_UTIL");
    IN_C.put("GpmId.TENSOR_IMMA", "NVML_GPM_METRIC_IMMA_TENSOR_UTIL");
    IN_C.put("GpmId.DRAM", "NVML_GPM_METRIC_DRAM_BW_UTIL");
    IN_C.put("GpmId.FP64", "NVML_GPM_METRIC_FP64_UTIL");
    IN_C.put("GpmId.FP32", "NVML_GPM_METRIC_FP32_UTIL");
    IN_C.put("GpmId.FP16", "NVML_GPM_METRIC_FP16_UTIL");
    IN_C.put("GpmId.PCIE_SENT", "NVML_GPM_METRIC_PCIE_TX_PER_SEC");
    IN_C.put("GpmId.PCIE_RECEIVED", "NVML_GPM_METRIC_PCIE_RX_PER_SEC");
    IN_C.put("GpmId.NVLINK_RECEIVED", "NVML_GPM_METRIC_NVLINK_TOTAL_RX_PER_SEC");
    IN_C.put("GpmId.NVLINK_SENT", "NVML_GPM_METRIC_NVLINK_TOTAL_TX_PER_SEC");
  }

  /** Those that a newer header makes longer, and whose length nobody tells the library. */
  private static final Set<String> GROWS = Set.of("GpmMetricsGet.SIZE");

  @TempDir Path dir;

  /** The header to compare with; empty for the facts beside this class. */
  String header = System.getProperty("acceld.nvml.header", "");

  private static void struct(String java, String c, String... fields) {
    IN_C.put(java + ".SIZE", "sizeof(" + c + ")");
    for (String names : fields) {
      String[] name = names.split(" ", 2);
      IN_C.put(java + "." + name[0], "offsetof(" + c + ", " + name[1] + ")");
    }
  }

  private static void profile(String java, String c) {
    struct(
        java,
        c,
        "ID id",
        "SLICES sliceCount",
        "INSTANCES instanceCount",
        "MULTIPROCESSORS multiprocessorCount",
        "MEMORY memorySizeMB");
  }

  private static void field(String java, String c) {
    IN_C.put("FieldId." + java, "NVML_FI_DEV_" + c);
  }

  @Test
  void everyNumberIsTheHeadersNumber() throws Exception {
    Map<String, Integer> java = numbers();
    assertThat(IN_C.keySet()).as("each constant has its word in C").isEqualTo(java.keySet());
    StringBuilder source = new StringBuilder("#include <stddef.h>\n#include \"nvml-facts.h\"\n");
    IN_C.forEach((name, c) ->
        check(source, name, c, GROWS.contains(name) ? "<=" : "==", java.getOrDefault(name, -1)));
    for (NvmlReturn code : NvmlReturn.values()) {
      String c = code == NvmlReturn.SUCCESS ? "NVML_SUCCESS" : "NVML_ERROR_" + code.name();
      check(source, "NvmlReturn." + code, c, code.code());
    }
    String[] types = {
      "DOUBLE",
      "UNSIGNED_INT",
      "UNSIGNED_LONG",
      "UNSIGNED_LONG_LONG",
      "SIGNED_LONG_LONG",
      "SIGNED_INT",
      "UNSIGNED_SHORT"
    };
    for (int i = 0; i < types.length; i++) {
      check(source, "type " + i + " of FieldValues", "NVML_VALUE_TYPE_" + types[i], i);
    }
    check(source, "selector of SM_CLOCK", "NVML_CLOCK_SM", 1);
    check(source, "selector of MEMORY_CLOCK", "NVML_CLOCK_MEM", 2);
    check(source, "selector of VIDEO_CLOCK", "NVML_CLOCK_VIDEO", 3);
    check(source, "selector of SHUTDOWN_AT", "NVML_TEMPERATURE_THRESHOLD_SHUTDOWN", 0);
    check(source, "selector of SLOWDOWN_AT", "NVML_TEMPERATURE_THRESHOLD_SLOWDOWN", 1);
    check(source, "selector of MEMORY_MOST", "NVML_TEMPERATURE_THRESHOLD_MEM_MAX", 2);
    check(source, "selector of LINK_REPLAYS", "NVML_NVLINK_ERROR_DL_REPLAY", 0);
    check(source, "selector of LINK_RECOVERIES", "NVML_NVLINK_ERROR_DL_RECOVERY", 1);
    check(source, "selector of LINK_CRC_ERRORS", "NVML_NVLINK_ERROR_DL_CRC_FLIT", 2);
    check(source, "location of SRAM", "NVML_MEMORY_LOCATION_SRAM", 7);
    check(source, "most links", "NVML_NVLINK_MAX_LINKS", 36);
    check(source, "state of the fabric", "NVML_GPU_FABRIC_STATE_COMPLETED", 3);
    check(source, "last PCIe error", "NVML_FI_DEV_PCIE_COUNT_LANE_ERROR", FieldId.PCIE_ERRORS + 10);
    String[] reasons = {
      "EventReasonGpuIdle",
      "EventReasonApplicationsClocksSetting",
      "EventReasonSwPowerCap",
      "ThrottleReasonHwSlowdown",
      "EventReasonSyncBoost",
      "EventReasonSwThermalSlowdown",
      "ThrottleReasonHwThermalSlowdown",
      "ThrottleReasonHwPowerBrakeSlowdown",
      "EventReasonDisplayClockSetting"
    };
    assertThat(reasons).hasSameSizeAs(MetricDimension.REASON.names());
    for (int i = 0; i < reasons.length; i++) {
      check(source, "bit " + i + " of CLOCK_REASON", "nvmlClocks" + reasons[i], 1 << i);
    }
    check(source, "selector of ECC_CORRECTED", "NVML_MEMORY_ERROR_TYPE_CORRECTED", 0);
    check(source, "selector of ECC_UNCORRECTED", "NVML_MEMORY_ERROR_TYPE_UNCORRECTED", 1);
    check(source, "since the driver was loaded", "NVML_VOLATILE_ECC", 0);
    check(source, "sensor of the GPU", "NVML_TEMPERATURE_GPU", 0);
    String[] engines = {"copyEngine", "decoder", "encoder", "jpeg", "ofa"};
    for (int i = 0; i < engines.length; i++) {
      String at = "(nvmlGpuInstanceProfileInfo_t, " + engines[i] + "Count)";
      check(
          source,
          engines[i],
          "offsetof" + at,
          MigLayout.GpuInstanceProfile.MULTIPROCESSORS + 4 + 4 * i);
    }
    check(source, "profiles of GPU instances", "NVML_GPU_INSTANCE_PROFILE_COUNT", 0x12);
    check(source, "profiles of compute instances", "NVML_COMPUTE_INSTANCE_PROFILE_COUNT", 9);
    check(source, "engine", "NVML_COMPUTE_INSTANCE_ENGINE_PROFILE_SHARED", 0);
    check(source, "MIG mode", "NVML_DEVICE_MIG_ENABLE", 1);
    check(source, "event bit of an XID", "nvmlEventTypeXidCriticalError", 8);
    assertThat(compile(source.toString())).isEmpty();
  }

  /** The audit can fail: a wrong offset is an error of the compiler that names it. */
  @Test
  void aWrongNumberIsNoticed() throws Exception {
    StringBuilder source = new StringBuilder("#include <stddef.h>\n#include \"nvml-facts.h\"\n");
    check(source, "MemoryV2.FREE", "offsetof(nvmlMemory_v2_t, free)", 16);
    assertThat(compile(source.toString())).contains("MemoryV2.FREE");
  }

  /** A request that is longer than what is known here is noticed, a shorter one is none's harm. */
  @Test
  void whatGrowsMayBeShorterThanKnownAndNotLonger() throws Exception {
    String known = "#include <stddef.h>\n#include \"nvml-facts.h\"\n";
    StringBuilder shorter = new StringBuilder(known);
    check(shorter, "shorter", "sizeof(nvmlGpmMetricsGet_t) - 40", "<=", Layout.GpmMetricsGet.SIZE);
    assertThat(compile(shorter.toString())).isEmpty();
    StringBuilder longer = new StringBuilder(known);
    check(longer, "longer", "sizeof(nvmlGpmMetricsGet_t) + 40", "<=", Layout.GpmMetricsGet.SIZE);
    assertThat(compile(longer.toString())).contains("longer");
    assertThat(Layout.room(Layout.GpmMetricsGet.SIZE)).isGreaterThan(24 + 700 * 40);
  }

  private static void check(StringBuilder source, String name, String c, int value) {
    check(source, name, c, "==", value);
  }

  private static void check(
      StringBuilder source, String name, String c, String relation, int value) {
    source.append("_Static_assert((").append(c).append(") ").append(relation).append(' ');
    source.append(value).append(", \"").append(name).append("\");\n");
  }

  private static Map<String, Integer> numbers() throws IllegalAccessException {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Set<Class<?>> classes = new HashSet<>(Set.of(Layout.class.getDeclaredClasses()));
    classes.addAll(Set.of(MigLayout.class.getDeclaredClasses()));
    classes.addAll(Set.of(ProcessLayout.class.getDeclaredClasses()));
    classes.add(FieldId.class);
    classes.add(GpmId.class);
    for (Class<?> type : classes) {
      for (Field field : type.getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
          numbers.put(type.getSimpleName() + "." + field.getName(), field.getInt(null));
        }
      }
    }
    return numbers;
  }

  private String compile(String source) throws IOException, InterruptedException {
    try (InputStream facts = LayoutAuditTest.class.getResourceAsStream("nvml-facts.h")) {
      assertThat(facts).isNotNull();
      Files.write(
          dir.resolve("nvml-facts.h"),
          header.isEmpty() ? facts.readAllBytes() : Files.readAllBytes(Path.of(header)));
    }
    Path file = Files.writeString(dir.resolve("audit.c"), source);
    Process cc;
    try {
      cc =
          new ProcessBuilder("cc", "-std=gnu11", "-fsyntax-only", file.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("no C compiler 'cc' on the PATH: the layouts are not audited here");
      throw e;
    }
    String output = new String(cc.getInputStream().readAllBytes());
    return cc.waitFor() == 0 ? "" : output;
  }
}
