/*
 * GPM: what a GPU's performance counters say about the time between two samples. Hopper and newer. A sample keeps the
 * position and the time; the averages follow from the model, so they are exact for the interval.
 */
#include "model.h"
#include "session.h"

#include <stdlib.h>

struct simulated_gpm_sample {
  struct simulated_gpm_sample *next;
  int position; /* -1: not taken yet */
  int gi;       /* -1: the whole GPU */
  double time;
};

/* All samples there are: one is used only after it was found here. */
static struct simulated_gpm_sample *samples;

static bool known(nvmlGpmSample_t sample) {
  for (struct simulated_gpm_sample *s = samples; s; s = s->next)
    if (s == sample) return true;
  return false;
}

static bool supported(const struct gpu *gpu) { return gpu_number_or(gpu, ARCHITECTURE, 0) >= 9; }

NVML_API nvmlReturn_t nvmlGpmQueryDeviceSupport(nvmlDevice_t device, nvmlGpmSupport_t *support) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  if (result) return result;
  if (!support) return NVML_ERROR_INVALID_ARGUMENT;
  if (support->version != 1) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  support->isSupportedDevice = supported(&call.gpu);
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpmSampleAlloc(nvmlGpmSample_t *sample) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!sample) return NVML_ERROR_INVALID_ARGUMENT;
  struct simulated_gpm_sample *created = calloc(1, sizeof *created);
  if (!created) return NVML_ERROR_MEMORY;
  created->position = -1;
  state_lock();
  created->next = samples;
  samples = created;
  state_unlock();
  *sample = created;
  return NVML_SUCCESS;
}

NVML_API nvmlReturn_t nvmlGpmSampleFree(nvmlGpmSample_t sample) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  state_lock();
  struct simulated_gpm_sample **at = &samples;
  while (*at && *at != sample) at = &(*at)->next;
  if (*at) *at = sample->next;
  else result = NVML_ERROR_INVALID_ARGUMENT;
  state_unlock();
  if (!result) free(sample);
  return result;
}

static nvmlReturn_t take(const struct gpu *gpu, int gi, nvmlGpmSample_t sample) {
  if (!supported(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  nvmlReturn_t result = NVML_ERROR_INVALID_ARGUMENT;
  state_lock();
  if (known(sample) && (gi < 0 || (gi < MAX_GI && state_now()->mig[gpu->position].gi[gi].there))) {
    sample->position = gpu->position;
    sample->gi = gi;
    sample->time = model_now();
    result = NVML_SUCCESS;
  }
  state_unlock();
  return result;
}

NVML_API nvmlReturn_t nvmlGpmSampleGet(nvmlDevice_t device, nvmlGpmSample_t sample) {
  struct call call;
  nvmlReturn_t result = enter_device(__func__, device, &call);
  return result ? result : take(&call.gpu, -1, sample);
}

/* Of a GPU instance; the handle is that of the whole GPU. */
NVML_API nvmlReturn_t nvmlGpmMigSampleGet(nvmlDevice_t device, unsigned gi, nvmlGpmSample_t sample) {
  ENTER(gi < MAX_GI);
  if (gpu_number_or(gpu, MIG_MODE, 0) != 1) return NVML_ERROR_NOT_SUPPORTED;
  return take(gpu, (int)gi, sample);
}

static double nvlink_rate(const struct gpu *gpu, bool received) {
  double bytes = 0;
  for (unsigned link = 0; model_has_link(gpu, link); link++)
    if (model_link_up(gpu, link)) bytes += (double)model_link_rate(received);
  return bytes;
}

/* PCIe and NVLinks belong to the GPU as a whole. */
static nvmlReturn_t metric(const struct gpu *gpu, bool whole, double from, double to, unsigned id, double *value) {
  double busy = 100 * model_mean_utilization(gpu, from, to), mib = 1 << 20;
  bool links = gpu_number_or(gpu, NVLINK_LINKS, 0) > 0;
  switch (id) {
    case 1: *value = busy; return NVML_SUCCESS;
    case 2: *value = busy * 0.9; return NVML_SUCCESS;
    case 3: *value = busy * 0.5; return NVML_SUCCESS;
    case 4: *value = busy * 0.1; return NVML_SUCCESS;
    case 5: case 7: *value = busy * 0.4; return NVML_SUCCESS;
    case 6: case 8: case 9: *value = 0; return NVML_SUCCESS;
    case 10: *value = busy * 0.6; return NVML_SUCCESS;
    case 11: *value = 0; return NVML_SUCCESS;
    case 12: *value = busy * 0.2; return NVML_SUCCESS;
    case 13: *value = busy * 0.05; return NVML_SUCCESS;
    case 20: case 21:
      if (!whole) return NVML_ERROR_NOT_SUPPORTED;
      *value = (double)model_pcie_rate(gpu, id == 21) / mib;
      return NVML_SUCCESS;
    case 60: case 61:
      if (!links || !whole) return NVML_ERROR_NOT_SUPPORTED;
      *value = nvlink_rate(gpu, id == 60) / mib;
      return NVML_SUCCESS;
    default: return NVML_ERROR_NOT_SUPPORTED;
  }
}

/* Later drivers know more metrics. */
static unsigned metrics_known(int branch) { return branch < 575 ? 98 : branch < 595 ? 210 : 333; }

NVML_API nvmlReturn_t nvmlGpmMetricsGet(nvmlGpmMetricsGet_t *get) {
  nvmlReturn_t result = enter_system(__func__);
  if (result) return result;
  if (!get) return NVML_ERROR_INVALID_ARGUMENT;
  if (get->version != 1) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  state_lock();
  const struct state *state = state_now();
  unsigned most = metrics_known(state->driver_branch);
  if (get->numMetrics == 0 || get->numMetrics > most || !known(get->sample1) || !known(get->sample2) ||
      get->sample1->position < 0 || get->sample1->position != get->sample2->position ||
      get->sample1->gi != get->sample2->gi ||
      get->sample2->time <= get->sample1->time) {
    state_unlock();
    return NVML_ERROR_INVALID_ARGUMENT;
  }
  const struct gpu *gpu = &state->gpu[get->sample1->position];
  for (unsigned i = 0; i < get->numMetrics; i++) {
    nvmlGpmMetric_t *of = &get->metrics[i];
    of->value = 0;
    of->nvmlReturn = of->metricId >= most
                         ? NVML_ERROR_INVALID_ARGUMENT
                         : metric(gpu, get->sample1->gi < 0, get->sample1->time, get->sample2->time, of->metricId, &of->value);
  }
  state_unlock();
  return NVML_SUCCESS;
}
