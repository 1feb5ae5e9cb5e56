/* Readings in a batch. */
#include "model.h"
#include "session.h"

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

static void read_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct gpu *gpu = &call->gpu;
  bool ecc = gpu_number_or(gpu, ECC_MODE, 0) != 0;
  bool whole_gpu = field->scopeId == 0;
  int64_t limit_default = gpu_number_or(gpu, POWER_LIMIT_DEFAULT, 0);
  field->nvmlReturn = NVML_ERROR_NOT_SUPPORTED;
  switch (field->fieldId) {
    case 1: case 2: set_if(field, gpu->number[ECC_MODE] != UNSET, gpu->number[ECC_MODE]); break;
    case 3: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_CORRECTED, 0)); break;
    case 4: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_UNCORRECTED, 0)); break;
    case 5: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_CORRECTED_AGGREGATE, gpu_number_or(gpu, ECC_CORRECTED, 0))); break;
    case 6: if (ecc) set_u64(field, gpu_number_or(gpu, ECC_UNCORRECTED_AGGREGATE, gpu_number_or(gpu, ECC_UNCORRECTED, 0))); break;
    case 82: set_if(field, gpu_number_or(gpu, HBM, 0) != 0, gpu_number_or(gpu, MEMORY_TEMPERATURE, model_temperature(gpu) + 6)); break;
    case 83: set_u64(field, model_energy(gpu)); break;
    case 94: set_u32(field, gpu_number_or(gpu, PCIE_REPLAYS, 0)); break;
    case 95: set_u32(field, 0); break;
    case 142: set_if(field, ecc, gpu_number_or(gpu, REMAP_CORRECTABLE, 0)); break;
    case 143: set_if(field, ecc, gpu_number_or(gpu, REMAP_UNCORRECTABLE, 0)); break;
    case 144: set_if(field, ecc, gpu_number_or(gpu, REMAP_PENDING, 0)); break;
    case 145: set_if(field, ecc, gpu_number_or(gpu, REMAP_FAILURE, 0)); break;
    case 173: set_u32(field, gpu_number_or(gpu, PCIE_CORRECTABLE, 0)); break;
    case 174: case 175: case 176: case 177: case 178: case 181: case 182: set_u32(field, 0); break;
    case 179: set_u32(field, gpu_number_or(gpu, PCIE_NONFATAL, 0)); break;
    case 180: set_u32(field, gpu_number_or(gpu, PCIE_FATAL, 0)); break;
    case 183: set_u32(field, gpu_number_or(gpu, PCIE_LANE_ERRORS, 0)); break;
    case 185: case 186: set_if(field, whole_gpu, model_power(gpu)); break;
    case 187: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT_MIN, 0)); break;
    case 188: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT_MAX, 0)); break;
    case 189: set_if(field, whole_gpu, limit_default); break;
    case 190: case 192: set_if(field, whole_gpu, gpu_number_or(gpu, POWER_LIMIT, limit_default)); break;
    case 197: set_u64(field, model_pcie_bytes(gpu, false)); break;
    case 198: set_u64(field, model_pcie_bytes(gpu, true)); break;
    case 226: case 227: set_if(field, call->driver_branch >= 570, 0); break;
    case 230: set_if(field, call->driver_branch >= 570, gpu_number_or(gpu, RECOVERY_ACTION, 0)); break;
    default: break; /* of this driver or of this hardware, unknown is unsupported */
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
  }
  return NVML_SUCCESS;
}
