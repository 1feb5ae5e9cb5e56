#include "partition.h"

#include <stdio.h>
#include <string.h>

#define PLACES (MAX_GI * MAX_CI)
#define MIB (1ULL << 20)
#define MEMORY_SLICES 8

/* Handles are places, as those of whole GPUs are; nothing is ever stored in one. */
enum kind { MIG_DEVICE, GPU_INSTANCE, COMPUTE_INSTANCE, KINDS };
static char handles[SESSIONS][KINDS][MAX_GPUS][PLACES];

struct place {
  int position;
  unsigned gi, ci;
};

static void *handle(enum kind kind, int position, unsigned gi, unsigned ci) {
  return &handles[session_number()][kind][position][gi * MAX_CI + ci];
}

/* A handle of the present session; position -1 for any other. Call with the lock held. */
static struct place find(enum kind kind, const void *of) {
  uintptr_t at = (uintptr_t)of, from = (uintptr_t)handles[session_number()][kind];
  if (at < from || at >= from + sizeof handles[0][0]) return (struct place){.position = -1};
  unsigned n = (unsigned)(at - from);
  return (struct place){.position = (int)(n / PLACES), .gi = n % PLACES / MAX_CI, .ci = n % MAX_CI};
}

nvmlDevice_t mig_handle(int position, unsigned gi, unsigned ci) { return handle(MIG_DEVICE, position, gi, ci); }

nvmlGpuInstance_t gi_handle(int position, unsigned gi) { return handle(GPU_INSTANCE, position, gi, 0); }

nvmlComputeInstance_t ci_handle(int position, unsigned gi, unsigned ci) {
  return handle(COMPUTE_INSTANCE, position, gi, ci);
}

nvmlDevice_t partition_handle(const struct state *state, int position, const char *uuid) {
  const struct mig *mig = &state->mig[position];
  for (unsigned g = 0; g < MAX_GI; g++)
    for (unsigned c = 0; mig->gi[g].there && c < MAX_CI; c++)
      if (mig->gi[g].ci[c].there && !strcmp(mig->gi[g].ci[c].uuid, uuid)) return mig_handle(position, g, c);
  return NULL;
}

bool is_partition(nvmlDevice_t device) {
  state_lock();
  bool is = find(MIG_DEVICE, device).position >= 0;
  state_unlock();
  return is;
}

static nvmlReturn_t enter(const char *symbol, enum kind kind, const void *of, struct partition *part) {
  state_lock();
  struct place place = find(kind, of);
  state_unlock();
  nvmlReturn_t result = enter_position(symbol, place.position, &part->call);
  if (result) return result;
  state_lock();
  const struct mig *mig = &state_now()->mig[place.position];
  part->gi_id = place.gi;
  part->ci_id = place.ci;
  part->gi = mig->gi[place.gi];
  part->ci = kind == GPU_INSTANCE ? (struct compute_instance){0} : part->gi.ci[place.ci];
  part->profile = mig->profile[part->gi.profile];
  state_unlock();
  bool there = part->gi.there && (kind == GPU_INSTANCE || part->ci.there);
  return there ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

nvmlReturn_t enter_partition(const char *symbol, nvmlDevice_t device, struct partition *part) {
  return enter(symbol, MIG_DEVICE, device, part);
}

nvmlReturn_t enter_gpu_instance(const char *symbol, nvmlGpuInstance_t instance, struct partition *part) {
  return enter(symbol, GPU_INSTANCE, instance, part);
}

nvmlReturn_t enter_compute_instance(const char *symbol, nvmlComputeInstance_t instance, struct partition *part) {
  return enter(symbol, COMPUTE_INSTANCE, instance, part);
}

unsigned partition_multiprocessors(const struct mig_profile *profile, unsigned slices) {
  return profile->slices ? profile->sm * slices / profile->slices : 0;
}

static unsigned long long driver_keeps(unsigned long long total) { return total / 256; }

static unsigned long long used_by_processes(const struct partition *part) {
  state_lock();
  uint64_t bytes = processes_bytes(&state_now()->processes[part->call.gpu.position], (int)part->gi_id);
  state_unlock();
  return bytes;
}

nvmlReturn_t partition_memory(const char *symbol, nvmlDevice_t device, nvmlMemory_t *memory) {
  struct partition part;
  nvmlReturn_t result = enter_partition(symbol, device, &part);
  if (result) return result;
  if (!memory) return NVML_ERROR_INVALID_ARGUMENT;
  memory->total = part.profile.memory_mb * MIB;
  unsigned long long kept = driver_keeps(memory->total), processes = used_by_processes(&part);
  memory->used = processes < memory->total - kept ? kept + processes : memory->total;
  memory->free = memory->total - memory->used;
  return NVML_SUCCESS;
}

nvmlReturn_t partition_memory_v2(const char *symbol, nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  nvmlMemory_t plain;
  nvmlReturn_t result = partition_memory(symbol, device, &plain);
  if (result) return result;
  if (!memory) return NVML_ERROR_INVALID_ARGUMENT;
  if (memory->version != NVML_STRUCT_VERSION(nvmlMemory_v2_t, 2)) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  memory->total = plain.total;
  memory->reserved = driver_keeps(plain.total);
  memory->free = plain.free;
  memory->used = plain.used - memory->reserved;
  return NVML_SUCCESS;
}

/* A share of the GPU's, as of its memory slices. */
nvmlReturn_t partition_bar1(const char *symbol, nvmlDevice_t device, nvmlBAR1Memory_t *bar1) {
  struct partition part;
  nvmlReturn_t result = enter_partition(symbol, device, &part);
  if (result) return result;
  if (!bar1) return NVML_ERROR_INVALID_ARGUMENT;
  int64_t total = part.call.gpu.number[BAR1_TOTAL];
  if (total == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  bar1->bar1Total = (unsigned long long)total / MEMORY_SLICES * part.profile.size;
  bar1->bar1Used = 0;
  bar1->bar1Free = bar1->bar1Total;
  return NVML_SUCCESS;
}
