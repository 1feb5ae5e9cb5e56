/* Events: entries of the state file that are newer than the registration, handed out in their order. */
#include "session.h"

#include <stdlib.h>
#include <time.h>

#define POLL_MS 25

struct registration {
  uint64_t mask; /* 0: not registered */
  uint64_t from; /* the first entry that counts */
};

struct simulated_event_set {
  struct simulated_event_set *next;
  struct registration gpu[MAX_GPUS];
  uint64_t next_sequence;
};

/* All sets there are: a set is used only after it was found here. */
static struct simulated_event_set *sets;

static bool known(nvmlEventSet_t set) {
  for (struct simulated_event_set *s = sets; s; s = s->next)
    if (s == set) return true;
  return false;
}

NVML_API nvmlReturn_t nvmlEventSetCreate(nvmlEventSet_t *set) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!set) return NVML_ERROR_INVALID_ARGUMENT;
  struct simulated_event_set *created = calloc(1, sizeof *created);
  if (!created) return NVML_ERROR_MEMORY;
  state_lock();
  created->next = sets;
  sets = created;
  state_unlock();
  *set = created;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlEventSetFree(nvmlEventSet_t set) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  state_lock();
  struct simulated_event_set **at = &sets;
  while (*at && *at != set) at = &(*at)->next;
  if (*at) *at = set->next;
  else result = NVML_ERROR_INVALID_ARGUMENT;
  state_unlock();
  if (!result) free(set);
  return result;
}

static uint64_t supported(void) {
  return NVML_EVENT_SBE | NVML_EVENT_DBE | NVML_EVENT_PSTATE | NVML_EVENT_XID | NVML_EVENT_CLOCK;
}

NVML_API nvmlReturn_t nvmlDeviceGetSupportedEventTypes(nvmlDevice_t device, unsigned long long *types) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!types) return NVML_ERROR_INVALID_ARGUMENT;
  *types = supported();
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlDeviceRegisterEvents(nvmlDevice_t device, unsigned long long types, nvmlEventSet_t set) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (types & ~supported()) return NVML_ERROR_NOT_SUPPORTED;
  state_lock();
  const struct state *state = state_now();
  if (!known(set)) {
    result = NVML_ERROR_INVALID_ARGUMENT;
  } else {
    struct registration *registration = &set->gpu[call.gpu.position];
    if (!registration->mask) registration->from = state->next_event;
    registration->mask |= types;
  }
  state_unlock();
  return result;
}

/* With the lock held: the next entry for this set, else a lost GPU of it, else a time-out. */
static nvmlReturn_t next_event(const struct state *state, struct simulated_event_set *set, nvmlEventData_t *data) {
  for (int i = 0; i < state->event_count; i++) {
    const struct event *event = &state->event[i];
    if (event->sequence < set->next_sequence || event->gpu < 0 || event->gpu >= MAX_GPUS) continue;
    const struct registration *registration = &set->gpu[event->gpu];
    if (!(registration->mask & event->type) || event->sequence < registration->from) continue;
    set->next_sequence = event->sequence + 1;
    *data = (nvmlEventData_t){.device = position_handle(event->gpu),
                              .eventType = event->type,
                              .eventData = event->data,
                              .gpuInstanceId = NVML_NO_INSTANCE,
                              .computeInstanceId = NVML_NO_INSTANCE};
    return NVML_SUCCESS;
  }
  for (int i = 0; i < state->gpu_count; i++)
    if (set->gpu[i].mask && (gpu_number_or(&state->gpu[i], LOST, 0) || gpu_number_or(&state->gpu[i], REMOVED, 0)))
      return NVML_ERROR_GPU_IS_LOST;
  return NVML_ERROR_TIMEOUT;
}

static long long monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

NVML_API nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned timeoutMs) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!data) return NVML_ERROR_INVALID_ARGUMENT;
  long long until = monotonic_ms() + timeoutMs;
  for (;;) {
    state_lock();
    const struct state *state = state_now();
    result = !session_alive(state) ? NVML_ERROR_UNINITIALIZED
             : !known(set)         ? NVML_ERROR_INVALID_ARGUMENT
                                   : next_event(state, set, data);
    state_unlock();
    long long left = until - monotonic_ms();
    if (result != NVML_ERROR_TIMEOUT || left <= 0) return result;
    sleep_ms(left < POLL_MS ? (unsigned)left : POLL_MS);
  }
}
