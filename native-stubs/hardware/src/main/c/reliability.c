/* What is wrong with a GPU and its links. */
#include "model.h"
#include "session.h"

NVML_API nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, unsigned *current, unsigned *pending) {
  ENTER(current && pending);
  if (gpu->number[ECC_MODE] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  *current = *pending = (unsigned)gpu->number[ECC_MODE];
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, unsigned type, unsigned counter,
                                                  unsigned long long *errors) {
  ENTER(errors && type <= 1 && counter <= 1);
  if (gpu_number_or(gpu, ECC_MODE, 0) == 0) return NVML_ERROR_NOT_SUPPORTED;
  enum gpu_number now = type == 0 ? ECC_CORRECTED : ECC_UNCORRECTED;
  enum gpu_number ever = type == 0 ? ECC_CORRECTED_AGGREGATE : ECC_UNCORRECTED_AGGREGATE;
  int64_t since_load = gpu_number_or(gpu, now, 0);
  *errors = (unsigned long long)(counter == 0 ? since_load : gpu_number_or(gpu, ever, since_load));
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned *correctable, unsigned *uncorrectable,
                                                unsigned *pending, unsigned *failure) {
  ENTER(correctable && uncorrectable && pending && failure);
  if (!model_remaps_rows(gpu) || gpu_number_or(gpu, ECC_MODE, 0) == 0) return NVML_ERROR_NOT_SUPPORTED;
  *correctable = (unsigned)gpu_number_or(gpu, REMAP_CORRECTABLE, 0);
  *uncorrectable = (unsigned)gpu_number_or(gpu, REMAP_UNCORRECTABLE, 0);
  *pending = (unsigned)gpu_number_or(gpu, REMAP_PENDING, 0);
  *failure = (unsigned)gpu_number_or(gpu, REMAP_FAILURE, 0);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, unsigned *pending) {
  ENTER(pending);
  if (model_remaps_rows(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *pending = (unsigned)gpu_number_or(gpu, RETIRED_PENDING, 0);
  return NVML_SUCCESS;
}

/* 0 L1, 1 L2, 2 DRAM, 3 registers, 4 texture, 5 texture shared, 6 CBU, 7 SRAM: since Ampere DRAM and SRAM only. */
NVML_API nvmlReturn_t nvmlDeviceGetMemoryErrorCounter(nvmlDevice_t device, unsigned type, unsigned counter,
                                                      unsigned location, unsigned long long *errors) {
  ENTER(errors && type <= 1 && counter <= 1 && location <= 7);
  bool coarse = model_remaps_rows(gpu);
  if (gpu_number_or(gpu, ECC_MODE, 0) == 0 || counter != 0 || (coarse ? location != 2 && location != 7 : location > 6))
    return NVML_ERROR_NOT_SUPPORTED;
  int64_t sram = gpu_number_or(gpu, type == 0 ? ECC_SRAM_CORRECTED : ECC_SRAM_UNCORRECTED, 0);
  int64_t found = location == 2 ? model_ecc_dram(gpu, type == 1) : location == (coarse ? 7 : 1) ? sram : 0;
  *errors = (unsigned long long)found;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_v1_t *status) {
  ENTER(status);
  if (status->version != NVML_STRUCT_VERSION(nvmlEccSramErrorStatus_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (!model_remaps_rows(gpu) || gpu_number_or(gpu, ECC_MODE, 0) == 0) return NVML_ERROR_NOT_SUPPORTED;
  unsigned long long uncorrected = (unsigned long long)gpu_number_or(gpu, ECC_SRAM_UNCORRECTED, 0);
  unsigned long long corrected = (unsigned long long)gpu_number_or(gpu, ECC_SRAM_CORRECTED, 0);
  *status = (nvmlEccSramErrorStatus_v1_t){.version = status->version,
                                          .aggregateUncSecDed = uncorrected,
                                          .aggregateCor = corrected,
                                          .volatileUncSecDed = uncorrected,
                                          .volatileCor = corrected,
                                          .aggregateUncBucketSm = uncorrected,
                                          .bThresholdExceeded = (unsigned)gpu_number_or(gpu, ECC_SRAM_THRESHOLD, 0)};
  return NVML_SUCCESS;
}

/* Banks with all, most, some, few and none of their spare rows left; every remapped row is in a bank of its own. */
#define BANKS 640

NVML_API nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device, nvmlRowRemapperHistogramValues_t *values) {
  ENTER(values);
  if (!model_remaps_rows(gpu) || gpu_number_or(gpu, ECC_MODE, 0) == 0 || gpu_number_or(gpu, HBM, 0) == 0)
    return NVML_ERROR_NOT_SUPPORTED;
  int64_t used = gpu_number_or(gpu, REMAP_CORRECTABLE, 0) + gpu_number_or(gpu, REMAP_UNCORRECTABLE, 0);
  unsigned none = gpu_number_or(gpu, REMAP_FAILURE, 0) ? 1 : 0, high = (unsigned)(used < BANKS - 1 ? used : BANKS - 1);
  *values = (nvmlRowRemapperHistogramValues_t){.max = BANKS - high - none, .high = high, .none = none};
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_v1_t *status) {
  ENTER(status);
  if (status->version != NVML_STRUCT_VERSION(nvmlRepairStatus_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (gpu_number_or(gpu, ARCHITECTURE, 0) < 10) return NVML_ERROR_NOT_SUPPORTED;
  status->bChannelRepairPending = (unsigned)gpu_number_or(gpu, REPAIR_CHANNEL, 0);
  status->bTpcRepairPending = (unsigned)gpu_number_or(gpu, REPAIR_TPC, 0);
  return NVML_SUCCESS;
}

/* Its flash is intact; what else it can be is simulated by a failing call. */
NVML_API nvmlReturn_t nvmlDeviceValidateInforom(nvmlDevice_t device) {
  ENTER(true);
  (void)gpu;
  return NVML_SUCCESS;
}

/* Links past the last one are a wrong argument; without any, there is no such thing. */
static nvmlReturn_t check_link(const struct gpu *gpu, unsigned link) {
  if (gpu_number_or(gpu, NVLINK_LINKS, 0) == 0) return NVML_ERROR_NOT_SUPPORTED;
  return model_has_link(gpu, link) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

/* 0 replay, 1 recovery, 2 CRC of flits, 3 CRC of data, 4 ECC; with NVLink 5 by fields only. */
NVML_API nvmlReturn_t nvmlDeviceGetNvLinkErrorCounter(nvmlDevice_t device, unsigned link, unsigned counter,
                                                      unsigned long long *errors) {
  ENTER(errors && counter <= 4);
  if ((result = check_link(gpu, link))) return result;
  if (gpu_number_or(gpu, NVLINK_VERSION, 0) >= 5 || !model_link_up(gpu, link)) return NVML_ERROR_NOT_SUPPORTED;
  static const enum gpu_number which[] = {NVLINK_REPLAYS, NVLINK_RECOVERIES, NVLINK_CRC};
  *errors = counter <= 2 ? (unsigned long long)model_link_errors(gpu, link, which[counter]) : 0;
  return NVML_SUCCESS;
}
