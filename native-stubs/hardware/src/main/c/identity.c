/* What a GPU is. */
#include "partition.h"
#include "session.h"

#include <stdio.h>

#define STRING_GETTER(symbol, member)                                           \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, char *to, unsigned length) { \
    struct call call;                                                           \
    nvmlReturn_t result = enter_device(__func__, device, &call);                \
    return result ? result : give_string(call.gpu.member, to, length);          \
  }

/* A MIG device has a UUID of its own. */
NVML_API nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *to, unsigned length) {
  struct partition part;
  struct call call;
  nvmlReturn_t result;
  if (is_partition(device))
    return (result = enter_partition(__func__, device, &part)) ? result : give_string(part.ci.uuid, to, length);
  return (result = enter_device(__func__, device, &call)) ? result : give_string(call.gpu.uuid, to, length);
}

/* And the GPU's name with its profile behind it. */
NVML_API nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *to, unsigned length) {
  struct partition part;
  struct call call;
  nvmlReturn_t result;
  if (!is_partition(device))
    return (result = enter_device(__func__, device, &call)) ? result : give_string(call.gpu.name, to, length);
  if ((result = enter_partition(__func__, device, &part))) return result;
  char name[160];
  snprintf(name, sizeof name, "%s MIG %s", part.call.gpu.name, part.profile.name);
  return give_string(name, to, length);
}

STRING_GETTER(nvmlDeviceGetSerial, serial)
STRING_GETTER(nvmlDeviceGetBoardPartNumber, part)
STRING_GETTER(nvmlDeviceGetVbiosVersion, vbios)

/* A number that this GPU either has or does not support. */
#define NUMBER_GETTER(symbol, which)                                  \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, unsigned *to) {   \
    struct call call;                                                 \
    nvmlReturn_t result = enter_device(__func__, device, &call);      \
    if (result) return result;                                        \
    if (!to) return NVML_ERROR_INVALID_ARGUMENT;                      \
    if (call.gpu.number[which] == UNSET) return NVML_ERROR_NOT_SUPPORTED; \
    *to = (unsigned)call.gpu.number[which];                           \
    return NVML_SUCCESS;                                              \
  }

NUMBER_GETTER(nvmlDeviceGetMinorNumber, MINOR)
NUMBER_GETTER(nvmlDeviceGetModuleId, MODULE)
NUMBER_GETTER(nvmlDeviceGetBrand, BRAND)
NUMBER_GETTER(nvmlDeviceGetArchitecture, ARCHITECTURE)
NUMBER_GETTER(nvmlDeviceGetNumGpuCores, CORES)
NUMBER_GETTER(nvmlDeviceGetMemoryBusWidth, BUS_WIDTH)
NUMBER_GETTER(nvmlDeviceGetMaxPcieLinkGeneration, PCIE_GENERATION_MAX)
NUMBER_GETTER(nvmlDeviceGetMaxPcieLinkWidth, PCIE_WIDTH_MAX)
NUMBER_GETTER(nvmlDeviceGetPowerManagementDefaultLimit, POWER_LIMIT_DEFAULT)
/* The node of the GPU's own memory, on platforms where that is one; not the node the GPU is attached to. */
NUMBER_GETTER(nvmlDeviceGetNumaNodeId, NUMA)

NVML_API nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned *index) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!index) return NVML_ERROR_INVALID_ARGUMENT;
  *index = call.index;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!major || !minor) return NVML_ERROR_INVALID_ARGUMENT;
  *major = (int)gpu_number_or(&call.gpu, CC_MAJOR, 0);
  *minor = (int)gpu_number_or(&call.gpu, CC_MINOR, 0);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  struct call call;
  struct pci_address at;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!pci) return NVML_ERROR_INVALID_ARGUMENT;
  if (!parse_pci(call.gpu.pci, &at)) return NVML_ERROR_UNKNOWN;
  *pci = (nvmlPciInfo_t){.domain = at.domain,
                         .bus = at.bus,
                         .device = at.device,
                         .pciDeviceId = (unsigned)gpu_number_or(&call.gpu, PCI_DEVICE, 0),
                         .pciSubSystemId = (unsigned)gpu_number_or(&call.gpu, PCI_SUBSYSTEM, 0)};
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", at.domain & 0xffff, at.bus & 0xff,
           at.device & 0x1f);
  snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", at.domain, at.bus & 0xff, at.device & 0x1f);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetPciInfoExt(nvmlDevice_t device, nvmlPciInfoExt_v1_t *pci) {
  struct call call;
  struct pci_address at;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!pci) return NVML_ERROR_INVALID_ARGUMENT;
  if (pci->version != NVML_STRUCT_VERSION(nvmlPciInfoExt_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (!parse_pci(call.gpu.pci, &at)) return NVML_ERROR_UNKNOWN;
  *pci = (nvmlPciInfoExt_v1_t){.version = pci->version,
                               .domain = at.domain,
                               .bus = at.bus,
                               .device = at.device,
                               .pciDeviceId = (unsigned)gpu_number_or(&call.gpu, PCI_DEVICE, 0),
                               .pciSubSystemId = (unsigned)gpu_number_or(&call.gpu, PCI_SUBSYSTEM, 0),
                               .baseClass = 0x03,
                               .subClass = 0x02};
  snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", at.domain, at.bus & 0xff, at.device & 0x1f);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetAddressingMode(nvmlDevice_t device, nvmlDeviceAddressingMode_v1_t *mode) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!mode) return NVML_ERROR_INVALID_ARGUMENT;
  if (mode->version != NVML_STRUCT_VERSION(nvmlDeviceAddressingMode_v1_t, 1)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (call.gpu.number[ADDRESSING] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  mode->value = (unsigned)call.gpu.number[ADDRESSING];
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetVirtualizationMode(nvmlDevice_t device, unsigned *mode) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!mode) return NVML_ERROR_INVALID_ARGUMENT;
  *mode = 0; /* bare metal */
  return NVML_SUCCESS;
}

/* Data centre boards have no display. */
#define NO_DISPLAY(symbol)                                          \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, unsigned *is) { \
    struct call call;                                               \
    nvmlReturn_t result = enter_device(__func__, device, &call);    \
    if (result) return result;                                      \
    if (!is) return NVML_ERROR_INVALID_ARGUMENT;                    \
    *is = 0;                                                        \
    return NVML_SUCCESS;                                            \
  }

NO_DISPLAY(nvmlDeviceGetDisplayActive)
NO_DISPLAY(nvmlDeviceGetDisplayMode)

/* Windows only. */
#define NO_DRIVER_MODEL(symbol)                                                            \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, unsigned *current, unsigned *pending) { \
    struct call call;                                                                      \
    nvmlReturn_t result = enter_device(__func__, device, &call);                           \
    if (result) return result;                                                             \
    return current || pending ? NVML_ERROR_NOT_SUPPORTED : NVML_ERROR_INVALID_ARGUMENT;    \
  }

NO_DRIVER_MODEL(nvmlDeviceGetDriverModel)
NO_DRIVER_MODEL(nvmlDeviceGetDriverModel_v2)
