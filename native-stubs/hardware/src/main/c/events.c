/* Events: entries of the state file that are newer than the registration, handed out in their order. */
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define POLL_MS 25
#define TURING 6

struct registration {
  uint64_t mask; /* 0: not registered */
  uint64_t from; /* the first entry that counts */
  bool operational;
  uint64_t operational_from;
  unsigned min_log_level, min_severity;
};

struct simulated_event_set {
  struct simulated_event_set *next;
  struct registration gpu[MAX_GPUS];
  uint64_t next_sequence;
  char contexts[sizeof((struct event *)0)->contexts]; /* of the event handed out last */
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

static bool wants(const struct registration *registration, const struct event *event, bool structured) {
  if (!event->module[0]) return (registration->mask & event->type) && event->sequence >= registration->from;
  return structured && registration->operational && event->sequence >= registration->operational_from &&
         event->log_level >= registration->min_log_level && event->severity >= registration->min_severity;
}

/* With the lock held: the next entry for this set, else a lost GPU of it, else a time-out. */
static nvmlReturn_t next_event(const struct state *state, struct simulated_event_set *set, bool structured,
                               const struct event **found) {
  for (int i = 0; i < state->event_count; i++) {
    const struct event *event = &state->event[i];
    if (event->sequence < set->next_sequence || event->gpu < 0 || event->gpu >= MAX_GPUS) continue;
    if (!wants(&set->gpu[event->gpu], event, structured)) continue;
    set->next_sequence = event->sequence + 1;
    memcpy(set->contexts, event->contexts, sizeof set->contexts);
    *found = event;
    return NVML_SUCCESS;
  }
  for (int i = 0; i < state->gpu_count; i++)
    if ((set->gpu[i].mask || set->gpu[i].operational) &&
        (gpu_number_or(&state->gpu[i], LOST, 0) || gpu_number_or(&state->gpu[i], REMOVED, 0)))
      return NVML_ERROR_GPU_IS_LOST;
  return NVML_ERROR_TIMEOUT;
}

static long long monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void give_data(const struct state *state, const struct event *event, void *to) {
  (void)state; /* the handle says it all */
  *(nvmlEventData_t *)to = (nvmlEventData_t){.device = position_handle(event->gpu),
                                             .eventType = event->type,
                                             .eventData = event->data,
                                             .gpuInstanceId = NVML_NO_INSTANCE,
                                             .computeInstanceId = NVML_NO_INSTANCE};
}

static void give_wait_v3(const struct state *state, const struct event *event, void *to) {
  nvmlEventSetWait_v3_t *data = to;
  bool structured = event->module[0] != 0;
  *data = (nvmlEventSetWait_v3_t){
      .timeoutMs = data->timeoutMs,
      .dataType = structured ? NVML_EVENT_DATA_TYPE_GPU_OPERATIONAL_EVENT : NVML_EVENT_DATA_TYPE_NVML_EVENT,
      .eventType = event->type,
      .eventData = structured ? 0 : event->data,
      .gpuInstanceId = NVML_NO_INSTANCE,
      .computeInstanceId = NVML_NO_INSTANCE};
  if (!state->nameless_events) strncpy(data->uuid, state->gpu[event->gpu].uuid, sizeof data->uuid - 1);
  if (!structured) return;
  memcpy(data->sourceModule, event->module, sizeof data->sourceModule); /* without a NUL when it is that long */
  data->groupCursor = event->group;
  data->instanceId = event->sequence;
  data->severity = event->severity;
  data->categoryId = event->category;
  data->moduleEventCode = event->code;
  data->logLevel = event->log_level;
  data->attributes = event->attributes;
  data->groupAttributes = event->group_attributes;
  data->groupSize = 1;
}

static nvmlReturn_t wait_for(nvmlEventSet_t set, unsigned timeout_ms, bool structured,
                             void (*give)(const struct state *, const struct event *, void *), void *to) {
  long long until = monotonic_ms() + timeout_ms;
  for (;;) {
    state_lock();
    const struct state *state = state_now();
    const struct event *event = NULL;
    nvmlReturn_t result = !session_alive(state) ? NVML_ERROR_UNINITIALIZED
                          : !known(set)         ? NVML_ERROR_INVALID_ARGUMENT
                                                : next_event(state, set, structured, &event);
    if (!result) give(state, event, to);
    state_unlock();
    long long left = until - monotonic_ms();
    if (result != NVML_ERROR_TIMEOUT || left <= 0) return result;
    sleep_ms(left < POLL_MS ? (unsigned)left : POLL_MS);
  }
}

NVML_API nvmlReturn_t nvmlEventSetWait_v2(nvmlEventSet_t set, nvmlEventData_t *data, unsigned timeoutMs) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  return data ? wait_for(set, timeoutMs, false, give_data, data) : NVML_ERROR_INVALID_ARGUMENT;
}

NVML_API nvmlReturn_t nvmlEventSetWait_v3(nvmlEventSet_t set, nvmlEventSetWait_v3_t *params) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  return params ? wait_for(set, params->timeoutMs, true, give_wait_v3, params) : NVML_ERROR_INVALID_ARGUMENT;
}

static int position_of(const char *uuid) {
  int position = -1;
  state_lock();
  const struct state *state = state_now();
  for (int i = 0; i < state->gpu_count && position < 0; i++)
    if (!strcmp(state->gpu[i].uuid, uuid)) position = i;
  state_unlock();
  return position;
}

NVML_API nvmlReturn_t nvmlEventSetRegisterGpuOperationalEvents_v1(nvmlEventSet_t set,
                                                                  nvmlGpuOperationalEventConfig_v1_t *config) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!config || !memchr(config->uuid, 0, sizeof config->uuid)) return NVML_ERROR_INVALID_ARGUMENT;
  int position = position_of(config->uuid);
  if (position < 0) return NVML_ERROR_NOT_FOUND;
  struct call call;
  result = enter_position(__func__, position, &call);
  if (result) return result;
  if (gpu_number_or(&call.gpu, ARCHITECTURE, 0) < TURING) return NVML_ERROR_NOT_SUPPORTED;
  state_lock();
  const struct state *state = state_now();
  if (!known(set)) {
    result = NVML_ERROR_INVALID_ARGUMENT;
  } else {
    struct registration *registration = &set->gpu[position];
    if (!registration->operational) registration->operational_from = state->next_event;
    registration->operational = true;
    registration->min_log_level = config->minLogLevel;
    registration->min_severity = config->minSeverity;
  }
  state_unlock();
  return result;
}

/* Those of the event that was handed out last: how many there are, and the XID of one, which may be unreadable. */
static nvmlReturn_t contexts(const char *symbol, nvmlEventSet_t set, unsigned *count) {
  nvmlReturn_t result = enter_system(symbol);
  if (result) return result;
  state_lock();
  if (!known(set)) result = NVML_ERROR_INVALID_ARGUMENT;
  else {
    *count = set->contexts[0] != 0;
    for (const char *c = set->contexts; *c; c++) *count += *c == ',';
  }
  state_unlock();
  return result;
}

static nvmlReturn_t context(const char *symbol, nvmlEventSet_t set, unsigned index, unsigned *xid) {
  unsigned count;
  nvmlReturn_t result = contexts(symbol, set, &count);
  if (result) return result;
  if (index >= count) return NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  const char *at = set->contexts;
  while (index--) at = strchr(at, ',') + 1;
  if (*at == '-') result = NVML_ERROR_UNKNOWN;
  else *xid = (unsigned)strtoul(at, NULL, 10);
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlEventSetGetContextCount_v1(nvmlEventSet_t set, nvmlEventSetGetContextCount_v1_t *params) {
  unsigned count;
  nvmlReturn_t result = params ? contexts(__func__, set, &count) : NVML_ERROR_INVALID_ARGUMENT;
  if (!result) params->count = count;
  return result;
}

NVML_API nvmlReturn_t nvmlEventSetGetContextInfo_v1(nvmlEventSet_t set, nvmlEventSetGetContextInfo_v1_t *params) {
  unsigned xid;
  nvmlReturn_t result = params ? context(__func__, set, params->index, &xid) : NVML_ERROR_INVALID_ARGUMENT;
  if (result) return result;
  *params = (nvmlEventSetGetContextInfo_v1_t){
      .index = params->index,
      .nvmlGpuOperationalEventContextType = NVML_GPU_OPERATIONAL_EVENT_CONTEXT_TYPE_LEGACY_XID,
      .dataSize = sizeof xid,
      .dataFormatVersion = 1};
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1(
    nvmlEventSet_t set, nvmlEventSetGetGpuOperationalEventContextLegacyXid_v1_t *params) {
  unsigned xid;
  nvmlReturn_t result = params ? context(__func__, set, params->index, &xid) : NVML_ERROR_INVALID_ARGUMENT;
  if (!result) params->xidCode = xid;
  return result;
}
