/* What partitions a GPU can have and has. */
#include "mig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "partition.h"

static bool read_profile(struct mig_profile *p, const char *value) {
  char starts[64];
  if (sscanf(value, "%u %u %u %u %u %u %u %u %u %llu %u %63s %31[^\n]", &p->id, &p->slices, &p->instances, &p->sm, &p->ce,
             &p->dec, &p->enc, &p->jpeg, &p->ofa, &p->memory_mb, &p->size, starts, p->name) != 13)
    return false;
  p->starts = 0;
  for (char *rest = starts, *one; (one = strsep(&rest, ",")) && p->starts < MAX_PLACEMENTS;)
    p->start[p->starts++] = (unsigned)strtoul(one, NULL, 10);
  return true;
}

bool mig_read_line(struct mig *mig, const char *key, const char *value) {
  unsigned a, b;
  if (sscanf(key, "profile.%u", &a) == 1) {
    if (a < MAX_PROFILES) mig->profile[a].there = read_profile(&mig->profile[a], value);
    return true;
  }
  if (sscanf(key, "gi.%u", &a) == 1) {
    if (a < MAX_GI && sscanf(value, "%u %u", &mig->gi[a].profile, &mig->gi[a].start) == 2)
      mig->gi[a].there = mig->gi[a].profile < MAX_PROFILES;
    return true;
  }
  if (sscanf(key, "ci.%u.%u", &a, &b) == 2) {
    if (a < MAX_GI && b < MAX_CI) {
      struct compute_instance *ci = &mig->gi[a].ci[b];
      ci->there = sscanf(value, "%u %u %63s", &ci->slices, &ci->start, ci->uuid) == 3;
    }
    return true;
  }
  return false;
}

/* A GPU in MIG mode, or one that has it at all. */
static nvmlReturn_t enter_mig(const char *symbol, nvmlDevice_t device, struct call *call, bool on) {
  nvmlReturn_t result = enter_device(symbol, device, call);
  if (result) return result;
  return gpu_number_or(&call->gpu, MIG_MODE, -1) < (on ? 1 : 0) ? NVML_ERROR_NOT_SUPPORTED : NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned *current, unsigned *pending) {
  struct call call;
  nvmlReturn_t result = enter_mig(__func__, device, &call, false);
  if (result) return result;
  if (!current || !pending) return NVML_ERROR_INVALID_ARGUMENT;
  *current = (unsigned)call.gpu.number[MIG_MODE];
  *pending = (unsigned)gpu_number_or(&call.gpu, MIG_PENDING, *current);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceIsMigDeviceHandle(nvmlDevice_t device, unsigned *isMig) {
  struct call call;
  struct partition part;
  bool is = is_partition(device);
  nvmlReturn_t result = is ? enter_partition(__func__, device, &part) : enter_device(__func__, device, &call);
  if (result) return result;
  if (!isMig) return NVML_ERROR_INVALID_ARGUMENT;
  *isMig = is;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t device, unsigned *count) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!count) return NVML_ERROR_INVALID_ARGUMENT;
  *count = call.gpu.number[MIG_MODE] == UNSET ? 0 : 7;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned index, nvmlDevice_t *to) {
  struct call call;
  nvmlReturn_t result = enter_mig(__func__, device, &call, true);
  if (result) return result;
  if (!to || index >= 7) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const struct mig *mig = &state_now()->mig[call.gpu.position];
  result = NVML_ERROR_NOT_FOUND;
  for (unsigned g = 0; g < MAX_GI; g++)
    for (unsigned c = 0; mig->gi[g].there && c < MAX_CI; c++)
      if (result && mig->gi[g].ci[c].there && index-- == 0) {
        *to = mig_handle(call.gpu.position, g, c);
        result = NVML_SUCCESS;
      }
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvmlDevice_t mig, nvmlDevice_t *device) {
  struct partition part;
  nvmlReturn_t result = enter_partition(__func__, mig, &part);
  if (result) return result;
  if (!device) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *device = position_handle(part.call.gpu.position);
  state_unlock();
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetGpuInstanceId(nvmlDevice_t device, unsigned *id) {
  struct partition part;
  nvmlReturn_t result = enter_partition(__func__, device, &part);
  if (result) return result;
  if (!id) return NVML_ERROR_INVALID_ARGUMENT;
  *id = part.gi_id;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetComputeInstanceId(nvmlDevice_t device, unsigned *id) {
  struct partition part;
  nvmlReturn_t result = enter_partition(__func__, device, &part);
  if (result) return result;
  if (!id) return NVML_ERROR_INVALID_ARGUMENT;
  *id = part.ci_id;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetAttributes_v2(nvmlDevice_t device, nvmlDeviceAttributes_t *attributes) {
  struct partition part;
  nvmlReturn_t result = enter_partition(__func__, device, &part);
  if (result) return result;
  if (!attributes) return NVML_ERROR_INVALID_ARGUMENT;
  *attributes = (nvmlDeviceAttributes_t){.multiprocessorCount = partition_multiprocessors(&part.profile, part.ci.slices),
                                         .sharedCopyEngineCount = part.profile.ce,
                                         .sharedDecoderCount = part.profile.dec,
                                         .sharedEncoderCount = part.profile.enc,
                                         .sharedJpegCount = part.profile.jpeg,
                                         .sharedOfaCount = part.profile.ofa,
                                         .gpuInstanceSliceCount = part.profile.slices,
                                         .computeInstanceSliceCount = part.ci.slices,
                                         .memorySizeMB = part.profile.memory_mb};
  return NVML_SUCCESS;
}

/* A driver of before 530 tells profiles and placements in MIG mode only. */
static nvmlReturn_t enter_profiles(const char *symbol, nvmlDevice_t device, struct call *call) {
  nvmlReturn_t result = enter_mig(symbol, device, call, false);
  return !result && call->driver_branch < 530 && call->gpu.number[MIG_MODE] != 1 ? NVML_ERROR_NOT_SUPPORTED : result;
}

static nvmlReturn_t find_profile(const char *symbol, nvmlDevice_t device, unsigned profile, struct mig_profile *found) {
  struct call call;
  nvmlReturn_t result = enter_profiles(symbol, device, &call);
  if (result) return result;
  if (profile >= MAX_PROFILES) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *found = state_now()->mig[call.gpu.position].profile[profile];
  state_unlock();
  return found->there ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

#define FILL(p)                                                                                                     \
  .id = p.id, .sliceCount = p.slices, .instanceCount = p.instances, .multiprocessorCount = p.sm, .copyEngineCount = p.ce, \
  .decoderCount = p.dec, .encoderCount = p.enc, .jpegCount = p.jpeg, .ofaCount = p.ofa, .memorySizeMB = p.memory_mb

NVML_API nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfo(nvmlDevice_t device, unsigned profile,
                                                          nvmlGpuInstanceProfileInfo_t *info) {
  struct mig_profile p;
  nvmlReturn_t result = find_profile(__func__, device, profile, &p);
  if (result) return result;
  if (!info) return NVML_ERROR_INVALID_ARGUMENT;
  *info = (nvmlGpuInstanceProfileInfo_t){FILL(p)};
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetGpuInstanceProfileInfoV(nvmlDevice_t device, unsigned profile,
                                                           nvmlGpuInstanceProfileInfo_v2_t *info) {
  struct mig_profile p;
  nvmlReturn_t result = find_profile(__func__, device, profile, &p);
  if (result) return result;
  if (!info) return NVML_ERROR_INVALID_ARGUMENT;
  unsigned version = info->version;
  if (version == NVML_STRUCT_VERSION(nvmlGpuInstanceProfileInfo_v2_t, 2)) {
    *info = (nvmlGpuInstanceProfileInfo_v2_t){.version = version, FILL(p)};
    snprintf(info->name, sizeof info->name, "MIG %s", p.name);
  } else if (version == NVML_STRUCT_VERSION(nvmlGpuInstanceProfileInfo_v3_t, 3)) {
    nvmlGpuInstanceProfileInfo_v3_t *v3 = (void *)info;
    *v3 = (nvmlGpuInstanceProfileInfo_v3_t){.version = version, FILL(p)};
    snprintf(v3->name, sizeof v3->name, "MIG %s", p.name);
  } else {
    return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  }
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceGetGpuInstancePossiblePlacements_v2(nvmlDevice_t device, unsigned profileId,
                                                                    nvmlGpuInstancePlacement_t *placements,
                                                                    unsigned *count) {
  struct call call;
  nvmlReturn_t result = enter_profiles(__func__, device, &call);
  if (result) return result;
  if (!count) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const struct mig *mig = &state_now()->mig[call.gpu.position];
  result = NVML_ERROR_NOT_SUPPORTED;
  for (unsigned p = 0; p < MAX_PROFILES; p++) {
    const struct mig_profile *profile = &mig->profile[p];
    if (!profile->there || profile->id != profileId) continue;
    result = placements && *count < profile->starts ? NVML_ERROR_INSUFFICIENT_SIZE : NVML_SUCCESS;
    *count = profile->starts;
    for (unsigned i = 0; placements && !result && i < profile->starts; i++)
      placements[i] = (nvmlGpuInstancePlacement_t){.start = profile->start[i], .size = profile->size};
  }
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetGpuInstances(nvmlDevice_t device, unsigned profileId, nvmlGpuInstance_t *instances,
                                                unsigned *count) {
  struct call call;
  nvmlReturn_t result = enter_mig(__func__, device, &call, true);
  if (result) return result;
  if (!instances || !count) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const struct mig *mig = &state_now()->mig[call.gpu.position];
  *count = 0;
  for (unsigned g = 0; g < MAX_GI; g++)
    if (mig->gi[g].there && mig->profile[mig->gi[g].profile].id == profileId)
      instances[(*count)++] = gi_handle(call.gpu.position, g);
  state_unlock();
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpuInstanceGetInfo(nvmlGpuInstance_t instance, nvmlGpuInstanceInfo_t *info) {
  struct partition part;
  nvmlReturn_t result = enter_gpu_instance(__func__, instance, &part);
  if (result) return result;
  if (!info) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *info = (nvmlGpuInstanceInfo_t){.device = position_handle(part.call.gpu.position),
                                  .id = part.gi_id,
                                  .profileId = part.profile.id,
                                  .placement = {.start = part.gi.start, .size = part.profile.size}};
  state_unlock();
  return NVML_SUCCESS;
}

/* Compute slices by NVML_COMPUTE_INSTANCE_PROFILE_*: 1, 2, 3, 4 and 7; the ids are the same numbers. */
static unsigned slices_of(unsigned profile) {
  static const unsigned slices[] = {1, 2, 3, 4, 7};
  return profile < sizeof slices / sizeof *slices ? slices[profile] : 0;
}

NVML_API nvmlReturn_t nvmlGpuInstanceGetComputeInstanceProfileInfo(nvmlGpuInstance_t instance, unsigned profile,
                                                                   unsigned engine, nvmlComputeInstanceProfileInfo_t *info) {
  struct partition part;
  nvmlReturn_t result = enter_gpu_instance(__func__, instance, &part);
  if (result) return result;
  if (!info || profile >= 9 || engine != 0) return NVML_ERROR_INVALID_ARGUMENT;
  unsigned slices = slices_of(profile);
  if (slices == 0 || slices > part.profile.slices) return NVML_ERROR_NOT_SUPPORTED;
  *info = (nvmlComputeInstanceProfileInfo_t){.id = profile,
                                             .sliceCount = slices,
                                             .instanceCount = part.profile.slices / slices,
                                             .multiprocessorCount = partition_multiprocessors(&part.profile, slices),
                                             .sharedCopyEngineCount = part.profile.ce,
                                             .sharedDecoderCount = part.profile.dec,
                                             .sharedEncoderCount = part.profile.enc,
                                             .sharedJpegCount = part.profile.jpeg,
                                             .sharedOfaCount = part.profile.ofa};
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpuInstanceGetComputeInstances(nvmlGpuInstance_t instance, unsigned profileId,
                                                         nvmlComputeInstance_t *instances, unsigned *count) {
  struct partition part;
  nvmlReturn_t result = enter_gpu_instance(__func__, instance, &part);
  if (result) return result;
  if (!instances || !count) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *count = 0;
  for (unsigned c = 0; c < MAX_CI; c++)
    if (part.gi.ci[c].there && part.gi.ci[c].slices == slices_of(profileId))
      instances[(*count)++] = ci_handle(part.call.gpu.position, part.gi_id, c);
  state_unlock();
  return NVML_SUCCESS;
}

static unsigned profile_of(unsigned slices) {
  unsigned profile = 0;
  while (slices_of(profile) && slices_of(profile) != slices) profile++;
  return profile;
}

NVML_API nvmlReturn_t nvmlComputeInstanceGetInfo_v2(nvmlComputeInstance_t instance, nvmlComputeInstanceInfo_t *info) {
  struct partition part;
  nvmlReturn_t result = enter_compute_instance(__func__, instance, &part);
  if (result) return result;
  if (!info) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *info = (nvmlComputeInstanceInfo_t){.device = position_handle(part.call.gpu.position),
                                      .gpuInstance = gi_handle(part.call.gpu.position, part.gi_id),
                                      .id = part.ci_id,
                                      .profileId = profile_of(part.ci.slices),
                                      .placement = {.start = part.ci.start, .size = part.ci.slices}};
  state_unlock();
  return NVML_SUCCESS;
}
