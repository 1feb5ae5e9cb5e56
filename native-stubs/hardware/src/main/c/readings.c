/* What a GPU is doing. */
#include "model.h"
#include "partition.h"
#include "session.h"

/* What MIG mode takes away from the whole GPU. */
static bool mig_on(const struct gpu *gpu) { return gpu_number_or(gpu, MIG_MODE, 0) == 1; }

NVML_API nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  if (is_partition(device)) return partition_memory(__func__, device, memory);
  ENTER(memory);
  memory->total = (unsigned long long)gpu_number_or(gpu, MEMORY_TOTAL, 0);
  memory->used = (unsigned long long)(model_memory_used(gpu) + gpu_number_or(gpu, MEMORY_RESERVED, 0));
  memory->free = memory->total - memory->used;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  if (is_partition(device)) return partition_memory_v2(__func__, device, memory);
  ENTER(memory);
  if (memory->version != NVML_STRUCT_VERSION(nvmlMemory_v2_t, 2)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  memory->total = (unsigned long long)gpu_number_or(gpu, MEMORY_TOTAL, 0);
  memory->reserved = (unsigned long long)gpu_number_or(gpu, MEMORY_RESERVED, 0);
  memory->used = (unsigned long long)model_memory_used(gpu);
  memory->free = memory->total - memory->reserved - memory->used;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetBAR1MemoryInfo(nvmlDevice_t device, nvmlBAR1Memory_t *bar1) {
  if (is_partition(device)) return partition_bar1(__func__, device, bar1);
  ENTER(bar1);
  if (gpu->number[BAR1_TOTAL] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  bar1->bar1Total = (unsigned long long)gpu->number[BAR1_TOTAL];
  bar1->bar1Used = bar1->bar1Total / 64;
  bar1->bar1Free = bar1->bar1Total - bar1->bar1Used;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  ENTER(utilization);
  if (mig_on(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  int64_t busy = model_utilization(gpu);
  utilization->gpu = (unsigned)busy;
  utilization->memory = (unsigned)gpu_number_or(gpu, MEMORY_UTILIZATION, busy * 6 / 10);
  return NVML_SUCCESS;
}

static nvmlReturn_t engine(const struct gpu *gpu, enum gpu_number which, unsigned *percent, unsigned *periodUs) {
  if (mig_on(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *percent = (unsigned)gpu_number_or(gpu, which, 0);
  *periodUs = 167000;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetEncoderUtilization(nvmlDevice_t device, unsigned *percent, unsigned *periodUs) {
  ENTER(percent && periodUs);
  return engine(gpu, ENCODER_UTILIZATION, percent, periodUs);
}

NVML_API nvmlReturn_t nvmlDeviceGetDecoderUtilization(nvmlDevice_t device, unsigned *percent, unsigned *periodUs) {
  ENTER(percent && periodUs);
  return engine(gpu, DECODER_UTILIZATION, percent, periodUs);
}

/* The JPEG decoder and the optical flow unit came with Ampere (7). */
NVML_API nvmlReturn_t nvmlDeviceGetJpgUtilization(nvmlDevice_t device, unsigned *percent, unsigned *periodUs) {
  ENTER(percent && periodUs);
  if (gpu_number_or(gpu, ARCHITECTURE, 0) < 7) return NVML_ERROR_NOT_SUPPORTED;
  return engine(gpu, JPEG_UTILIZATION, percent, periodUs);
}

NVML_API nvmlReturn_t nvmlDeviceGetOfaUtilization(nvmlDevice_t device, unsigned *percent, unsigned *periodUs) {
  ENTER(percent && periodUs);
  if (gpu_number_or(gpu, ARCHITECTURE, 0) < 7) return NVML_ERROR_NOT_SUPPORTED;
  return engine(gpu, OFA_UTILIZATION, percent, periodUs);
}

NVML_API nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, unsigned sensor, unsigned *degrees) {
  ENTER(degrees && sensor == 0);
  *degrees = (unsigned)model_temperature(gpu);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_v1_t *temperature) {
  ENTER(temperature);
  if (temperature->version != NVML_STRUCT_VERSION(nvmlTemperature_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (temperature->sensorType != 0) return NVML_ERROR_INVALID_ARGUMENT;
  temperature->temperature = (int)model_temperature(gpu);
  return NVML_SUCCESS;
}

#define SLOWDOWN 89

NVML_API nvmlReturn_t nvmlDeviceGetTemperatureThreshold(nvmlDevice_t device, unsigned type, unsigned *degrees) {
  ENTER(degrees);
  bool hbm = gpu_number_or(gpu, HBM, 0) != 0;
  switch (type) {
    case 0: *degrees = SLOWDOWN + 3; return NVML_SUCCESS;
    case 1: *degrees = SLOWDOWN; return NVML_SUCCESS;
    case 2: *degrees = SLOWDOWN + 6; return hbm ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
    case 3: *degrees = SLOWDOWN - 2; return NVML_SUCCESS;
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

/* Ada and newer tell how far they are from slowing down. */
NVML_API nvmlReturn_t nvmlDeviceGetMarginTemperature(nvmlDevice_t device, nvmlMarginTemperature_v1_t *margin) {
  ENTER(margin);
  if (margin->version != NVML_STRUCT_VERSION(nvmlMarginTemperature_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (gpu_number_or(gpu, ARCHITECTURE, 0) < 8) return NVML_ERROR_NOT_SUPPORTED;
  margin->marginTemperature = (int)(SLOWDOWN - model_temperature(gpu));
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetFanSpeed(nvmlDevice_t device, unsigned *percent) {
  ENTER(percent);
  if (gpu->number[FAN] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  *percent = (unsigned)gpu->number[FAN];
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned *milliwatts) {
  ENTER(milliwatts);
  *milliwatts = (unsigned)model_power(gpu);
  return NVML_SUCCESS;
}

static unsigned power_limit(const struct gpu *gpu) {
  return (unsigned)gpu_number_or(gpu, POWER_LIMIT, gpu_number_or(gpu, POWER_LIMIT_DEFAULT, 0));
}

NVML_API nvmlReturn_t nvmlDeviceGetPowerManagementLimit(nvmlDevice_t device, unsigned *milliwatts) {
  ENTER(milliwatts);
  *milliwatts = power_limit(gpu);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetEnforcedPowerLimit(nvmlDevice_t device, unsigned *milliwatts) {
  ENTER(milliwatts);
  *milliwatts = power_limit(gpu);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetPowerManagementLimitConstraints(nvmlDevice_t device, unsigned *least, unsigned *most) {
  ENTER(least && most);
  *least = (unsigned)gpu_number_or(gpu, POWER_LIMIT_MIN, 0);
  *most = (unsigned)gpu_number_or(gpu, POWER_LIMIT_MAX, 0);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetTotalEnergyConsumption(nvmlDevice_t device, unsigned long long *millijoules) {
  ENTER(millijoules);
  *millijoules = (unsigned long long)model_energy(gpu);
  return NVML_SUCCESS;
}

/* 0 graphics, 1 SM, 2 memory, 3 video */
static int64_t max_clock(const struct gpu *gpu, unsigned type) {
  return gpu_number_or(gpu, type == 2 ? CLOCK_MEMORY_MAX : type == 3 ? CLOCK_VIDEO_MAX : CLOCK_SM_MAX, 0);
}

NVML_API nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, unsigned type, unsigned *mhz) {
  ENTER(mhz && type <= 3);
  *mhz = (unsigned)max_clock(gpu, type);
  return NVML_SUCCESS;
}

/* The highest first. When they do not fit, or there is no place for them, how many there are. */
static nvmlReturn_t give_clocks(int64_t most, int64_t least, int64_t step, unsigned *count, unsigned *mhz) {
  unsigned room = *count;
  *count = most >= least ? (unsigned)((most - least) / step + 1) : 0;
  if (*count > room || !mhz) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < *count; i++) mhz[i] = (unsigned)(most - i * step);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetSupportedMemoryClocks(nvmlDevice_t device, unsigned *count, unsigned *mhz) {
  ENTER(count);
  return give_clocks(max_clock(gpu, 2), max_clock(gpu, 2), 1, count, mhz);
}

NVML_API nvmlReturn_t nvmlDeviceGetSupportedGraphicsClocks(nvmlDevice_t device, unsigned memory, unsigned *count,
                                                           unsigned *mhz) {
  ENTER(count);
  if (memory != max_clock(gpu, 2)) return NVML_ERROR_NOT_FOUND;
  return give_clocks(max_clock(gpu, 0), 210, 15, count, mhz);
}

NVML_API nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, unsigned type, unsigned *mhz) {
  ENTER(mhz && type <= 3);
  int64_t most = max_clock(gpu, type);
  int64_t usual = type == 2 || model_utilization(gpu) >= 5 ? most : most / 5; /* idle cores clock down, memory does not */
  *mhz = (unsigned)gpu_number_or(gpu, type == 2 ? CLOCK_MEMORY : type == 3 ? CLOCK_VIDEO : CLOCK_SM, usual);
  return NVML_SUCCESS;
}

static nvmlReturn_t clock_reasons(const struct gpu *gpu, unsigned long long *reasons) {
  *reasons = (unsigned long long)gpu_number_or(gpu, CLOCK_REASONS, model_utilization(gpu) < 5 ? 1 : 0);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetCurrentClocksEventReasons(nvmlDevice_t device, unsigned long long *reasons) {
  ENTER(reasons);
  return clock_reasons(gpu, reasons);
}

NVML_API nvmlReturn_t nvmlDeviceGetCurrentClocksThrottleReasons(nvmlDevice_t device, unsigned long long *reasons) {
  ENTER(reasons);
  return clock_reasons(gpu, reasons);
}

#define NUMBER_WITH_DEFAULT(symbol, which, otherwise)                \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, unsigned *to) {  \
    ENTER(to);                                                       \
    *to = (unsigned)gpu_number_or(gpu, which, otherwise);            \
    return NVML_SUCCESS;                                             \
  }

NUMBER_WITH_DEFAULT(nvmlDeviceGetPerformanceState, PERFORMANCE_STATE, 0)
NUMBER_WITH_DEFAULT(nvmlDeviceGetComputeMode, COMPUTE_MODE, 0)
NUMBER_WITH_DEFAULT(nvmlDeviceGetPersistenceMode, PERSISTENCE_MODE, 1)
NUMBER_WITH_DEFAULT(nvmlDeviceGetCurrPcieLinkGeneration, PCIE_GENERATION, gpu_number_or(gpu, PCIE_GENERATION_MAX, 0))
NUMBER_WITH_DEFAULT(nvmlDeviceGetCurrPcieLinkWidth, PCIE_WIDTH, gpu_number_or(gpu, PCIE_WIDTH_MAX, 0))
NUMBER_WITH_DEFAULT(nvmlDeviceGetPcieReplayCounter, PCIE_REPLAYS, 0)

NVML_API nvmlReturn_t nvmlDeviceGetPcieThroughput(nvmlDevice_t device, unsigned counter, unsigned *kilobytes) {
  ENTER(kilobytes && counter <= 1);
  sleep_ms(20); /* the real one samples for as long */
  *kilobytes = (unsigned)(model_pcie_rate(gpu, counter == 1) / 1000);
  return NVML_SUCCESS;
}
