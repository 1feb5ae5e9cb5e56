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

int64_t model_pcie_rate(const struct gpu *gpu, bool received);  /* bytes per second */
int64_t model_pcie_bytes(const struct gpu *gpu, bool received); /* since the driver was loaded */

#endif
