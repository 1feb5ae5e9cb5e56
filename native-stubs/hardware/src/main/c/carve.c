/* Changes to partitions: MIG mode, GPU instances, compute instances. All of it is kept in the state file. */
#include <stdio.h>
#include <string.h>

#include "edit.h"
#include "partition.h"

#define CAPABILITIES "/proc/driver/nvidia/capabilities"

/* What a change does once the call has been let in; with both locks held, on the newest state. */
typedef nvmlReturn_t change(const struct state *state, const struct gpu *gpu, const void *what, void *result);

static nvmlReturn_t edit(int position, change *change, const void *what, void *result) {
  int lock;
  if (!state_edit_begin(&lock)) return NVML_ERROR_UNKNOWN;
  state_lock();
  const struct state *state = state_now();
  nvmlReturn_t answer = change(state, &state->gpu[position], what, result);
  state_unlock();
  state_edit_end(lock);
  return answer;
}

/* The minor number of a capability, as mig-minors lists them: nine for each of 15 GPU instances. */
static unsigned capability(unsigned gpu, unsigned gi, int ci) {
  return 3 + (gpu * MAX_GI + gi) * (MAX_CI + 1) + (unsigned)(ci + 1);
}

static void access_file(char *to, size_t size, unsigned gpu, unsigned gi, int ci) {
  int n = snprintf(to, size, CAPABILITIES "/gpu%u/mig/gi%u", gpu, gi);
  if (ci >= 0) n += snprintf(to + n, size - (size_t)n, "/ci%d", ci);
  snprintf(to + n, size - (size_t)n, "/access");
}

static bool add_access(const struct gpu *gpu, unsigned gi, int ci) {
  char file[128], text[96];
  unsigned minor = (unsigned)gpu_number_or(gpu, MINOR, 0);
  access_file(file, sizeof file, minor, gi, ci);
  snprintf(text, sizeof text, "DeviceFileMinor: %u\nDeviceFileMode: 292\nDeviceFileModify: 1\n", capability(minor, gi, ci));
  return tree_write(file, text);
}

static void remove_access(const struct gpu *gpu, unsigned gi, int ci) {
  char file[128], up_to[64];
  unsigned minor = (unsigned)gpu_number_or(gpu, MINOR, 0);
  access_file(file, sizeof file, minor, gi, ci);
  snprintf(up_to, sizeof up_to, CAPABILITIES "/gpu%u/mig", minor);
  tree_remove(file, up_to);
}

static bool any_instance(const struct mig *mig) {
  for (unsigned g = 0; g < MAX_GI; g++)
    if (mig->gi[g].there) return true;
  return false;
}

static nvmlReturn_t set_mode(const struct state *state, const struct gpu *gpu, const void *what, void *status) {
  unsigned mode = *(const unsigned *)what;
  bool at_once = gpu_number_or(gpu, ARCHITECTURE, 0) >= 9; /* Hopper and later change without a reset */
  if (mode == 0 && any_instance(&state->mig[gpu->position])) return NVML_ERROR_IN_USE;
  char current[64], pending[64], lines[128];
  snprintf(current, sizeof current, "gpu.%d.mig.mode=", gpu->position);
  snprintf(pending, sizeof pending, "gpu.%d.mig.pending=", gpu->position);
  const char *const gone[] = {at_once ? current : pending, pending, NULL};
  snprintf(lines, sizeof lines, "%s%u\n", at_once ? current : pending, mode);
  if (!state_rewrite(gone, lines)) return NVML_ERROR_UNKNOWN;
  *(nvmlReturn_t *)status = at_once || gpu->number[MIG_MODE] == (int64_t)mode ? NVML_SUCCESS : NVML_ERROR_RESET_REQUIRED;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceSetMigMode(nvmlDevice_t device, unsigned mode, nvmlReturn_t *activationStatus) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!activationStatus || mode > 1) return NVML_ERROR_INVALID_ARGUMENT;
  if (call.gpu.number[MIG_MODE] == UNSET) return NVML_ERROR_NOT_SUPPORTED;
  return edit(call.gpu.position, set_mode, &mode, activationStatus);
}

struct wanted {
  unsigned profile_id;
  const nvmlGpuInstancePlacement_t *placement; /* NULL: anywhere */
};

static bool overlap(unsigned a, unsigned a_size, unsigned b, unsigned b_size) { return a < b + b_size && b < a + a_size; }

/* Whether the place is free, and the engines and instances that the profile needs are. */
static bool fits(const struct mig *mig, const struct mig_profile *wanted, unsigned start) {
  unsigned same = 0, slices = 0, ofa = 0, most_slices = 0, most_ofa = 0;
  for (unsigned p = 0; p < MAX_PROFILES; p++) {
    const struct mig_profile *profile = &mig->profile[p];
    if (profile->there && profile->slices > most_slices) most_slices = profile->slices;
    if (profile->there && profile->ofa > most_ofa) most_ofa = profile->ofa;
  }
  for (unsigned g = 0; g < MAX_GI; g++) {
    if (!mig->gi[g].there) continue;
    const struct mig_profile *profile = &mig->profile[mig->gi[g].profile];
    if (overlap(start, wanted->size, mig->gi[g].start, profile->size)) return false;
    same += profile->id == wanted->id;
    slices += profile->slices;
    ofa += profile->ofa;
  }
  return same < wanted->instances && slices + wanted->slices <= most_slices && ofa + wanted->ofa <= most_ofa;
}

/* Ids go by the place in a tree of halves: 0 the whole, 1 and 2 the halves, 3 to 6 the quarters, from 7 on the slices. */
static unsigned gi_id(const struct mig_profile *profile, unsigned start) {
  unsigned first = profile->size >= 8 ? 0 : profile->size >= 4 ? 1 : profile->size >= 2 ? 3 : 7;
  return first + start / profile->size;
}

static nvmlReturn_t create_gi(const struct state *state, const struct gpu *gpu, const void *what, void *result) {
  const struct wanted *wanted = what;
  const struct mig *mig = &state->mig[gpu->position];
  if (gpu_number_or(gpu, MIG_MODE, 0) != 1) return NVML_ERROR_NOT_SUPPORTED;
  unsigned p = 0;
  while (p < MAX_PROFILES && !(mig->profile[p].there && mig->profile[p].id == wanted->profile_id)) p++;
  if (p == MAX_PROFILES) return NVML_ERROR_NOT_SUPPORTED;
  const struct mig_profile *profile = &mig->profile[p];
  bool known = false, free = false;
  unsigned start = 0;
  for (unsigned i = 0; i < profile->starts && !free; i++) {
    bool meant = !wanted->placement ||
                 (wanted->placement->start == profile->start[i] && wanted->placement->size == profile->size);
    known |= meant;
    free = meant && fits(mig, profile, start = profile->start[i]);
  }
  if (!known) return NVML_ERROR_INVALID_ARGUMENT;
  if (!free) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  unsigned id = gi_id(profile, start);
  char prefix[64], line[96];
  snprintf(prefix, sizeof prefix, "gpu.%d.mig.gi.%u=", gpu->position, id);
  snprintf(line, sizeof line, "%s%u %u\n", prefix, p, start);
  if (!add_access(gpu, id, -1)) return NVML_ERROR_UNKNOWN;
  if (!state_rewrite((const char *const[]){prefix, NULL}, line)) {
    remove_access(gpu, id, -1);
    return NVML_ERROR_UNKNOWN;
  }
  *(nvmlGpuInstance_t *)result = gi_handle(gpu->position, id);
  return NVML_SUCCESS;
}

static nvmlReturn_t create_gpu_instance(const char *symbol, nvmlDevice_t device, struct wanted wanted,
                                        nvmlGpuInstance_t *instance) {
  struct call call;
  nvmlReturn_t result = enter_device(symbol, device, &call);
  if (result) return result;
  return instance ? edit(call.gpu.position, create_gi, &wanted, instance) : NVML_ERROR_INVALID_ARGUMENT;
}

NVML_API nvmlReturn_t nvmlDeviceCreateGpuInstance(nvmlDevice_t device, unsigned profileId, nvmlGpuInstance_t *instance) {
  return create_gpu_instance(__func__, device, (struct wanted){.profile_id = profileId}, instance);
}

NVML_API nvmlReturn_t nvmlDeviceCreateGpuInstanceWithPlacement(nvmlDevice_t device, unsigned profileId,
                                                               const nvmlGpuInstancePlacement_t *placement,
                                                               nvmlGpuInstance_t *instance) {
  if (!placement) return NVML_ERROR_INVALID_ARGUMENT;
  return create_gpu_instance(__func__, device, (struct wanted){.profile_id = profileId, .placement = placement}, instance);
}

static nvmlReturn_t destroy_gi(const struct state *state, const struct gpu *gpu, const void *what, void *unused) {
  (void)unused;
  const struct partition *part = what;
  const struct gpu_instance *gi = &state->mig[gpu->position].gi[part->gi_id];
  for (unsigned c = 0; c < MAX_CI; c++)
    if (gi->ci[c].there) return NVML_ERROR_IN_USE;
  char prefix[64];
  snprintf(prefix, sizeof prefix, "gpu.%d.mig.gi.%u=", gpu->position, part->gi_id);
  if (!state_rewrite((const char *const[]){prefix, NULL}, "")) return NVML_ERROR_UNKNOWN;
  remove_access(gpu, part->gi_id, -1);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpuInstanceDestroy(nvmlGpuInstance_t instance) {
  struct partition part;
  nvmlReturn_t result = enter_gpu_instance(__func__, instance, &part);
  return result ? result : edit(part.call.gpu.position, destroy_gi, &part, NULL);
}

/* The same GPU, instances and places give the same UUID. */
static void name_ci(char *to, size_t size, const struct gpu *gpu, unsigned gi, unsigned ci, unsigned start) {
  uint64_t hash[2] = {0xcbf29ce484222325ULL, 0x9ae16a3b2f90404fULL};
  char text[160];
  snprintf(text, sizeof text, "%s/%u/%u/%u", gpu->uuid, gi, ci, start);
  for (const char *c = text; *c; c++)
    for (int i = 0; i < 2; i++) hash[i] = (hash[i] ^ (unsigned char)*c) * (0x100000001b3ULL + 2 * (unsigned)i);
  snprintf(to, size, "MIG-%08x-%04x-5%03x-8%03x-%012llx", (unsigned)(hash[0] >> 32), (unsigned)(hash[0] >> 16) & 0xffff,
           (unsigned)hash[0] & 0xfff, (unsigned)(hash[1] >> 52), (unsigned long long)(hash[1] & 0xffffffffffffULL));
}

struct wanted_ci {
  const struct partition *part;
  unsigned slices;
};

static nvmlReturn_t create_ci(const struct state *state, const struct gpu *gpu, const void *what, void *result) {
  const struct wanted_ci *wanted = what;
  unsigned g = wanted->part->gi_id;
  const struct gpu_instance *gi = &state->mig[gpu->position].gi[g];
  if (!gi->there) return NVML_ERROR_INVALID_ARGUMENT;
  unsigned all = state->mig[gpu->position].profile[gi->profile].slices, used = 0, id = MAX_CI;
  for (unsigned c = MAX_CI; c-- > 0;) {
    if (gi->ci[c].there) used |= ((1u << gi->ci[c].slices) - 1) << gi->ci[c].start;
    else id = c;
  }
  unsigned start = 0, mask = (1u << wanted->slices) - 1;
  while (start + wanted->slices <= all && (used & mask << start)) start++;
  if (id == MAX_CI || start + wanted->slices > all) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  char uuid[64], prefix[64], line[192];
  name_ci(uuid, sizeof uuid, gpu, g, id, gi->start);
  snprintf(prefix, sizeof prefix, "gpu.%d.mig.ci.%u.%u=", gpu->position, g, id);
  snprintf(line, sizeof line, "%s%u %u %s\n", prefix, wanted->slices, start, uuid);
  if (!add_access(gpu, g, (int)id)) return NVML_ERROR_UNKNOWN;
  if (!state_rewrite((const char *const[]){prefix, NULL}, line)) {
    remove_access(gpu, g, (int)id);
    return NVML_ERROR_UNKNOWN;
  }
  *(nvmlComputeInstance_t *)result = ci_handle(gpu->position, g, id);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpuInstanceCreateComputeInstance(nvmlGpuInstance_t instance, unsigned profileId,
                                                           nvmlComputeInstance_t *to) {
  static const unsigned slices[] = {1, 2, 3, 4, 7};
  struct partition part;
  nvmlReturn_t result = enter_gpu_instance(__func__, instance, &part);
  if (result) return result;
  if (!to) return NVML_ERROR_INVALID_ARGUMENT;
  if (profileId >= sizeof slices / sizeof *slices || slices[profileId] > part.profile.slices) return NVML_ERROR_NOT_SUPPORTED;
  return edit(part.call.gpu.position, create_ci, &(struct wanted_ci){.part = &part, .slices = slices[profileId]}, to);
}

static nvmlReturn_t destroy_ci(const struct state *state, const struct gpu *gpu, const void *what, void *unused) {
  (void)unused;
  const struct partition *part = what;
  if (processes_run(&state->processes[gpu->position], (int)part->gi_id, (int)part->ci_id)) return NVML_ERROR_IN_USE;
  char prefix[64];
  snprintf(prefix, sizeof prefix, "gpu.%d.mig.ci.%u.%u=", gpu->position, part->gi_id, part->ci_id);
  if (!state_rewrite((const char *const[]){prefix, NULL}, "")) return NVML_ERROR_UNKNOWN;
  remove_access(gpu, part->gi_id, (int)part->ci_id);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlComputeInstanceDestroy(nvmlComputeInstance_t instance) {
  struct partition part;
  nvmlReturn_t result = enter_compute_instance(__func__, instance, &part);
  return result ? result : edit(part.call.gpu.position, destroy_ci, &part, NULL);
}
