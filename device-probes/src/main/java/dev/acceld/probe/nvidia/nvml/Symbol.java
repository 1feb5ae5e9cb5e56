package dev.acceld.probe.nvidia.nvml;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The functions that are bound, by their exported names: the macros of nvml.h that choose the
 * newest version mean nothing here, so the suffix is written out. A driver may lack any of them.
 */
public enum Symbol {
  /** {@code ()}. */
  INIT("nvmlInit_v2", Shape.OTHER),
  /** {@code (unsigned flags)}. */
  INIT_WITH_FLAGS("nvmlInitWithFlags", Shape.OTHER),
  /** {@code ()}. */
  SHUTDOWN("nvmlShutdown", Shape.OTHER),
  /** {@code (char*, unsigned length)}. */
  SYSTEM_DRIVER_VERSION("nvmlSystemGetDriverVersion", Shape.OTHER),
  /** {@code (int*)}: major × 1000 + minor × 10. */
  SYSTEM_CUDA_DRIVER_VERSION("nvmlSystemGetCudaDriverVersion_v2", Shape.OTHER),
  /** {@code (unsigned*)}. */
  DEVICE_COUNT("nvmlDeviceGetCount_v2", Shape.OTHER),
  /** {@code (unsigned index, nvmlDevice_t*)}. */
  DEVICE_BY_INDEX("nvmlDeviceGetHandleByIndex_v2", Shape.OTHER),
  /** {@code (const char* busId, nvmlDevice_t*)}. */
  DEVICE_BY_PCI("nvmlDeviceGetHandleByPciBusId_v2", Shape.OTHER),

  /** {@code GPU-…}. */
  UUID("nvmlDeviceGetUUID", Shape.TEXT),
  /** Product name. */
  NAME("nvmlDeviceGetName", Shape.TEXT),
  /** Serial number of the board. */
  SERIAL("nvmlDeviceGetSerial", Shape.TEXT),
  /** Position in today's list. */
  INDEX("nvmlDeviceGetIndex", Shape.OUT),
  /** The N of {@code /dev/nvidiaN}. */
  MINOR("nvmlDeviceGetMinorNumber", Shape.OUT),
  /** {@link Layout.PciInfo}. */
  PCI_INFO("nvmlDeviceGetPciInfo_v3", Shape.OUT),
  /** {@code nvmlBrandType_t}. */
  BRAND("nvmlDeviceGetBrand", Shape.OUT),
  /** {@code nvmlDeviceArchitecture_t}. */
  ARCHITECTURE("nvmlDeviceGetArchitecture", Shape.OUT),
  /** {@code (dev, int* major, int* minor)}. */
  COMPUTE_CAPABILITY("nvmlDeviceGetCudaComputeCapability", Shape.OUT_OUT),
  /** {@code (dev, unsigned* current, unsigned* pending)}. */
  MIG_MODE("nvmlDeviceGetMigMode", Shape.OUT_OUT),
  /** {@code (dev, unsigned mode, nvmlReturn_t* activation)}; needs root and no other client. */
  SET_MIG_MODE("nvmlDeviceSetMigMode", Shape.INT_OUT),
  /** How many MIG devices there can be. */
  MAX_MIG_DEVICES("nvmlDeviceGetMaxMigDeviceCount", Shape.OUT),
  /** Handle of a MIG device; {@link NvmlReturn#NOT_FOUND} for an empty place. */
  MIG_DEVICE_BY_INDEX("nvmlDeviceGetMigDeviceHandleByIndex", Shape.INT_OUT),
  /** The GPU instance of a MIG device. */
  GPU_INSTANCE_ID("nvmlDeviceGetGpuInstanceId", Shape.OUT),
  /** The compute instance of a MIG device. */
  COMPUTE_INSTANCE_ID("nvmlDeviceGetComputeInstanceId", Shape.OUT),
  /** {@link MigLayout.GpuInstanceProfile} by {@code NVML_GPU_INSTANCE_PROFILE_*}. */
  GPU_INSTANCE_PROFILE("nvmlDeviceGetGpuInstanceProfileInfo", Shape.INT_OUT),
  /** {@link MigLayout.GpuInstanceProfileV2}, which has a name too. */
  GPU_INSTANCE_PROFILE_V("nvmlDeviceGetGpuInstanceProfileInfoV", Shape.INT_OUT),
  /** {@code (dev, profile id, nvmlGpuInstancePlacement_t*, unsigned* count)}. */
  PLACEMENTS("nvmlDeviceGetGpuInstancePossiblePlacements_v2", Shape.INT_OUT_OUT),
  /** {@code (dev, profile id, nvmlGpuInstance_t*, unsigned* count)}. */
  GPU_INSTANCES("nvmlDeviceGetGpuInstances", Shape.INT_OUT_OUT),
  /** {@code (dev, profile id, const nvmlGpuInstancePlacement_t*, nvmlGpuInstance_t*)}. */
  CREATE_GPU_INSTANCE("nvmlDeviceCreateGpuInstanceWithPlacement", Shape.INT_OUT_OUT),
  /** {@link MigLayout.GpuInstance} of an instance's handle. */
  GPU_INSTANCE_INFO("nvmlGpuInstanceGetInfo", Shape.OUT),
  /** {@code (gpuInstance)}; its compute instances must be gone. */
  DESTROY_GPU_INSTANCE("nvmlGpuInstanceDestroy", Shape.ALONE),
  /**
   * {@code (gpuInstance, NVML_COMPUTE_INSTANCE_PROFILE_*, engine 0,} {@link
   * MigLayout.ComputeInstanceProfile}{@code )}.
   */
  COMPUTE_INSTANCE_PROFILE("nvmlGpuInstanceGetComputeInstanceProfileInfo", Shape.INT_INT_OUT),
  /** {@code (gpuInstance, profile id, nvmlComputeInstance_t*, unsigned* count)}. */
  COMPUTE_INSTANCES("nvmlGpuInstanceGetComputeInstances", Shape.INT_OUT_OUT),
  /** {@code (gpuInstance, profile id, nvmlComputeInstance_t*)}. */
  CREATE_COMPUTE_INSTANCE("nvmlGpuInstanceCreateComputeInstance", Shape.INT_OUT),
  /** {@link MigLayout.ComputeInstance} of an instance's handle. */
  COMPUTE_INSTANCE_INFO("nvmlComputeInstanceGetInfo_v2", Shape.OUT),
  /** {@code (computeInstance)}. */
  DESTROY_COMPUTE_INSTANCE("nvmlComputeInstanceDestroy", Shape.ALONE),
  /** {@code (dev, unsigned* current, unsigned* pending)}. */
  ECC_MODE("nvmlDeviceGetEccMode", Shape.OUT_OUT),
  /** The place on the board, from 1. */
  MODULE_ID("nvmlDeviceGetModuleId", Shape.OUT),
  /** One int, 1 when the GPU hangs on its processor by a chip-to-chip link. */
  C2C_MODE("nvmlDeviceGetC2cModeInfoV", Shape.OUT),
  /** {@link Layout.GpmSupport}; driver 520. */
  GPM_SUPPORT("nvmlGpmQueryDeviceSupport", Shape.OUT),
  /** {@code (dev, link, unsigned*)}: 1 when it is active. */
  NVLINK_STATE("nvmlDeviceGetNvLinkState", Shape.INT_OUT),
  /** {@code (dev, link, unsigned*)}: 0 a GPU, 1 a processor, 2 a switch. */
  NVLINK_REMOTE_TYPE("nvmlDeviceGetNvLinkRemoteDeviceType", Shape.INT_OUT),
  /** {@code (dev, link, nvmlPciInfo_t*)}: {@link Layout.PciInfo}. */
  NVLINK_REMOTE_PCI("nvmlDeviceGetNvLinkRemotePciInfo_v2", Shape.INT_OUT),
  /** {@link Layout.FabricV}; driver 550. */
  FABRIC_INFO_V("nvmlDeviceGetGpuFabricInfoV", Shape.OUT),
  /** {@link Layout.AddressingMode}; driver 580. */
  ADDRESSING_MODE("nvmlDeviceGetAddressingMode", Shape.OUT),

  /** {@link Layout.Memory}. */
  MEMORY_INFO("nvmlDeviceGetMemoryInfo", Shape.OUT),
  /** {@link Layout.MemoryV2}; driver 510. */
  MEMORY_INFO_V2("nvmlDeviceGetMemoryInfo_v2", Shape.OUT),
  /** {@link Layout.Utilization}. */
  UTILIZATION("nvmlDeviceGetUtilizationRates", Shape.OUT),
  /** {@code (dev, unsigned* percent, unsigned* microseconds)}. */
  ENCODER_UTILIZATION("nvmlDeviceGetEncoderUtilization", Shape.OUT_OUT),
  /** {@code (dev, unsigned* percent, unsigned* microseconds)}. */
  DECODER_UTILIZATION("nvmlDeviceGetDecoderUtilization", Shape.OUT_OUT),
  /** {@code (dev, unsigned* percent, unsigned* microseconds)}; driver 535. */
  JPEG_UTILIZATION("nvmlDeviceGetJpgUtilization", Shape.OUT_OUT),
  /** {@code (dev, unsigned* percent, unsigned* microseconds)}; driver 535. */
  OFA_UTILIZATION("nvmlDeviceGetOfaUtilization", Shape.OUT_OUT),
  /** {@link Layout.Bar1}. */
  BAR1_MEMORY("nvmlDeviceGetBAR1MemoryInfo", Shape.OUT),
  /** {@link Layout.MarginTemperature}; driver 570. */
  MARGIN_TEMPERATURE("nvmlDeviceGetMarginTemperature", Shape.OUT),
  /** Degrees Celsius: 0 shutdown, 1 slowdown, 2 most of the memory. */
  TEMPERATURE_THRESHOLD("nvmlDeviceGetTemperatureThreshold", Shape.INT_OUT),
  /** Percent of what is intended; not on boards without a fan. */
  FAN_SPEED("nvmlDeviceGetFanSpeed", Shape.OUT),
  /** A mask of 64 bits; driver 535. */
  CLOCK_EVENT_REASONS("nvmlDeviceGetCurrentClocksEventReasons", Shape.OUT),
  /** The same by its old name. */
  CLOCK_THROTTLE_REASONS("nvmlDeviceGetCurrentClocksThrottleReasons", Shape.OUT),
  /** 0 to 15, 32 when it is not known. */
  PERFORMANCE_STATE("nvmlDeviceGetPerformanceState", Shape.OUT),
  /** {@code (dev, type, counter, location, unsigned long long*)}. */
  MEMORY_ERROR_COUNTER("nvmlDeviceGetMemoryErrorCounter", Shape.INT_INT_INT_OUT),
  /** {@link Layout.SramStatus}; driver 550. */
  SRAM_ECC_STATUS("nvmlDeviceGetSramEccErrorStatus", Shape.OUT),
  /** Five numbers of 32 bits: banks with all, most, some, few and none of their spare rows. */
  ROW_REMAPPER_HISTOGRAM("nvmlDeviceGetRowRemapperHistogram", Shape.OUT),
  /** Reads the infoROM from its flash and verifies the checksums. */
  VALIDATE_INFOROM("nvmlDeviceValidateInforom", Shape.ALONE),
  /** {@link Layout.RepairStatus}; driver 580. */
  REPAIR_STATUS("nvmlDeviceGetRepairStatus", Shape.OUT),
  /** {@code (dev, link, counter, unsigned long long*)}: 0 replay, 1 recovery, 2 CRC. */
  NVLINK_ERRORS("nvmlDeviceGetNvLinkErrorCounter", Shape.INT_INT_OUT),
  /** {@link Layout.Fabric}; driver 525. */
  FABRIC_INFO("nvmlDeviceGetGpuFabricInfo", Shape.OUT),
  /** {@code (dev, unsigned* count, nvmlProcessInfo_t*)}; driver 510. */
  COMPUTE_PROCESSES_V3("nvmlDeviceGetComputeRunningProcesses_v3", Shape.OUT_OUT),
  /** Its predecessor, with the same struct. */
  COMPUTE_PROCESSES_V2("nvmlDeviceGetComputeRunningProcesses_v2", Shape.OUT_OUT),
  /** {@code (dev, unsigned* count, nvmlProcessInfo_v1_t*)}: their predecessor. */
  COMPUTE_PROCESSES_V1("nvmlDeviceGetComputeRunningProcesses", Shape.OUT_OUT),
  /** The same of processes that draw; driver 510. */
  GRAPHICS_PROCESSES_V3("nvmlDeviceGetGraphicsRunningProcesses_v3", Shape.OUT_OUT),
  /** Its predecessor, with the same struct. */
  GRAPHICS_PROCESSES_V2("nvmlDeviceGetGraphicsRunningProcesses_v2", Shape.OUT_OUT),
  /** Their predecessor, with {@code nvmlProcessInfo_v1_t}. */
  GRAPHICS_PROCESSES_V1("nvmlDeviceGetGraphicsRunningProcesses", Shape.OUT_OUT),
  /** {@code (dev, nvmlProcessUtilizationSample_t*, unsigned* count, unsigned long long since)}. */
  PROCESS_UTILIZATION("nvmlDeviceGetProcessUtilization", Shape.OTHER),
  /** {@code (nvmlGpmSample_t*)}. */
  GPM_SAMPLE_ALLOC("nvmlGpmSampleAlloc", Shape.OTHER),
  /** {@code (nvmlGpmSample_t)}. */
  GPM_SAMPLE_FREE("nvmlGpmSampleFree", Shape.OTHER),
  /** {@code (dev, nvmlGpmSample_t)}: the sample is filled. */
  GPM_SAMPLE_GET("nvmlGpmSampleGet", Shape.OUT),
  /** {@code (dev, GPU instance, nvmlGpmSample_t)}, of the whole GPU; driver 520. */
  GPM_MIG_SAMPLE_GET("nvmlGpmMigSampleGet", Shape.INT_OUT),
  /** {@link Layout.GpmMetricsGet}. */
  GPM_METRICS_GET("nvmlGpmMetricsGet", Shape.OTHER),
  /** {@link Layout.Temperature}. */
  TEMPERATURE_V("nvmlDeviceGetTemperatureV", Shape.OUT),
  /** Sensor 0 in degrees Celsius; the predecessor of {@link #TEMPERATURE_V}. */
  TEMPERATURE("nvmlDeviceGetTemperature", Shape.INT_OUT),
  /** Milliwatts. */
  POWER_USAGE("nvmlDeviceGetPowerUsage", Shape.OUT),
  /** Milliwatts. */
  ENFORCED_POWER_LIMIT("nvmlDeviceGetEnforcedPowerLimit", Shape.OUT),
  /** Millijoules, 64 bits. */
  TOTAL_ENERGY("nvmlDeviceGetTotalEnergyConsumption", Shape.OUT),
  /** Megahertz of one clock: 1 SM, 2 memory, 3 video. */
  CLOCK_INFO("nvmlDeviceGetClockInfo", Shape.INT_OUT),
  /** {@code (dev, type, counter, unsigned long long*)}. */
  TOTAL_ECC_ERRORS("nvmlDeviceGetTotalEccErrors", Shape.INT_INT_OUT),
  /** Current PCIe generation. */
  PCIE_GENERATION("nvmlDeviceGetCurrPcieLinkGeneration", Shape.OUT),
  /** Current number of PCIe lanes. */
  PCIE_WIDTH("nvmlDeviceGetCurrPcieLinkWidth", Shape.OUT),
  /** PCIe replays. */
  PCIE_REPLAYS("nvmlDeviceGetPcieReplayCounter", Shape.OUT),
  /** {@code (dev, int count, nvmlFieldValue_t*)}: {@link FieldValues}. */
  FIELD_VALUES("nvmlDeviceGetFieldValues", Shape.OTHER),

  /** {@code (nvmlEventSet_t*)}. */
  EVENT_SET_CREATE("nvmlEventSetCreate", Shape.OTHER),
  /** {@code (nvmlEventSet_t)}. */
  EVENT_SET_FREE("nvmlEventSetFree", Shape.OTHER),
  /** {@code (dev, unsigned long long*)}. */
  SUPPORTED_EVENT_TYPES("nvmlDeviceGetSupportedEventTypes", Shape.OUT),
  /** {@code (dev, unsigned long long mask, nvmlEventSet_t)}. */
  REGISTER_EVENTS("nvmlDeviceRegisterEvents", Shape.OTHER),
  /** {@code (set, nvmlEventData_t*, unsigned milliseconds)}. */
  EVENT_SET_WAIT("nvmlEventSetWait_v2", Shape.OTHER),
  /** {@code (set, const config*)}: {@link EventLayout.OperationalConfig}; driver 615. */
  REGISTER_OPERATIONAL_EVENTS("nvmlEventSetRegisterGpuOperationalEvents_v1", Shape.OUT),
  /** {@code (set, wait*)}: {@link EventLayout.EventWait}; driver 615. */
  EVENT_SET_WAIT_V3("nvmlEventSetWait_v3", Shape.OUT),
  /** {@code (set, count*)}: {@link EventLayout.ContextCount}; driver 615. */
  EVENT_CONTEXT_COUNT("nvmlEventSetGetContextCount_v1", Shape.OUT),
  /** {@code (set, info*)}: {@link EventLayout.ContextInfo}; driver 615. */
  EVENT_CONTEXT_INFO("nvmlEventSetGetContextInfo_v1", Shape.OUT),
  /** {@code (set, xid*)}: {@link EventLayout.ContextXid}; driver 615. */
  EVENT_CONTEXT_XID("nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1", Shape.OUT);

  /** All that GPU Operational Events need; a preview, so a driver that lacks them lacks nothing. */
  public static final Set<Symbol> OPERATIONAL_EVENTS =
      Collections.unmodifiableSet(
          EnumSet.range(Symbol.REGISTER_OPERATIONAL_EVENTS, Symbol.EVENT_CONTEXT_XID));

  /** What a function takes after the device handle; most are alike. */
  enum Shape {
    /** One pointer to the result. */
    OUT,
    /** Two pointers. */
    OUT_OUT,
    /** A selector and a pointer. */
    INT_OUT,
    /** A selector and two pointers. */
    INT_OUT_OUT,
    /** Nothing. */
    ALONE,
    /** Two selectors and a pointer. */
    INT_INT_OUT,
    /** Three selectors and a pointer. */
    INT_INT_INT_OUT,
    /** A character buffer and its length. */
    TEXT,
    /** Anything else; it has a method of its own in {@link Nvml}. */
    OTHER
  }

  private final String function;
  private final Shape shape;

  Symbol(String function, Shape shape) {
    this.function = function;
    this.shape = shape;
  }

  /** The exported name. */
  public String function() {
    return function;
  }

  Shape shape() {
    return shape;
  }
}
