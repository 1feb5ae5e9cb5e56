#include "session.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HANG_POLL_MS 20

struct simulated_device {
  char unused;
};

/* A handle is a place in here: which session gave it out and which GPU it means can be told without following it. */
static struct simulated_device handles[SESSIONS][MAX_GPUS];
static unsigned session, users;
static uint64_t generation;
static int visible[MAX_GPUS], visible_count;

/* Device files that are open, plus one: as long as somebody has a GPU's, it can be neither reset nor unbound. */
static int attached[MAX_GPUS];

static void attach(const struct state *state, int position) {
  char path[4200];
  const char *root = state_root();
  int64_t minor = gpu_number_or(&state->gpu[position], MINOR, -1);
  if (attached[position] || !*root || minor < 0) return;
  snprintf(path, sizeof path, "%s/dev/nvidia%d", root, (int)minor);
  attached[position] = open(path, O_RDONLY | O_CLOEXEC) + 1;
}

static void detach_all(void) {
  for (int i = 0; i < MAX_GPUS; i++) {
    if (attached[i]) close(attached[i] - 1);
    attached[i] = 0;
  }
}

bool session_alive(const struct state *state) {
  return users > 0 && state->loaded && state->generation == generation;
}

int handle_position(nvmlDevice_t device) {
  uintptr_t at = (uintptr_t)device, from = (uintptr_t)handles[session % SESSIONS];
  return at >= from && at < from + MAX_GPUS ? (int)(at - from) : -1;
}

unsigned session_number(void) { return session % SESSIONS; }

nvmlDevice_t position_handle(int position) { return &handles[session % SESSIONS][position]; }

static int find_index(int position) {
  for (int i = 0; i < visible_count; i++)
    if (visible[i] == position) return i;
  return -1;
}

void sleep_ms(unsigned ms) {
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000L};
  nanosleep(&time, NULL);
}

static const struct rule *find_rule(const struct rule *rules, int count, const char *symbol, int gpu) {
  for (int i = 0; i < count; i++)
    if ((rules[i].gpu == ALL_GPUS || rules[i].gpu == gpu) && !strcmp(rules[i].symbol, symbol)) return &rules[i];
  return NULL;
}

/* Takes the lock; lets go of it only while the call hangs. Returns with the lock held. */
static const struct state *wait_out_hang(const char *symbol, int gpu) {
  state_lock();
  for (;;) {
    const struct state *state = state_now();
    if (!find_rule(state->hang, state->hang_count, symbol, gpu)) return state;
    state_unlock();
    sleep_ms(HANG_POLL_MS);
    state_lock();
  }
}

static nvmlReturn_t forced(const struct state *state, const char *symbol, int gpu) {
  const struct rule *rule = find_rule(state->fail, state->fail_count, symbol, gpu);
  return rule ? rule->code : NVML_SUCCESS;
}

nvmlReturn_t enter_device(const char *symbol, nvmlDevice_t device, struct call *call) {
  state_lock();
  int position = handle_position(device);
  state_unlock();
  return enter_position(symbol, position, call);
}

nvmlReturn_t enter_position(const char *symbol, int position, struct call *call) {
  state_lock();
  nvmlReturn_t result = !session_alive(state_now()) ? NVML_ERROR_UNINITIALIZED
                        : position < 0              ? NVML_ERROR_INVALID_ARGUMENT
                                                    : NVML_SUCCESS;
  state_unlock();
  if (result) return result;
  const struct state *state = wait_out_hang(symbol, position);
  int index = find_index(position);
  result = forced(state, symbol, position);
  if (!result && !session_alive(state)) result = NVML_ERROR_UNINITIALIZED;
  if (!result && (index < 0 || position >= state->gpu_count)) result = NVML_ERROR_INVALID_ARGUMENT;
  if (!result) {
    call->gpu = state->gpu[position];
    call->index = (unsigned)index;
    call->driver_branch = state->driver_branch;
    call->faulty = state->fail_count > 0;
    if (gpu_number_or(&call->gpu, LOST, 0) || gpu_number_or(&call->gpu, REMOVED, 0)) result = NVML_ERROR_GPU_IS_LOST;
  }
  state_unlock();
  return result;
}

nvmlReturn_t forced_part(const char *part, nvmlDevice_t device) {
  state_lock();
  nvmlReturn_t result = forced(state_now(), part, handle_position(device));
  state_unlock();
  return result;
}

nvmlReturn_t enter_system(const char *symbol) {
  const struct state *state = wait_out_hang(symbol, ALL_GPUS);
  nvmlReturn_t result = session_alive(state) ? forced(state, symbol, ALL_GPUS) : NVML_ERROR_UNINITIALIZED;
  state_unlock();
  return result;
}

bool parse_pci(const char *text, struct pci_address *address) {
  unsigned function;
  if (sscanf(text, "%x:%x:%x.%x", &address->domain, &address->bus, &address->device, &function) >= 3) return true;
  address->domain = 0;
  return sscanf(text, "%x:%x.%x", &address->bus, &address->device, &function) >= 2;
}

nvmlReturn_t give_string(const char *from, char *to, unsigned length) {
  if (!to) return NVML_ERROR_INVALID_ARGUMENT;
  if (!*from) return NVML_ERROR_NOT_SUPPORTED;
  if (strlen(from) >= length) return NVML_ERROR_INSUFFICIENT_SIZE;
  strcpy(to, from);
  return NVML_SUCCESS;
}

static nvmlReturn_t init(const char *symbol, unsigned flags) {
  const struct state *state = wait_out_hang(symbol, ALL_GPUS);
  nvmlReturn_t result = forced(state, symbol, ALL_GPUS);
  if (!result && !state->loaded) result = NVML_ERROR_DRIVER_NOT_LOADED;
  if (!result && !session_alive(state)) {
    int count = 0, found[MAX_GPUS];
    for (int i = 0; i < state->gpu_count; i++)
      if (!gpu_number_or(&state->gpu[i], REMOVED, 0)) found[count++] = i;
    if (count == 0 && !(flags & NVML_INIT_FLAG_NO_GPUS)) {
      result = NVML_ERROR_GPU_NOT_FOUND;
    } else { /* a new session: handles of an older one are no longer valid */
      memcpy(visible, found, sizeof visible);
      visible_count = count;
      generation = state->generation;
      session++;
      users = 0;
      detach_all();
      for (int i = 0; i < count && !(flags & NVML_INIT_FLAG_NO_ATTACH); i++) attach(state, found[i]);
    }
  }
  if (!result) users++;
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlInit_v2(void) { return init(__func__, 0); }

NVML_API nvmlReturn_t nvmlInitWithFlags(unsigned flags) { return init(__func__, flags); }

NVML_API nvmlReturn_t nvmlShutdown(void) {
  const struct state *state = wait_out_hang(__func__, ALL_GPUS);
  nvmlReturn_t result = users == 0 ? NVML_ERROR_UNINITIALIZED : forced(state, __func__, ALL_GPUS);
  if (!result && --users == 0) { /* no handle outlives the last shutdown */
    session++;
    detach_all();
  }
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetCount_v2(unsigned *count) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!count) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *count = (unsigned)visible_count;
  state_unlock();
  return NVML_SUCCESS;
}

/* The rest of the way to a handle: the GPU's own faults. Called with the lock held. */
static nvmlReturn_t give_handle(const struct state *state, const char *symbol, int position, nvmlDevice_t *device) {
  const struct gpu *gpu = &state->gpu[position];
  nvmlReturn_t result = forced(state, symbol, position);
  if (!result && (gpu_number_or(gpu, LOST, 0) || gpu_number_or(gpu, REMOVED, 0))) result = NVML_ERROR_GPU_IS_LOST;
  if (!result) {
    attach(state, position);
    *device = position_handle(position);
  }
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t *device) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  state_lock();
  int position = index < (unsigned)visible_count ? visible[index] : -1;
  state_unlock();
  if (position < 0 || !device) return NVML_ERROR_INVALID_ARGUMENT;
  const struct state *state = wait_out_hang(__func__, position);
  result = give_handle(state, __func__, position, device);
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!uuid || !device) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const struct state *state = state_now();
  result = NVML_ERROR_NOT_FOUND;
  for (int i = 0; i < visible_count && result == NVML_ERROR_NOT_FOUND; i++) {
    const struct gpu *gpu = &state->gpu[visible[i]];
    /* The real one attaches GPU after GPU until it finds the one: a lost one on the way ends the search. */
    if (gpu_number_or(gpu, LOST, 0) || gpu_number_or(gpu, REMOVED, 0)) result = NVML_ERROR_GPU_IS_LOST;
    else if (!strcmp(gpu->uuid, uuid)) result = give_handle(state, __func__, visible[i], device);
    else if ((*device = partition_handle(state, visible[i], uuid))) result = NVML_SUCCESS;
  }
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *busId, nvmlDevice_t *device) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  struct pci_address wanted, has;
  if (!busId || !device || !parse_pci(busId, &wanted)) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const struct state *state = state_now();
  result = NVML_ERROR_NOT_FOUND;
  for (int i = 0; i < visible_count && result == NVML_ERROR_NOT_FOUND; i++)
    if (parse_pci(state->gpu[visible[i]].pci, &has) && has.domain == wanted.domain && has.bus == wanted.bus &&
        has.device == wanted.device)
      result = give_handle(state, __func__, visible[i], device);
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned length) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  state_lock();
  result = give_string(state_now()->driver_version, version, length);
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned length) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  state_lock();
  result = give_string(state_now()->nvml_version, version, length);
  state_unlock();
  return result;
}

static nvmlReturn_t cuda_version(const char *symbol, int *version) {
  nvmlReturn_t result = enter_system(symbol);
  if (result) return result;
  if (!version) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  *version = state_now()->cuda_version;
  state_unlock();
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *version) { return cuda_version(__func__, version); }

NVML_API nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *version) { return cuda_version(__func__, version); }

NVML_API const char *nvmlErrorString(nvmlReturn_t result) {
  switch (result) {
    case NVML_SUCCESS: return "Success";
    case NVML_ERROR_UNINITIALIZED: return "Uninitialized";
    case NVML_ERROR_INVALID_ARGUMENT: return "Invalid Argument";
    case NVML_ERROR_NOT_SUPPORTED: return "Not Supported";
    case 4: return "Insufficient Permissions";
    case NVML_ERROR_NOT_FOUND: return "Not Found";
    case NVML_ERROR_INSUFFICIENT_SIZE: return "Insufficient Size";
    case NVML_ERROR_DRIVER_NOT_LOADED: return "Driver Not Loaded";
    case NVML_ERROR_TIMEOUT: return "Timeout";
    case 13: return "Function Not Found";
    case 14: return "infoROM is corrupted";
    case NVML_ERROR_GPU_IS_LOST: return "GPU is lost";
    case 16: return "GPU requires reset";
    case 18: return "Driver/library version mismatch";
    case NVML_ERROR_IN_USE: return "In use by another client";
    case NVML_ERROR_INSUFFICIENT_RESOURCES: return "Insufficient Resources";
    case NVML_ERROR_ARGUMENT_VERSION_MISMATCH: return "Argument version mismatch";
    case NVML_ERROR_GPU_NOT_FOUND: return "GPU not found";
    default: return "Unknown Error";
  }
}
