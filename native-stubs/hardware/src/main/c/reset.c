/*
 * What "nvidia-smi --gpu-reset -i GPU" does to the simulated machine. As the real program it refuses a GPU that somebody
 * has open, and its exit status is not 0 when the GPU was not reset.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "edit.h"
#include "reset.h"

enum { RESET = 0, WRONG_USAGE = 2, NOT_FOUND = 6, IN_USE = 19, FAILED = 255 };

static char root[PATH_MAX], file[PATH_MAX];

const char *state_path(void) { return file; }
const char *state_root(void) { return root; }

struct found {
  int gpu;
  long long minor, lost, removed, fails, millis, ecc_corrected, ecc_uncorrected, pending_mode;
  char pci[32];
  bool loaded, busy;
};

/* Field 22 of its stat file, as in processes.c. */
static bool runs(unsigned long pid, unsigned long long start) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%lu/stat", pid);
  FILE *in = fopen(path, "re");
  if (!in) return false;
  size_t length = fread(text, 1, sizeof text - 1, in);
  fclose(in);
  text[length] = 0;
  char *field = strrchr(text, ')');
  for (int i = 2; field && i < 22; i++) field = strchr(field + 1, ' ');
  return field && strtoull(field, NULL, 10) == start;
}

static bool is_named(const char *key, const char *value, int gpu, const char *wanted) {
  char *end;
  long index = strtol(wanted, &end, 10);
  if (*wanted && !*end) return index == gpu;
  if (!strcmp(key, "uuid")) return !strcasecmp(value, wanted);
  size_t length = strlen(value), asked = strlen(wanted); /* the domain may have four digits or eight */
  return !strcmp(key, "pci") && length <= asked && !strcasecmp(value, wanted + asked - length);
}

static void read_value(struct found *found, const char *key, const char *value) {
  long long number = strtoll(value, NULL, 0);
  if (!strcmp(key, "minor")) found->minor = number;
  else if (!strcmp(key, "pci")) snprintf(found->pci, sizeof found->pci, "%s", value);
  else if (!strcmp(key, "lost")) found->lost = number;
  else if (!strcmp(key, "removed")) found->removed = number;
  else if (!strcmp(key, "reset.fails")) found->fails = number;
  else if (!strcmp(key, "reset.millis")) found->millis = number;
  else if (!strcmp(key, "mig.pending")) found->pending_mode = number;
  else if (!strncmp(key, "process.", 8)) {
    const char *start = strstr(value, " start=");
    if (!start || runs(strtoul(key + 8, NULL, 10), strtoull(start + 7, NULL, 10))) found->busy = true;
  }
}

/* Goes through the state twice: which GPU is meant, then what is said of it. */
static bool look(const char *wanted, struct found *found) {
  *found = (struct found){.gpu = -1, .minor = -1, .pending_mode = -1};
  for (int pass = 0; pass < 2; pass++) {
    FILE *in = fopen(file, "re");
    char *line = NULL;
    size_t room = 0;
    if (!in) return false;
    for (ssize_t n; (n = getline(&line, &room, in)) > 0;) {
      if (line[n - 1] == '\n') line[n - 1] = 0;
      char *value = strchr(line, '='), *key;
      if (!value) continue;
      *value++ = 0;
      if (!strcmp(line, "driver.loaded")) found->loaded = atoi(value) != 0;
      if (strncmp(line, "gpu.", 4)) continue;
      long gpu = strtol(line + 4, &key, 10);
      if (*key++ != '.') continue;
      if (pass == 0 && is_named(key, value, (int)gpu, wanted)) found->gpu = (int)gpu;
      if (pass == 1 && gpu == found->gpu) read_value(found, key, value);
    }
    free(line);
    fclose(in);
  }
  return found->gpu >= 0;
}

/* Whether a process has the GPU's device file open, as /proc shows it. */
static bool is_open(long long minor) {
  char device[PATH_MAX + 32];
  snprintf(device, sizeof device, "%s/dev/nvidia%lld", root, minor);
  DIR *all = opendir("/proc");
  bool open = false;
  for (struct dirent *process; all && !open && (process = readdir(all));) {
    char fds[PATH_MAX];
    if (!strtoul(process->d_name, NULL, 10)) continue;
    snprintf(fds, sizeof fds, "/proc/%s/fd", process->d_name);
    DIR *files = opendir(fds);
    for (struct dirent *fd; files && !open && (fd = readdir(files));) {
      char link[PATH_MAX + 300], target[PATH_MAX];
      snprintf(link, sizeof link, "%s/%s", fds, fd->d_name);
      ssize_t length = readlink(link, target, sizeof target - 1);
      if (length > 0) {
        target[length] = 0;
        open = !strcmp(target, device);
      }
    }
    if (files) closedir(files);
  }
  if (all) closedir(all);
  return open;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *at) {
  (void)status, (void)type;
  return at->level ? remove(path) : 0;
}

/* What does not outlive a reset. Links that are down and lost lanes stay: for these, the cause is elsewhere. */
static bool reset(const struct found *found, bool good) {
  static const char *const gone[] = {"recovery.action", "remap.pending", "lost", "repair.channel", "repair.tpc",
                                     "ecc.corrected", "ecc.uncorrected", "ecc.sram.corrected", "ecc.sram.uncorrected",
                                     "nvlink.crc", "nvlink.replays", "nvlink.recoveries", "nvlink.failures", "pcie.replays",
                                     "pcie.correctable", "pcie.nonfatal", "pcie.fatal", "pcie.lane.errors", "energy.base",
                                     "pcie.sent.base", "pcie.received.base", "counters.since"};
  enum { COUNT = sizeof gone / sizeof *gone };
  static char text[COUNT + 6][64];
  const char *prefixes[COUNT + 6];
  char lines[512];
  int n = 0, length = 0;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (found->fails > 0) {
    snprintf(text[n++], sizeof *text, "gpu.%d.reset.fails=", found->gpu);
    if (found->fails > 1)
      length += snprintf(lines + length, sizeof lines - (size_t)length, "gpu.%d.reset.fails=%lld\n", found->gpu, found->fails - 1);
  }
  if (good) {
    for (int i = 0; i < COUNT; i++) snprintf(text[n++], sizeof *text, "gpu.%d.%s=", found->gpu, gone[i]);
    snprintf(text[n++], sizeof *text, "gpu.%d.mig.gi.", found->gpu);
    snprintf(text[n++], sizeof *text, "gpu.%d.mig.ci.", found->gpu);
    snprintf(text[n++], sizeof *text, "gpu.%d.process.", found->gpu);
    if (found->pending_mode >= 0) {
      snprintf(text[n++], sizeof *text, "gpu.%d.mig.pending=", found->gpu);
      snprintf(text[n++], sizeof *text, "gpu.%d.mig.mode=", found->gpu);
      length += snprintf(lines + length, sizeof lines - (size_t)length, "gpu.%d.mig.mode=%lld\n", found->gpu, found->pending_mode);
    }
    length += snprintf(lines + length, sizeof lines - (size_t)length,
                       "gpu.%d.ecc.corrected=0\ngpu.%d.ecc.uncorrected=0\ngpu.%d.counters.since=%lld\n", found->gpu, found->gpu,
                       found->gpu, (long long)now.tv_sec * 1000000000LL + now.tv_nsec);
  }
  lines[length] = 0;
  for (int i = 0; i < n; i++) prefixes[i] = text[i];
  prefixes[n] = NULL;
  if (!n) return true;
  if (!state_rewrite(prefixes, lines)) return false;
  if (good) {
    char caps[PATH_MAX + 80];
    snprintf(caps, sizeof caps, "%s/proc/driver/nvidia/capabilities/gpu%lld/mig", root, found->minor);
    nftw(caps, remove_one, 16, FTW_DEPTH | FTW_PHYS);
  }
  return true;
}

int gpu_reset(const char *of, const char *gpu) {
  struct found found;
  int lock;
  if (!realpath(of, root)) return WRONG_USAGE;
  if (snprintf(file, sizeof file, "%s/var/lib/standin/nvml.state", root) >= (int)sizeof file) return WRONG_USAGE;
  if (!look(gpu, &found) || found.removed) {
    printf("No devices were found\n");
    return NOT_FOUND;
  }
  if (!found.loaded) {
    printf("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n");
    return FAILED;
  }
  if (found.busy || is_open(found.minor)) {
    printf("The following GPUs could not be reset:\n  GPU %s: In use by another client\n\n"
           "1 device is currently being used by one or more other processes.\n", found.pci);
    return IN_USE;
  }
  if (found.millis > 0)
    nanosleep(&(struct timespec){.tv_sec = found.millis / 1000, .tv_nsec = found.millis % 1000 * 1000000L}, NULL);
  if (!state_edit_begin(&lock)) return FAILED;
  bool good = look(gpu, &found) && found.fails <= 0;
  bool written = reset(&found, good);
  state_edit_end(lock);
  if (!good || !written) {
    printf("GPU %s: Reset failed: Unknown Error\nThe following GPUs could not be reset:\n  GPU %s: Unknown Error\n", found.pci,
           found.pci);
    return FAILED;
  }
  printf("GPU %s was successfully reset.\nAll done.\n", found.pci);
  return RESET;
}
