/* Partitions of a GPU: the profiles that it has, the instances that there are. Both are lines of the state file. */
#ifndef ACCELD_MIG_H
#define ACCELD_MIG_H

#include <stdbool.h>

#define MAX_PROFILES 18 /* NVML_GPU_INSTANCE_PROFILE_COUNT */
#define MAX_PLACEMENTS 8
#define MAX_GI 15 /* ids 0 to 14 */
#define MAX_CI 8

/* gpu.<n>.mig.profile.<enum>=<id> <slices> <instances> <sm> <ce> <dec> <enc> <jpeg> <ofa> <MB> <size> <start,...> <name> */
struct mig_profile {
  bool there;
  unsigned id, slices, instances, sm, ce, dec, enc, jpeg, ofa, size, starts, start[MAX_PLACEMENTS];
  unsigned long long memory_mb;
  char name[32];
};

/* gpu.<n>.mig.ci.<gi>.<ci>=<slices> <start> <uuid> */
struct compute_instance {
  bool there;
  unsigned slices, start;
  char uuid[64];
};

/* gpu.<n>.mig.gi.<gi>=<enum> <start> */
struct gpu_instance {
  bool there;
  unsigned profile, start;
  struct compute_instance ci[MAX_CI];
};

struct mig {
  struct mig_profile profile[MAX_PROFILES];
  struct gpu_instance gi[MAX_GI];
};

/* Takes a line in; the key without "gpu.<n>.mig.". False when it is none of ours. */
bool mig_read_line(struct mig *mig, const char *key, const char *value);

#endif
