#define _GNU_SOURCE
#include "state.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const number_keys[GPU_NUMBER_COUNT] = {
#define X(id, key) [id] = key,
    GPU_NUMBERS(X)
#undef X
};

#define STATE_FILE "/var/lib/standin/nvml.state"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char path[PATH_MAX], root[PATH_MAX];
static struct state current;
static struct stat read_from;
static bool have_read;

static void copy(char *to, size_t size, const char *from) { snprintf(to, size, "%s", from); }

/* Found when the library is loaded, because its file may be gone later (a driver that is unloaded). */
__attribute__((constructor)) static void find_state(void) {
  const char *given = getenv("ACCELD_STANDIN_STATE");
  if (given && *given) {
    snprintf(path, sizeof path, "%s", given);
    snprintf(root, sizeof root, "%s", given);
    size_t below = strlen(STATE_FILE), length = strlen(root);
    root[length > below && !strcmp(root + length - below, STATE_FILE) ? length - below : 0] = 0;
    return;
  }
  Dl_info me;
  char real[PATH_MAX];
  if (!dladdr((void *)find_state, &me) || !me.dli_fname || !realpath(me.dli_fname, real)) return;
  for (int up = 0; up < 4; up++) { /* <root>/usr/lib/<triplet>/libnvidia-ml.so.<version> */
    char *slash = strrchr(real, '/');
    if (!slash) return;
    *slash = 0;
  }
  if (snprintf(path, sizeof path, "%s" STATE_FILE, real) >= (int)sizeof path) path[0] = 0;
  copy(root, sizeof root, real);
}

static void read_gpu(struct gpu *gpu, const char *key, const char *value) {
  if (!strcmp(key, "uuid")) copy(gpu->uuid, sizeof gpu->uuid, value);
  else if (!strcmp(key, "name")) copy(gpu->name, sizeof gpu->name, value);
  else if (!strcmp(key, "serial")) copy(gpu->serial, sizeof gpu->serial, value);
  else if (!strcmp(key, "part")) copy(gpu->part, sizeof gpu->part, value);
  else if (!strcmp(key, "vbios")) copy(gpu->vbios, sizeof gpu->vbios, value);
  else if (!strcmp(key, "pci")) copy(gpu->pci, sizeof gpu->pci, value);
  else
    for (int i = 0; i < GPU_NUMBER_COUNT; i++)
      if (!strcmp(key, number_keys[i])) {
        gpu->number[i] = strtoll(value, NULL, 0);
        return;
      }
}

/* <symbol>[.<gpu>] */
static void read_rule(struct rule *rules, int *count, const char *name, const char *value) {
  if (*count == MAX_RULES) return;
  struct rule *rule = &rules[*count];
  const char *dot = strchr(name, '.');
  size_t length = dot ? (size_t)(dot - name) : strlen(name);
  if (length >= sizeof rule->symbol) return;
  memcpy(rule->symbol, name, length);
  rule->symbol[length] = 0;
  rule->gpu = dot ? atoi(dot + 1) : ALL_GPUS;
  rule->code = atoi(value);
  if (rule->code != 0) (*count)++;
}

/* <gpu> <type> <data> [<module> <code> <category> <severity> <log level> <attributes> <group attributes> <group> [<contexts>]] */
static bool read_event(struct event *event, const char *value) {
  unsigned long long type, data, group = 0;
  int fields = sscanf(value, "%d %llu %llu %16s %u %u %u %u %u %u %llu %159s", &event->gpu, &type, &data, event->module, &event->code,
                      &event->category, &event->severity, &event->log_level, &event->attributes, &event->group_attributes,
                      &group, event->contexts);
  event->type = type;
  event->data = data;
  event->group = group;
  if (fields == 11 && data) snprintf(event->contexts, sizeof event->contexts, "%llu", data);
  return fields == 3 || fields == 11 || fields == 12;
}

static void read_line(struct state *state, char *line) {
  char *value = strchr(line, '=');
  if (line[0] == '#' || !value) return;
  *value++ = 0;
  if (!strncmp(line, "gpu.", 4)) {
    char *key;
    long n = strtol(line + 4, &key, 10);
    if (*key == '.' && n >= 0 && n < MAX_GPUS) {
      if (!strncmp(key, ".process.", 9)) processes_read_line(&state->processes[n], key + 9, value);
      else if (strncmp(key, ".mig.", 5) || !mig_read_line(&state->mig[n], key + 5, value))
        read_gpu(&state->gpu[n], key + 1, value);
    }
    else if (!strcmp(line, "gpu.count")) state->gpu_count = atoi(value);
  } else if (!strncmp(line, "hang.", 5)) {
    read_rule(state->hang, &state->hang_count, line + 5, value);
  } else if (!strncmp(line, "fail.", 5)) {
    read_rule(state->fail, &state->fail_count, line + 5, value);
  } else if (!strcmp(line, "event.next")) {
    state->next_event = strtoull(value, NULL, 10);
  } else if (!strcmp(line, "event.nameless")) {
    state->nameless_events = atoi(value) != 0;
  } else if (!strncmp(line, "event.", 6)) {
    struct event event = {.sequence = strtoull(line + 6, NULL, 10)};
    if (state->event_count < MAX_EVENTS && read_event(&event, value))
      state->event[state->event_count++] = event; /* the file has them in order */
  } else if (!strcmp(line, "driver.loaded")) {
    state->loaded = atoi(value) != 0;
  } else if (!strcmp(line, "driver.generation")) {
    state->generation = strtoull(value, NULL, 10);
  } else if (!strcmp(line, "driver.version")) {
    copy(state->driver_version, sizeof state->driver_version, value);
    state->driver_branch = atoi(value);
  } else if (!strcmp(line, "driver.nvml")) {
    copy(state->nvml_version, sizeof state->nvml_version, value);
  } else if (!strcmp(line, "driver.cuda")) {
    state->cuda_version = atoi(value);
  }
}

static void clear(struct state *state) {
  for (int i = 0; i < MAX_GPUS; i++) free(state->processes[i].process);
  memset(state, 0, sizeof *state);
  for (int i = 0; i < MAX_GPUS; i++) {
    state->gpu[i].position = i;
    for (int k = 0; k < GPU_NUMBER_COUNT; k++) state->gpu[i].number[k] = UNSET;
  }
}

static char *read_all(int fd, size_t size) {
  char *text = malloc(size + 1);
  size_t have = 0;
  while (text && have < size) {
    ssize_t n = read(fd, text + have, size - have);
    if (n <= 0) break;
    have += (size_t)n;
  }
  if (text) text[have] = 0;
  return text;
}

static void read_state(void) {
  clear(&current);
  have_read = false;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  struct stat from;
  char *text = fstat(fd, &from) == 0 ? read_all(fd, (size_t)from.st_size) : NULL;
  close(fd);
  if (!text) return;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n"));) read_line(&current, line);
  free(text);
  if (current.gpu_count < 0 || current.gpu_count > MAX_GPUS) current.gpu_count = 0;
  read_from = from;
  have_read = true;
}

const char *state_path(void) { return path; }

const char *state_root(void) { return root; }

void state_lock(void) { pthread_mutex_lock(&lock); }

void state_unlock(void) { pthread_mutex_unlock(&lock); }

/* Whether they still run is looked at ten times a second at most. */
static double last_look;

static void look_at_processes(struct state *state) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  double seconds = (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
  if (last_look > 0 && seconds - last_look < 0.1) return;
  last_look = seconds;
  for (int i = 0; i < state->gpu_count; i++) {
    processes_drop_ended(&state->processes[i]);
    state->gpu[i].used_by_processes = state->processes[i].count > 0;
    state->gpu[i].process_bytes = (int64_t)processes_bytes(&state->processes[i], ANY_INSTANCE);
  }
}

const struct state *state_now(void) {
  struct stat now;
  if (!path[0] || stat(path, &now) != 0) {
    if (have_read) {
      clear(&current);
      have_read = false;
    }
  } else if (!have_read || now.st_ino != read_from.st_ino || now.st_dev != read_from.st_dev ||
             now.st_size != read_from.st_size || now.st_mtim.tv_sec != read_from.st_mtim.tv_sec ||
             now.st_mtim.tv_nsec != read_from.st_mtim.tv_nsec) {
    read_state();
    last_look = 0;
  }
  look_at_processes(&current);
  return &current;
}
