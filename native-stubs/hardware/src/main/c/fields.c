/* Readings in a batch. */
#include "model.h"
#include "session.h"

#include <stdio.h>

/*
 * The first driver branch that knows a field: each nvml.h raises NVML_FI_MAX, so the ids of a branch end where the
 * next one's begin.
 */
static int known_since(unsigned id) {
  static const struct { unsigned end; int branch; } history[] = {
      {161, 0},   {167, 520}, {170, 525}, {173, 530}, {197, 535}, {200, 550}, {223, 555},
      {230, 560}, {269, 570}, {274, 575}, {289, 590}, {303, 595}};
  for (size_t i = 0; i < sizeof history / sizeof *history; i++)
    if (id < history[i].end) return history[i].branch;
  return 1 << 30;
}

static void set_u32(nvmlFieldValue_t *field, int64_t value) {
  field->valueType = NVML_VALUE_UINT;
  field->value.uiVal = (unsigned)value;
  field->nvmlReturn = NVML_SUCCESS;
}

static void set_u64(nvmlFieldValue_t *field, int64_t value) {
  field->valueType = NVML_VALUE_ULONGLONG;
  field->value.ullVal = (unsigned long long)value;
  field->nvmlReturn = NVML_SUCCESS;
}

/* A number that is only there where the hardware is. */
static void set_if(nvmlFieldValue_t *field, bool supported, int64_t value) {
  if (supported) set_u32(field, value);
}

static void set_u64_if(nvmlFieldValue_t *field, bool supported, int64_t value) {
  if (supported) set_u64(field, value);
}

static void read_power(const struct gpu *gpu, nvmlFieldValue_t *field) {
  if (field->scopeId == 1) set_if(field, gpu->number[POWER_MODULE] != UNSET, gpu->number[POWER_MODULE]);
  else if (field->scopeId == 0) set_u32(field, model_power(gpu));
}

/* ECC errors since the driver was loaded, where they happened: since Ampere a chip tells DRAM from SRAM only. */
static void read_location(const struct gpu *gpu, nvmlFieldValue_t *field) {
  bool ecc = gpu_number_or(gpu, ECC_MODE, 0) != 0, fine = gpu_number_or(gpu, ARCHITECTURE, 0) < 7;
  switch (field->fieldId) {
    case 11: set_u64_if(field, ecc, model_ecc_dram(gpu, false)); break;
    case 12: set_u64_if(field, ecc, model_ecc_dram(gpu, true)); break;
    case 9: set_u64_if(field, ecc && fine, gpu_number_or(gpu, ECC_SRAM_CORRECTED, 0)); break;
    case 10: set_u64_if(field, ecc && fine, gpu_number_or(gpu, ECC_SRAM_UNCORRECTED, 0)); break;
    default: set_u64_if(field, ecc && fine, 0); break;
  }
}

/* NVLinks: the scope is the link; a link that is down has no counters. */
static void read_link(const struct gpu *gpu, nvmlFieldValue_t *field) {
  unsigned link = field->scopeId, id = field->fieldId;
  if (!model_has_link(gpu, link)) {
    field->nvmlReturn = gpu_number_or(gpu, NVLINK_LINKS, 0) ? NVML_ERROR_INVALID_ARGUMENT : NVML_ERROR_NOT_SUPPORTED;
    return;
  }
  bool up = model_link_up(gpu, link), five = gpu_number_or(gpu, NVLINK_VERSION, 0) >= 5;
  switch (id) {
    case 138: case 139: set_u64_if(field, up, model_link_bytes(gpu, id == 139) / 1024); break;
    case 161: set_u64_if(field, up && !five, model_link_errors(gpu, link, NVLINK_REPLAYS)); break;
    case 162: set_u64_if(field, up && !five, model_link_errors(gpu, link, NVLINK_RECOVERIES)); break;
    case 163: set_u64_if(field, up && !five, model_link_errors(gpu, link, NVLINK_CRC)); break;
    case 165: set_u32(field, up); break;
    case 166: set_u32(field, gpu_number_or(gpu, NVLINK_VERSION, 0)); break;
    case 202: case 204: set_u64_if(field, up && five, model_link_bytes(gpu, id == 204)); break;
    case 208: set_u64_if(field, up && five, model_link_errors(gpu, link, NVLINK_CRC)); break;
    case 214: set_u64_if(field, up && five, model_link_errors(gpu, link, NVLINK_FAILURES)); break;
    case 215: set_u64_if(field, up && five, model_link_errors(gpu, link, NVLINK_RECOVERIES)); break;
    default: break;
  }
}

static void read_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct gpu *gpu = &call->gpu;
  bool ecc = gpu_number_or(gpu, ECC_MODE, 0) != 0;
  bool whole_gpu = field->scopeId == 0;
  bool remaps = ecc && model_remaps_rows(gpu), retires = ecc && !model_remaps_rows(gpu);
  bool links = gpu_number_or(gpu, NVLINK_LINKS, 0) > 0, old_links = links && gpu_number_or(gpu, NVLINK_VERSION, 0) < 5;
  int64_t limit_default = gpu_number_or(gpu, POWER_LIMIT_DEFAULT, 0);
  if (call->driver_branch < known_since(field->fieldId)) {
    field->nvmlReturn = NVML_ERROR_INVALID_ARGUMENT;
    return;
  }
  field->nvmlReturn = NVML_ERROR_NOT_SUPPORTED;
  switch (field->fieldId) {
    case 1: case 2: set_if(field, gpu->number[ECC_MODE] != UNSET, gpu->number[ECC_MODE]); break;
    case 3: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_CORRECTED, 0)); break;
    case 4: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_UNCORRECTED, 0)); break;
    case 5: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_CORRECTED_AGGREGATE, gpu_number_or(gpu, ECC_CORRECTED, 0))); break;
    case 6: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_UNCORRECTED_AGGREGATE, gpu_number_or(gpu, ECC_UNCORRECTED, 0))); break;
    case 7: case 8: case 9: case 10: case 11: case 12: case 13: case 14: case 15: case 16: case 17:
      read_location(gpu, field); break;
    case 29: set_if(field, retires, gpu_number_or(gpu, RETIRED_SINGLE, 0)); break;
    case 30: set_if(field, retires, gpu_number_or(gpu, RETIRED_DOUBLE, 0)); break;
    case 31: set_if(field, retires, gpu_number_or(gpu, RETIRED_PENDING, 0)); break;
    case 38: set_u64_if(field, old_links, gpu_number_or(gpu, NVLINK_CRC, 0)); break;
    case 45: set_u64_if(field, old_links, 0); break;
    case 52: set_u64_if(field, old_links, gpu_number_or(gpu, NVLINK_REPLAYS, 0)); break;
    case 59: set_u64_if(field, old_links, gpu_number_or(gpu, NVLINK_RECOVERIES, 0)); break;
    case 74: set_u64(field, model_throttled(gpu, THROTTLE_POWER, 0x4)); break;
    case 75: set_u64(field, model_throttled(gpu, THROTTLE_THERMAL, 0x60)); break;
    case 76: set_u64(field, model_throttled(gpu, THROTTLE_SYNC_BOOST, 0x10)); break;
    case 77: set_u64(field, model_throttled(gpu, THROTTLE_BOARD_LIMIT, 0)); break;
    case 78: set_u64(field, model_throttled(gpu, THROTTLE_LOW_UTILIZATION, 0)); break;
    case 79: set_u64(field, model_throttled(gpu, THROTTLE_RELIABILITY, 0)); break;
    case 82: set_if(field, gpu_number_or(gpu, HBM, 0) != 0, gpu_number_or(gpu, MEMORY_TEMPERATURE, model_temperature(gpu) + 6)); break;
    case 83: set_u64(field, model_energy(gpu)); break;
    case 91: set_if(field, links, gpu_number_or(gpu, NVLINK_LINKS, 0)); break;
    case 94: set_u32(field, gpu_number_or(gpu, PCIE_REPLAYS, 0)); break;
    case 95: set_u32(field, 0); break;
    case 142: set_if(field, remaps, gpu_number_or(gpu, REMAP_CORRECTABLE, 0)); break;
    case 143: set_if(field, remaps, gpu_number_or(gpu, REMAP_UNCORRECTABLE, 0)); break;
    case 144: set_if(field, remaps, gpu_number_or(gpu, REMAP_PENDING, 0)); break;
    case 145: set_if(field, remaps, gpu_number_or(gpu, REMAP_FAILURE, 0)); break;
    case 138: case 139: case 161: case 162: case 163: case 165: case 166: case 202: case 204: case 208: case 214:
    case 215: read_link(gpu, field); break;
    case 173: set_u32(field, gpu_number_or(gpu, PCIE_CORRECTABLE, 0)); break;
    case 174: case 175: case 176: case 177: case 178: case 181: case 182: set_u32(field, 0); break;
    case 179: set_u32(field, gpu_number_or(gpu, PCIE_NONFATAL, 0)); break;
    case 180: set_u32(field, gpu_number_or(gpu, PCIE_FATAL, 0)); break;
    case 183: set_u32(field, gpu_number_or(gpu, PCIE_LANE_ERRORS, 0)); break;
    case 185: case 186: read_power(gpu, field); break;
    case 187: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT_MIN, 0)); break;
    case 188: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT_MAX, 0)); break;
    case 189: set_if(field, whole_gpu, limit_default); break;
    case 190: case 192: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT, limit_default)); break;
    case 191: set_u64_if(field, whole_gpu, model_energy(gpu)); break;
    case 197: set_u64(field, model_pcie_bytes(gpu, false)); break;
    case 198: set_u64(field, model_pcie_bytes(gpu, true)); break;
    case 226: case 227: set_u32(field, 0); break;
    case 230: set_u32(field, gpu_number_or(gpu, RECOVERY_ACTION, 0)); break;
    case 269: set_u64(field, model_throttled(gpu, THROTTLE_SW_THERMAL, 0x20)); break;
    case 270: set_u64(field, model_throttled(gpu, THROTTLE_HW_THERMAL, 0x40)); break;
    case 271: set_u64(field, model_throttled(gpu, THROTTLE_POWER_BRAKE, 0x80)); break;
    default: break; /* of this driver or of this hardware, unknown is unsupported */
  }
}

/* No code of NVML's: the field succeeds, and all its bits are set. */
enum { ALL_BITS = 65535 };

/* One field of a batch may fail alone. */
static void spoil(nvmlDevice_t device, nvmlFieldValue_t *field) {
  char part[32];
  snprintf(part, sizeof part, "field%u", field->fieldId);
  nvmlReturn_t code = forced_part(part, device);
  if (code == ALL_BITS) {
    field->nvmlReturn = NVML_SUCCESS;
    field->value.ullVal = ~0ULL;
  } else if (code) {
    field->nvmlReturn = code;
  }
}

NVML_API nvmlReturn_t nvmlDeviceGetFieldValues(nvmlDevice_t device, int count, nvmlFieldValue_t *values) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!values || count <= 0) return NVML_ERROR_INVALID_ARGUMENT;
  long long now = (long long)(model_now() * 1e6);
  for (int i = 0; i < count; i++) {
    values[i].timestamp = now;
    values[i].latencyUsec = 1;
    values[i].value.ullVal = 0;
    read_field(&call, &values[i]);
    if (call.faulty) spoil(device, &values[i]);
  }
  return NVML_SUCCESS;
}
