/* What a GPU is connected to: NVLinks and what is at their other ends, the fabric, the processor beside it. */
#include "model.h"
#include "session.h"

#include <stdio.h>
#include <string.h>

#define MOST_LINKS 36
#define REMOTE_GPU 0
#define REMOTE_SWITCH 2

/* Links past the last one are a wrong argument; without any, there is no such thing. */
static nvmlReturn_t enter_link(const char *symbol, nvmlDevice_t device, unsigned link, struct call *call) {
  nvmlReturn_t result = enter_device(symbol, device, call);
  int64_t links = result ? 0 : gpu_number_or(&call->gpu, NVLINK_LINKS, 0);
  if (result) return result;
  if (links == 0) return NVML_ERROR_NOT_SUPPORTED;
  return link < MOST_LINKS && (int64_t)link < links ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

NVML_API nvmlReturn_t nvmlDeviceGetNvLinkState(nvmlDevice_t device, unsigned link, unsigned *active) {
  struct call call;
  nvmlReturn_t result = enter_link(__func__, device, link, &call);
  if (result) return result;
  if (!active) return NVML_ERROR_INVALID_ARGUMENT;
  *active = model_link_up(&call.gpu, link);
  return NVML_SUCCESS;
}

/* A number for each version, not the version's own: 1.0, 2.0, 2.2, 3.0, 3.1, 4.0, 5.0 are 1 to 7. */
NVML_API nvmlReturn_t nvmlDeviceGetNvLinkVersion(nvmlDevice_t device, unsigned link, unsigned *version) {
  static const unsigned numbers[] = {0, 1, 2, 4, 6, 7};
  struct call call;
  nvmlReturn_t result = enter_link(__func__, device, link, &call);
  if (result) return result;
  int64_t major = gpu_number_or(&call.gpu, NVLINK_VERSION, 0);
  if (!version) return NVML_ERROR_INVALID_ARGUMENT;
  if (major < 1 || major > 5) return NVML_ERROR_UNKNOWN;
  *version = numbers[major];
  return NVML_SUCCESS;
}

/* From the third generation on there is a switch at the other end, before that another GPU. */
static bool to_switch(const struct gpu *gpu) { return gpu_number_or(gpu, NVLINK_VERSION, 0) >= 3; }

NVML_API nvmlReturn_t nvmlDeviceGetNvLinkRemoteDeviceType(nvmlDevice_t device, unsigned link, unsigned *type) {
  struct call call;
  nvmlReturn_t result = enter_link(__func__, device, link, &call);
  if (result) return result;
  if (!type) return NVML_ERROR_INVALID_ARGUMENT;
  *type = to_switch(&call.gpu) ? REMOTE_SWITCH : REMOTE_GPU;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetNvLinkRemotePciInfo_v2(nvmlDevice_t device, unsigned link, nvmlPciInfo_t *pci) {
  struct call call;
  struct pci_address at;
  char text[32];
  nvmlReturn_t result = enter_link(__func__, device, link, &call);
  if (result) return result;
  if (!pci) return NVML_ERROR_INVALID_ARGUMENT;
  if (!model_link_up(&call.gpu, link)) return NVML_ERROR_NOT_SUPPORTED;
  state_lock();
  const struct state *state = state_now();
  int others = state->gpu_count - 1;
  if (to_switch(&call.gpu)) snprintf(text, sizeof text, "0000:%02x:00.0", 0xe0 + link % 4);
  else if (others > 0) /* round and round the others */
    snprintf(text, sizeof text, "%.31s", state->gpu[(call.gpu.position + 1 + (int)link % others) % (others + 1)].pci);
  else text[0] = 0;
  state_unlock();
  if (!parse_pci(text, &at)) return NVML_ERROR_NOT_SUPPORTED;
  *pci = (nvmlPciInfo_t){.domain = at.domain, .bus = at.bus, .device = at.device};
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", at.domain & 0xffff, at.bus & 0xff,
           at.device & 0x1f);
  snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", at.domain, at.bus & 0xff, at.device & 0x1f);
  return NVML_SUCCESS;
}

/* On one HGX board the cluster has no id; a rack of Grace machines has one. */
static void cluster(const struct gpu *gpu, unsigned char uuid[16]) {
  memset(uuid, 0, 16);
  if (gpu->number[NUMA] != UNSET) memcpy(uuid, "\x5a\x1c\x0d\x3e\x77\x42\x4b\x9f\x8e\x21\x6d\x50\xc3\x94\x0f\xb8", 16);
}

/* Without the health, since driver 525. */
NVML_API nvmlReturn_t nvmlDeviceGetGpuFabricInfo(nvmlDevice_t device, nvmlGpuFabricInfo_t *fabric) {
  ENTER(fabric);
  if (gpu->number[FABRIC_STATE] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  cluster(gpu, fabric->clusterUuid);
  fabric->status = (nvmlReturn_t)gpu_number_or(gpu, FABRIC_STATUS, 0);
  fabric->cliqueId = (unsigned)gpu_number_or(gpu, FABRIC_CLIQUE, 0);
  fabric->state = (unsigned char)gpu->number[FABRIC_STATE];
  return NVML_SUCCESS;
}

/* Each group of the mask says that it is well: no problem (2), the right configuration (1), a partition (1). */
#define FABRIC_WELL 0x11AA

/* Version 2, and from driver 580 on version 3: a field more at the end. */
NVML_API nvmlReturn_t nvmlDeviceGetGpuFabricInfoV(nvmlDevice_t device, nvmlGpuFabricInfo_v3_t *fabric) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!fabric) return NVML_ERROR_INVALID_ARGUMENT;
  bool third = fabric->version == NVML_STRUCT_VERSION(nvmlGpuFabricInfo_v3_t, 3) && call.driver_branch >= 580;
  if (!third && fabric->version != NVML_STRUCT_VERSION(nvmlGpuFabricInfo_v2_t, 2))
    return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (call.gpu.number[FABRIC_STATE] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  cluster(&call.gpu, fabric->clusterUuid);
  fabric->status = (nvmlReturn_t)gpu_number_or(&call.gpu, FABRIC_STATUS, 0);
  fabric->cliqueId = (unsigned)gpu_number_or(&call.gpu, FABRIC_CLIQUE, 0);
  fabric->state = (unsigned char)call.gpu.number[FABRIC_STATE];
  fabric->healthMask = (unsigned)gpu_number_or(&call.gpu, FABRIC_HEALTH, FABRIC_WELL);
  if (third) fabric->healthSummary = (unsigned char)gpu_number_or(&call.gpu, FABRIC_SUMMARY, 1);
  return NVML_SUCCESS;
}

/* A GPU whose memory is a NUMA node hangs on its processor by a chip-to-chip link. */
NVML_API nvmlReturn_t nvmlDeviceGetC2cModeInfoV(nvmlDevice_t device, nvmlC2cModeInfo_v1_t *info) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!info) return NVML_ERROR_INVALID_ARGUMENT;
  if (call.gpu.number[NUMA] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  info->isC2cEnabled = 1;
  return NVML_SUCCESS;
}
