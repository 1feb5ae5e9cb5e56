/*
 * What the binding relies on of GPU Operational Events, by the names of NVIDIA's NVML API reference: declared anew from the
 * layout published there and in nvidia-ml-py 13.615.71.
 */
enum { NVML_EVENT_DATA_TYPE_NVML_EVENT = 0, NVML_EVENT_DATA_TYPE_GPU_OPERATIONAL_EVENT = 1 };
enum { NVML_GPU_OPERATIONAL_EVENT_CONTEXT_TYPE_UNKNOWN = 0, NVML_GPU_OPERATIONAL_EVENT_CONTEXT_TYPE_LEGACY_XID = 1 };
enum {
  NVML_OPERATIONAL_EVENT_SEVERITY_INFORMATIONAL = 10, NVML_OPERATIONAL_EVENT_SEVERITY_CORRECTED = 20,
  NVML_OPERATIONAL_EVENT_SEVERITY_RECOVERABLE = 30, NVML_OPERATIONAL_EVENT_SEVERITY_FATAL = 40
};
enum { NVML_GPU_OPERATIONAL_EVENT_LOG_LEVEL_NOTICE = 30 };
enum { NVML_OPERATIONAL_EVENT_ATTR_PRIMARY = 1 << 5, NVML_OPERATIONAL_EVENT_ATTR_OVERFLOW = 1 << 6 };
enum {
  NVML_OPERATIONAL_EVENT_GROUP_ATTR_RECOVERED = 1 << 0, NVML_OPERATIONAL_EVENT_GROUP_ATTR_PREVERR = 1 << 1,
  NVML_OPERATIONAL_EVENT_GROUP_ATTR_SIMULATED = 1 << 2
};

typedef struct {
  char uuid[96];
  unsigned int minLogLevel;
  unsigned int minSeverity;
} nvmlGpuOperationalEventConfig_v1_t;

typedef struct {
  unsigned int timeoutMs;
  unsigned int dataType;
  char uuid[96];
  char sourceModule[16];
  unsigned long long eventType, eventData, groupCursor, instanceId, timestampUsec, traceId;
  unsigned int gpuInstanceId, computeInstanceId, severity, categoryId, moduleEventCode, scope, originator;
  unsigned int moduleInstance, chipletId, logLevel, attributes, groupCperSize, groupAttributes;
  unsigned char groupSize, groupIndex;
} nvmlEventSetWait_v3_t;

typedef struct { unsigned int count; } nvmlEventSetGetContextCount_v1_t;

typedef struct {
  unsigned int index;
  unsigned int nvmlGpuOperationalEventContextType;
  unsigned int sourceEventContextType;
  unsigned int dataSize;
  unsigned short dataFormatVersion;
} nvmlEventSetGetContextInfo_v1_t;

typedef struct {
  unsigned int index;
  unsigned int xidCode;
} nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t;
