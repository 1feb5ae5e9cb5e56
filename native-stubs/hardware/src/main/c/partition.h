/* MIG devices, GPU instances and compute instances as handles, and what each call about one does first. */
#ifndef ACCELD_PARTITION_H
#define ACCELD_PARTITION_H

#include "session.h"

/* The facts that a call about a partition works on: copies, as in struct call. */
struct partition {
  struct call call; /* the GPU that it is of */
  unsigned gi_id, ci_id;
  struct gpu_instance gi;
  struct compute_instance ci; /* empty for a call about a GPU instance */
  struct mig_profile profile; /* of the GPU instance */
};

/* Whether the handle is one that a MIG device had or has. */
bool is_partition(nvmlDevice_t device);

/* As enter_device; a partition that is gone is an invalid argument. */
nvmlReturn_t enter_partition(const char *symbol, nvmlDevice_t device, struct partition *part);
nvmlReturn_t enter_gpu_instance(const char *symbol, nvmlGpuInstance_t instance, struct partition *part);
nvmlReturn_t enter_compute_instance(const char *symbol, nvmlComputeInstance_t instance, struct partition *part);

/* Handles in the present session. Call with the lock held. */
nvmlDevice_t mig_handle(int position, unsigned gi, unsigned ci);
nvmlGpuInstance_t gi_handle(int position, unsigned gi);
nvmlComputeInstance_t ci_handle(int position, unsigned gi, unsigned ci);

/* A share of the GPU instance's multiprocessors. */
unsigned partition_multiprocessors(const struct mig_profile *profile, unsigned slices);

nvmlReturn_t partition_memory(const char *symbol, nvmlDevice_t device, nvmlMemory_t *memory);
nvmlReturn_t partition_memory_v2(const char *symbol, nvmlDevice_t device, nvmlMemory_v2_t *memory);
nvmlReturn_t partition_bar1(const char *symbol, nvmlDevice_t device, nvmlBAR1Memory_t *bar1);

#endif
