/*
 * The nvidia-smi of the simulated driver: -L lists the GPUs whose device files it sees, so that a container shows which it was
 * given; --version and --gpu-reset are the others that it knows. It is a static program, because it runs in containers
 * without a shell or a C library, too. What it has to know is appended to it: the driver's version on the first line, then a
 * line "MINOR UUID NAME" for each GPU; the last twelve bytes are the length of that.
 */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reset.h"

enum { WRONG_USAGE = 2, NO_DEVICES = 6, LENGTH_BYTES = 12 };

/* The text that is appended to this program; NULL when there is none. */
static char *appended(void) {
  FILE *self = fopen("/proc/self/exe", "re");
  char number[LENGTH_BYTES + 1] = "", *text = NULL;
  if (!self) return NULL;
  if (!fseek(self, -LENGTH_BYTES, SEEK_END) && fread(number, 1, LENGTH_BYTES, self) == LENGTH_BYTES) {
    long length = strtol(number, NULL, 10);
    if (length > 0 && !fseek(self, -(LENGTH_BYTES + length), SEEK_END) && (text = calloc(1, (size_t)length + 1)) &&
        fread(text, 1, (size_t)length, self) != (size_t)length) {
      free(text);
      text = NULL;
    }
  }
  fclose(self);
  return text;
}

static int list(char *lines) {
  int seen = 0;
  strtok(lines, "\n");
  for (char *line; (line = strtok(NULL, "\n"));) {
    char *uuid, *name, device[64];
    long minor = strtol(line, &uuid, 10);
    if (*uuid++ != ' ' || !(name = strchr(uuid, ' '))) continue;
    *name++ = 0;
    snprintf(device, sizeof device, "/dev/nvidia%ld", minor);
    if (!access(device, F_OK)) printf("GPU %d: %s (UUID: %s)\n", seen++, name, uuid);
  }
  if (!seen) printf("No devices found.\n");
  return seen ? 0 : NO_DEVICES;
}

/* The machine that this program belongs to: what is above usr/bin. */
static int reset(const char *gpu) {
  char root[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", root, sizeof root - 1);
  static const char own[] = "/usr/bin/nvidia-smi";
  size_t end = sizeof own - 1;
  if (length < (ssize_t)end) return WRONG_USAGE;
  root[length] = 0;
  if (strcmp(root + length - end, own)) return WRONG_USAGE;
  root[(size_t)length - end] = 0;
  return gpu_reset(*root ? root : "/", gpu);
}

int main(int count, char **words) {
  const char *what = count > 1 ? words[1] : "-L";
  char *text = appended();
  if (!text) {
    fprintf(stderr, "nvidia-smi: the list of simulated GPUs cannot be read from /proc/self/exe\n");
    return WRONG_USAGE;
  }
  if (!strcmp(what, "-L")) return list(text);
  if (!strcmp(what, "--version")) {
    printf("NVIDIA-SMI version  : %s\n", strtok(text, "\n"));
    return 0;
  }
  if (!strcmp(what, "-r") || !strcmp(what, "--gpu-reset")) {
    if (count > 3 && (!strcmp(words[2], "-i") || !strcmp(words[2], "--id"))) return reset(words[3]);
    if (count > 2 && !strncmp(words[2], "--id=", 5)) return reset(words[2] + 5);
    fprintf(stderr, "nvidia-smi: --gpu-reset needs -i GPU\n");
    return WRONG_USAGE;
  }
  fprintf(stderr, "nvidia-smi: the simulated nvidia-smi supports -L, --version and --gpu-reset, not %s\n", what);
  return WRONG_USAGE;
}
