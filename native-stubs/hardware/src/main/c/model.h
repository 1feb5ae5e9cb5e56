/* How a GPU that nobody has told anything behaves over time: deterministic, a little different for each GPU. */
#ifndef ACCELD_MODEL_H
#define ACCELD_MODEL_H

#include "state.h"

/* Seconds since the epoch. */
double model_now(void);

int64_t model_utilization(const struct gpu *gpu); /* percent */
int64_t model_power(const struct gpu *gpu);       /* mW */
int64_t model_temperature(const struct gpu *gpu); /* degrees Celsius */
int64_t model_memory_used(const struct gpu *gpu); /* bytes, without what the driver reserves */
int64_t model_energy(const struct gpu *gpu);      /* mJ since the driver was loaded: power over time, exactly */

/* The share of busy time between two times, 0 to 1. */
double model_mean_utilization(const struct gpu *gpu, double from, double to);

/* ns in which clocks were held down: what is noted, and what has passed since while one of the bits is set. */
int64_t model_throttled(const struct gpu *gpu, enum gpu_number noted, int64_t bits);

int64_t model_ecc_dram(const struct gpu *gpu, bool uncorrected); /* all errors but those in SRAM */
bool model_remaps_rows(const struct gpu *gpu);                   /* else it retires pages */

bool model_has_link(const struct gpu *gpu, unsigned link);
bool model_link_up(const struct gpu *gpu, unsigned link);
int64_t model_link_rate(bool received);                             /* bytes per second */
int64_t model_link_bytes(const struct gpu *gpu, bool received);     /* since the driver was loaded */
int64_t model_link_errors(const struct gpu *gpu, unsigned link, enum gpu_number which); /* all on the bad link */

int64_t model_pcie_rate(const struct gpu *gpu, bool received);  /* bytes per second */
int64_t model_pcie_bytes(const struct gpu *gpu, bool received); /* since the driver was loaded */

#endif
