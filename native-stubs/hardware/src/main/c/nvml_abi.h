/*
 * The part of NVML's binary interface that the simulated library serves: names, numbers and layouts as published in nvml.h
 * (13.3.29; operational events: 13.615), declared anew. The assertions at the end are the audit of the layouts (LP64).
 */
#ifndef ACCELD_NVML_ABI_H
#define ACCELD_NVML_ABI_H

#include <assert.h>
#include <stddef.h>

typedef int nvmlReturn_t;
enum {
  NVML_SUCCESS = 0,
  NVML_ERROR_UNINITIALIZED = 1,
  NVML_ERROR_INVALID_ARGUMENT = 2,
  NVML_ERROR_NOT_SUPPORTED = 3,
  NVML_ERROR_NOT_FOUND = 6,
  NVML_ERROR_INSUFFICIENT_SIZE = 7,
  NVML_ERROR_DRIVER_NOT_LOADED = 9,
  NVML_ERROR_TIMEOUT = 10,
  NVML_ERROR_GPU_IS_LOST = 15,
  NVML_ERROR_RESET_REQUIRED = 16,
  NVML_ERROR_IN_USE = 19,
  NVML_ERROR_MEMORY = 20,
  NVML_ERROR_INSUFFICIENT_RESOURCES = 23,
  NVML_ERROR_ARGUMENT_VERSION_MISMATCH = 25,
  NVML_ERROR_GPU_NOT_FOUND = 28,
  NVML_ERROR_UNKNOWN = 999
};

enum { NVML_INIT_FLAG_NO_GPUS = 1, NVML_INIT_FLAG_NO_ATTACH = 2, NVML_INIT_FLAG_FORCE_INIT = 4 };

enum { NVML_EVENT_SBE = 0x1, NVML_EVENT_DBE = 0x2, NVML_EVENT_PSTATE = 0x4, NVML_EVENT_XID = 0x8, NVML_EVENT_CLOCK = 0x10 };

enum { NVML_VALUE_DOUBLE = 0, NVML_VALUE_UINT = 1, NVML_VALUE_ULONG = 2, NVML_VALUE_ULONGLONG = 3, NVML_VALUE_INT = 5 };

#define NVML_STRUCT_VERSION(type, version) ((unsigned)(sizeof(type) | ((unsigned)(version) << 24)))
#define NVML_NO_INSTANCE 0xFFFFFFFFu

typedef struct simulated_device *nvmlDevice_t;
typedef struct simulated_event_set *nvmlEventSet_t;
typedef struct simulated_gpu_instance *nvmlGpuInstance_t;
typedef struct simulated_compute_instance *nvmlComputeInstance_t;
typedef struct simulated_gpm_sample *nvmlGpmSample_t;

typedef struct {
  char busIdLegacy[16];
  unsigned domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} nvmlPciInfo_t;

typedef struct {
  unsigned version, domain, bus, device, pciDeviceId, pciSubSystemId, baseClass, subClass;
  char busId[32];
} nvmlPciInfoExt_v1_t;

typedef struct {
  unsigned long long total, free, used;
} nvmlMemory_t;

typedef struct {
  unsigned version;
  unsigned long long total, reserved, free, used;
} nvmlMemory_v2_t;

typedef struct {
  unsigned long long bar1Total, bar1Free, bar1Used;
} nvmlBAR1Memory_t;

typedef struct {
  unsigned gpu, memory;
} nvmlUtilization_t;

typedef struct {
  unsigned pid;
  unsigned long long usedGpuMemory;
  unsigned gpuInstanceId, computeInstanceId;
} nvmlProcessInfo_t;

typedef struct {
  unsigned pid;
  unsigned long long usedGpuMemory;
} nvmlProcessInfo_v1_t;

typedef struct {
  unsigned pid;
  unsigned long long timeStamp;
  unsigned smUtil, memUtil, encUtil, decUtil;
} nvmlProcessUtilizationSample_t;

typedef struct {
  nvmlDevice_t device;
  unsigned long long eventType, eventData;
  unsigned gpuInstanceId, computeInstanceId;
} nvmlEventData_t;

/* GPU Operational Events, a preview of driver 615: as published in NVIDIA's API reference and in nvidia-ml-py 13.615. */
enum { NVML_EVENT_DATA_TYPE_NVML_EVENT = 0, NVML_EVENT_DATA_TYPE_GPU_OPERATIONAL_EVENT = 1 };
enum { NVML_GPU_OPERATIONAL_EVENT_CONTEXT_TYPE_LEGACY_XID = 1 };

typedef struct {
  char uuid[96];
  unsigned minLogLevel, minSeverity;
} nvmlGpuOperationalEventConfig_v1_t;

typedef struct {
  unsigned timeoutMs, dataType;
  char uuid[96];
  char sourceModule[16];
  unsigned long long eventType, eventData, groupCursor, instanceId, timestampUsec, traceId;
  unsigned gpuInstanceId, computeInstanceId, severity, categoryId, moduleEventCode, scope, originator, moduleInstance, chipletId,
      logLevel, attributes, groupCperSize, groupAttributes;
  unsigned char groupSize, groupIndex;
} nvmlEventSetWait_v3_t;

typedef struct {
  unsigned count;
} nvmlEventSetGetContextCount_v1_t;

typedef struct {
  unsigned index, nvmlGpuOperationalEventContextType, sourceEventContextType, dataSize;
  unsigned short dataFormatVersion;
} nvmlEventSetGetContextInfo_v1_t;

typedef struct {
  unsigned index, xidCode;
} nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t;

typedef union {
  double dVal;
  int siVal;
  unsigned uiVal;
  unsigned long ulVal;
  unsigned long long ullVal;
} nvmlValue_t;

typedef struct {
  unsigned fieldId, scopeId;
  long long timestamp, latencyUsec;
  unsigned valueType;
  nvmlReturn_t nvmlReturn;
  nvmlValue_t value;
} nvmlFieldValue_t;

typedef struct {
  unsigned version, sensorType;
  int temperature;
} nvmlTemperature_v1_t;

typedef struct {
  unsigned version, value;
} nvmlDeviceAddressingMode_v1_t;

typedef struct {
  unsigned version, isSupportedDevice;
} nvmlGpmSupport_t;

typedef struct {
  unsigned version;
  unsigned char clusterUuid[16];
  nvmlReturn_t status;
  unsigned cliqueId;
  unsigned char state;
  unsigned healthMask;
} nvmlGpuFabricInfo_v2_t;

typedef struct {
  unsigned version;
  unsigned char clusterUuid[16];
  nvmlReturn_t status;
  unsigned cliqueId;
  unsigned char state;
  unsigned healthMask;
  unsigned char healthSummary;
} nvmlGpuFabricInfo_v3_t;

typedef struct {
  unsigned isC2cEnabled;
} nvmlC2cModeInfo_v1_t;

typedef struct {
  unsigned start, size;
} nvmlGpuInstancePlacement_t, nvmlComputeInstancePlacement_t;

typedef struct {
  unsigned id, isP2pSupported, sliceCount, instanceCount, multiprocessorCount, copyEngineCount, decoderCount, encoderCount,
      jpegCount, ofaCount;
  unsigned long long memorySizeMB;
} nvmlGpuInstanceProfileInfo_t;

typedef struct {
  unsigned version, id, isP2pSupported, sliceCount, instanceCount, multiprocessorCount, copyEngineCount, decoderCount,
      encoderCount, jpegCount, ofaCount;
  unsigned long long memorySizeMB;
  char name[96];
} nvmlGpuInstanceProfileInfo_v2_t;

typedef struct {
  unsigned version, id, sliceCount, instanceCount, multiprocessorCount, copyEngineCount, decoderCount, encoderCount, jpegCount,
      ofaCount;
  unsigned long long memorySizeMB;
  char name[96];
  unsigned capabilities;
} nvmlGpuInstanceProfileInfo_v3_t;

typedef struct {
  nvmlDevice_t device;
  unsigned id, profileId;
  nvmlGpuInstancePlacement_t placement;
} nvmlGpuInstanceInfo_t;

typedef struct {
  unsigned id, sliceCount, instanceCount, multiprocessorCount, sharedCopyEngineCount, sharedDecoderCount, sharedEncoderCount,
      sharedJpegCount, sharedOfaCount;
} nvmlComputeInstanceProfileInfo_t;

typedef struct {
  nvmlDevice_t device;
  nvmlGpuInstance_t gpuInstance;
  unsigned id, profileId;
  nvmlComputeInstancePlacement_t placement;
} nvmlComputeInstanceInfo_t;

typedef struct {
  unsigned multiprocessorCount, sharedCopyEngineCount, sharedDecoderCount, sharedEncoderCount, sharedJpegCount, sharedOfaCount,
      gpuInstanceSliceCount, computeInstanceSliceCount;
  unsigned long long memorySizeMB;
} nvmlDeviceAttributes_t;

typedef struct {
  unsigned metricId;
  nvmlReturn_t nvmlReturn;
  double value;
  struct {
    char *shortName, *longName, *unit;
  } metricInfo;
} nvmlGpmMetric_t;

typedef struct {
  unsigned version, numMetrics;
  nvmlGpmSample_t sample1, sample2;
  nvmlGpmMetric_t metrics[333];
} nvmlGpmMetricsGet_t;

typedef struct {
  unsigned version;
  int marginTemperature;
} nvmlMarginTemperature_v1_t;

typedef struct {
  unsigned version;
  unsigned long long aggregateUncParity, aggregateUncSecDed, aggregateCor, volatileUncParity, volatileUncSecDed,
      volatileCor, aggregateUncBucketL2, aggregateUncBucketSm, aggregateUncBucketPcie, aggregateUncBucketMcu,
      aggregateUncBucketOther;
  unsigned bThresholdExceeded;
} nvmlEccSramErrorStatus_v1_t;

typedef struct {
  unsigned max, high, partial, low, none;
} nvmlRowRemapperHistogramValues_t;

typedef struct {
  unsigned version, bChannelRepairPending, bTpcRepairPending;
} nvmlRepairStatus_v1_t;

typedef struct {
  unsigned char clusterUuid[16];
  nvmlReturn_t status;
  unsigned cliqueId;
  unsigned char state;
} nvmlGpuFabricInfo_t;

#define NVML_LAYOUT(type, size) static_assert(sizeof(type) == (size), #type " has another size in nvml.h")
#define NVML_FIELD(type, field, at) static_assert(offsetof(type, field) == (at), #type "." #field " lies elsewhere in nvml.h")

NVML_LAYOUT(nvmlPciInfo_t, 68);
NVML_FIELD(nvmlPciInfo_t, domain, 16);
NVML_FIELD(nvmlPciInfo_t, pciDeviceId, 28);
NVML_FIELD(nvmlPciInfo_t, pciSubSystemId, 32);
NVML_FIELD(nvmlPciInfo_t, busId, 36);
NVML_LAYOUT(nvmlPciInfoExt_v1_t, 64);
NVML_FIELD(nvmlPciInfoExt_v1_t, pciDeviceId, 16);
NVML_FIELD(nvmlPciInfoExt_v1_t, baseClass, 24);
NVML_FIELD(nvmlPciInfoExt_v1_t, busId, 32);
NVML_LAYOUT(nvmlMemory_t, 24);
NVML_FIELD(nvmlMemory_t, used, 16);
NVML_LAYOUT(nvmlMemory_v2_t, 40);
NVML_FIELD(nvmlMemory_v2_t, total, 8);
NVML_FIELD(nvmlMemory_v2_t, reserved, 16);
NVML_FIELD(nvmlMemory_v2_t, used, 32);
NVML_LAYOUT(nvmlBAR1Memory_t, 24);
NVML_LAYOUT(nvmlUtilization_t, 8);
NVML_LAYOUT(nvmlProcessInfo_t, 24);
NVML_FIELD(nvmlProcessInfo_t, usedGpuMemory, 8);
NVML_FIELD(nvmlProcessInfo_t, gpuInstanceId, 16);
NVML_LAYOUT(nvmlProcessInfo_v1_t, 16);
NVML_FIELD(nvmlProcessInfo_v1_t, usedGpuMemory, 8);
NVML_LAYOUT(nvmlProcessUtilizationSample_t, 32);
NVML_FIELD(nvmlProcessUtilizationSample_t, timeStamp, 8);
NVML_FIELD(nvmlProcessUtilizationSample_t, smUtil, 16);
NVML_FIELD(nvmlProcessUtilizationSample_t, decUtil, 28);
NVML_LAYOUT(nvmlEventData_t, 32);
NVML_FIELD(nvmlEventData_t, eventType, 8);
NVML_FIELD(nvmlEventData_t, eventData, 16);
NVML_FIELD(nvmlEventData_t, gpuInstanceId, 24);
NVML_LAYOUT(nvmlGpuOperationalEventConfig_v1_t, 104);
NVML_FIELD(nvmlGpuOperationalEventConfig_v1_t, minLogLevel, 96);
NVML_FIELD(nvmlGpuOperationalEventConfig_v1_t, minSeverity, 100);
NVML_LAYOUT(nvmlEventSetWait_v3_t, 224);
NVML_FIELD(nvmlEventSetWait_v3_t, uuid, 8);
NVML_FIELD(nvmlEventSetWait_v3_t, sourceModule, 104);
NVML_FIELD(nvmlEventSetWait_v3_t, eventType, 120);
NVML_FIELD(nvmlEventSetWait_v3_t, groupCursor, 136);
NVML_FIELD(nvmlEventSetWait_v3_t, gpuInstanceId, 168);
NVML_FIELD(nvmlEventSetWait_v3_t, severity, 176);
NVML_FIELD(nvmlEventSetWait_v3_t, moduleEventCode, 184);
NVML_FIELD(nvmlEventSetWait_v3_t, attributes, 208);
NVML_FIELD(nvmlEventSetWait_v3_t, groupAttributes, 216);
NVML_FIELD(nvmlEventSetWait_v3_t, groupIndex, 221);
NVML_LAYOUT(nvmlEventSetGetContextCount_v1_t, 4);
NVML_LAYOUT(nvmlEventSetGetContextInfo_v1_t, 20);
NVML_FIELD(nvmlEventSetGetContextInfo_v1_t, dataFormatVersion, 16);
NVML_LAYOUT(nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t, 8);
NVML_LAYOUT(nvmlFieldValue_t, 40);
NVML_FIELD(nvmlFieldValue_t, timestamp, 8);
NVML_FIELD(nvmlFieldValue_t, latencyUsec, 16);
NVML_FIELD(nvmlFieldValue_t, valueType, 24);
NVML_FIELD(nvmlFieldValue_t, nvmlReturn, 28);
NVML_FIELD(nvmlFieldValue_t, value, 32);
NVML_LAYOUT(nvmlTemperature_v1_t, 12);
NVML_FIELD(nvmlTemperature_v1_t, temperature, 8);
NVML_LAYOUT(nvmlDeviceAddressingMode_v1_t, 8);
NVML_LAYOUT(nvmlGpmSupport_t, 8);
NVML_LAYOUT(nvmlGpuFabricInfo_v2_t, 36);
NVML_FIELD(nvmlGpuFabricInfo_v2_t, state, 28);
NVML_FIELD(nvmlGpuFabricInfo_v2_t, healthMask, 32);
NVML_LAYOUT(nvmlGpuFabricInfo_v3_t, 40);
NVML_FIELD(nvmlGpuFabricInfo_v3_t, healthSummary, 36);
NVML_LAYOUT(nvmlC2cModeInfo_v1_t, 4);
NVML_LAYOUT(nvmlGpuInstancePlacement_t, 8);
NVML_LAYOUT(nvmlGpuInstanceProfileInfo_t, 48);
NVML_FIELD(nvmlGpuInstanceProfileInfo_t, memorySizeMB, 40);
NVML_LAYOUT(nvmlGpuInstanceProfileInfo_v2_t, 152);
NVML_FIELD(nvmlGpuInstanceProfileInfo_v2_t, memorySizeMB, 48);
NVML_FIELD(nvmlGpuInstanceProfileInfo_v2_t, name, 56);
NVML_LAYOUT(nvmlGpuInstanceProfileInfo_v3_t, 152);
NVML_FIELD(nvmlGpuInstanceProfileInfo_v3_t, memorySizeMB, 40);
NVML_FIELD(nvmlGpuInstanceProfileInfo_v3_t, name, 48);
NVML_FIELD(nvmlGpuInstanceProfileInfo_v3_t, capabilities, 144);
NVML_LAYOUT(nvmlGpuInstanceInfo_t, 24);
NVML_FIELD(nvmlGpuInstanceInfo_t, placement, 16);
NVML_LAYOUT(nvmlComputeInstanceProfileInfo_t, 36);
NVML_LAYOUT(nvmlComputeInstanceInfo_t, 32);
NVML_FIELD(nvmlComputeInstanceInfo_t, placement, 24);
NVML_LAYOUT(nvmlDeviceAttributes_t, 40);
NVML_FIELD(nvmlDeviceAttributes_t, memorySizeMB, 32);
NVML_LAYOUT(nvmlGpmMetric_t, 40);
NVML_FIELD(nvmlGpmMetric_t, nvmlReturn, 4);
NVML_FIELD(nvmlGpmMetric_t, value, 8);
NVML_LAYOUT(nvmlGpmMetricsGet_t, 13344);
NVML_FIELD(nvmlGpmMetricsGet_t, sample1, 8);
NVML_FIELD(nvmlGpmMetricsGet_t, metrics, 24);
NVML_LAYOUT(nvmlMarginTemperature_v1_t, 8);
NVML_LAYOUT(nvmlEccSramErrorStatus_v1_t, 104);
NVML_FIELD(nvmlEccSramErrorStatus_v1_t, aggregateUncBucketL2, 56);
NVML_FIELD(nvmlEccSramErrorStatus_v1_t, bThresholdExceeded, 96);
NVML_LAYOUT(nvmlRowRemapperHistogramValues_t, 20);
NVML_LAYOUT(nvmlRepairStatus_v1_t, 12);
NVML_LAYOUT(nvmlGpuFabricInfo_t, 28);
NVML_FIELD(nvmlGpuFabricInfo_t, state, 24);
static_assert(sizeof(void *) == 8, "the layouts are those of a 64-bit system");

/* Everything that is exported, and nothing else is. */
#define NVML_API __attribute__((visibility("default")))

#endif
