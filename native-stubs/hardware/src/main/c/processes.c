/* Who uses a GPU. */
#include "processes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "partition.h"
#include "session.h"

static void read_word(struct process *process, const char *word) {
  unsigned a, b;
  unsigned long long start;
  char type[4];
  if (sscanf(word, "sm=%u", &a) == 1) process->sm = a;
  else if (sscanf(word, "memory=%u", &a) == 1) process->memory = a;
  else if (sscanf(word, "encoder=%u", &a) == 1) process->encoder = a;
  else if (sscanf(word, "decoder=%u", &a) == 1) process->decoder = a;
  else if (sscanf(word, "start=%llu", &start) == 1) process->start = start;
  else if (sscanf(word, "instance=%u.%u", &a, &b) == 2) {
    process->gi = (int)a;
    process->ci = (int)b;
  } else if (sscanf(word, "type=%3s", type) == 1) {
    process->compute = strchr(type, 'c') != NULL;
    process->graphics = strchr(type, 'g') != NULL;
  }
}

void processes_read_line(struct processes *all, const char *pid, const char *value) {
  if (all->count == all->room) {
    unsigned room = all->room ? 2 * all->room : 16;
    struct process *grown = realloc(all->process, room * sizeof *grown);
    if (!grown) return;
    all->process = grown;
    all->room = room;
  }
  struct process process = {.pid = (unsigned)strtoul(pid, NULL, 10), .gi = -1, .ci = -1, .compute = true};
  char *rest;
  process.bytes = strtoull(value, &rest, 10);
  char words[256];
  snprintf(words, sizeof words, "%s", rest);
  for (char *next = words, *word; (word = strsep(&next, " "));) read_word(&process, word);
  all->process[all->count++] = process;
}

/* Field 22 of its stat file, clock ticks since boot; the name, field 2, may contain anything. */
static bool runs(const struct process *process) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%u/stat", process->pid);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  size_t length = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[length] = 0;
  char *field = strrchr(text, ')');
  for (int i = 2; field && i < 22; i++) field = strchr(field + 1, ' ');
  return field && strtoull(field, NULL, 10) == process->start;
}

void processes_drop_ended(struct processes *all) {
  unsigned kept = 0;
  for (unsigned i = 0; i < all->count; i++)
    if (!all->process[i].start || runs(&all->process[i])) all->process[kept++] = all->process[i];
  all->count = kept;
}

bool processes_run(const struct processes *all, int gi, int ci) {
  for (unsigned i = 0; i < all->count; i++)
    if (all->process[i].gi == gi && all->process[i].ci == ci) return true;
  return false;
}

uint64_t processes_bytes(const struct processes *all, int gi) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < all->count; i++)
    if ((gi == ANY_INSTANCE || all->process[i].gi == gi) && all->process[i].bytes != NO_MEMORY_TOLD)
      sum += all->process[i].bytes;
  return sum;
}

/* Which processes a call asks for. */
struct wanted {
  bool graphics;
  int gi, ci; /* of a partition, or ANY_INSTANCE */
};

static bool is(const struct process *process, struct wanted wanted) {
  return (wanted.graphics ? process->graphics : process->compute) &&
         (wanted.gi == ANY_INSTANCE || (process->gi == wanted.gi && process->ci == wanted.ci));
}

/* As many as there are; when they do not fit, how many that is. Of version 1 without the instances. */
static nvmlReturn_t give(int position, struct wanted wanted, int version, unsigned *count, void *to) {
  state_lock();
  const struct processes *all = &state_now()->processes[position];
  unsigned room = *count, found = 0;
  for (unsigned i = 0; i < all->count; i++) found += is(&all->process[i], wanted);
  *count = found;
  nvmlReturn_t result = found > room   ? NVML_ERROR_INSUFFICIENT_SIZE
                        : found && !to ? NVML_ERROR_INVALID_ARGUMENT
                                       : NVML_SUCCESS;
  for (unsigned i = 0, n = 0; !result && i < all->count; i++) {
    const struct process *process = &all->process[i];
    if (!is(process, wanted)) continue;
    if (version == 1)
      ((nvmlProcessInfo_v1_t *)to)[n++] = (nvmlProcessInfo_v1_t){.pid = process->pid, .usedGpuMemory = process->bytes};
    else
      ((nvmlProcessInfo_t *)to)[n++] = (nvmlProcessInfo_t){.pid = process->pid,
                                                           .usedGpuMemory = process->bytes,
                                                           .gpuInstanceId = (unsigned)process->gi,
                                                           .computeInstanceId = (unsigned)process->ci};
  }
  state_unlock();
  return result;
}

static nvmlReturn_t list(const char *symbol, nvmlDevice_t device, bool graphics, int version, unsigned *count, void *to) {
  struct partition part;
  struct call call;
  struct wanted wanted = {.graphics = graphics, .gi = ANY_INSTANCE};
  bool partition = is_partition(device);
  nvmlReturn_t result = partition ? enter_partition(symbol, device, &part) : enter_device(symbol, device, &call);
  if (result) return result;
  if (!count) return NVML_ERROR_INVALID_ARGUMENT;
  if (partition) {
    wanted.gi = (int)part.gi_id;
    wanted.ci = (int)part.ci_id;
  }
  return give(partition ? part.call.gpu.position : call.gpu.position, wanted, version, count, to);
}

#define LIST(symbol, graphics, version, type)                                                 \
  NVML_API nvmlReturn_t symbol(nvmlDevice_t device, unsigned *count, type *to) {              \
    return list(__func__, device, graphics, version, count, to);                              \
  }

LIST(nvmlDeviceGetComputeRunningProcesses_v3, false, 3, nvmlProcessInfo_t)
LIST(nvmlDeviceGetComputeRunningProcesses_v2, false, 2, nvmlProcessInfo_t)
LIST(nvmlDeviceGetComputeRunningProcesses, false, 1, nvmlProcessInfo_v1_t)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v3, true, 3, nvmlProcessInfo_t)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v2, true, 2, nvmlProcessInfo_t)
LIST(nvmlDeviceGetGraphicsRunningProcesses, true, 1, nvmlProcessInfo_v1_t)

static bool busy(const struct process *p) { return p->sm || p->memory || p->encoder || p->decoder; }

/* Those that had some utilization since; not in MIG mode. */
NVML_API nvmlReturn_t nvmlDeviceGetProcessUtilization(nvmlDevice_t device, nvmlProcessUtilizationSample_t *to,
                                                      unsigned *count, unsigned long long last_seen) {
  if (is_partition(device)) {
    struct partition part;
    nvmlReturn_t result = enter_partition(__func__, device, &part);
    return result ? result : NVML_ERROR_NOT_SUPPORTED;
  }
  ENTER(count);
  if (gpu_number_or(gpu, MIG_MODE, 0) == 1) return NVML_ERROR_NOT_SUPPORTED;
  unsigned long long now = (unsigned long long)(model_now() * 1e6);
  state_lock();
  const struct processes *all = &state_now()->processes[gpu->position];
  unsigned room = *count, found = 0;
  for (unsigned i = 0; i < all->count; i++) found += busy(&all->process[i]);
  *count = found;
  result = !found || now <= last_seen ? NVML_ERROR_NOT_FOUND
           : found > room || !to      ? NVML_ERROR_INSUFFICIENT_SIZE
                                      : NVML_SUCCESS;
  for (unsigned i = 0, n = 0; !result && i < all->count; i++) {
    const struct process *p = &all->process[i];
    if (busy(p))
      to[n++] = (nvmlProcessUtilizationSample_t){
          .pid = p->pid, .timeStamp = now, .smUtil = p->sm, .memUtil = p->memory, .encUtil = p->encoder, .decUtil = p->decoder};
  }
  state_unlock();
  return result;
}
