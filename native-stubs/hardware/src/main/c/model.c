/*
 * Utilization is a triangle wave between two bounds; power follows it in a straight line, so that energy, its integral,
 * has a closed form. The Java side (PowerModel) computes the same when it fixes the energy so far before a change.
 */
#include "model.h"

#include <time.h>

#define LOWEST 0.20
#define HIGHEST 0.95
#define PAGE (2 << 20) /* what a driver gives memory out in */
#define POWER_SHARE 0.90 /* of the way from idle to the limit, at full utilization */

double model_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double period(const struct gpu *gpu) { return 40.0 + 7.0 * gpu->position; }

/* How many periods have passed at a time; each GPU starts elsewhere. */
static double phase(const struct gpu *gpu, double time) { return time / period(gpu) + 0.37 * gpu->position; }

static double whole(double x) { return (double)(int64_t)x; }

static double wave(double phase) {
  double x = phase - whole(phase);
  return LOWEST + (HIGHEST - LOWEST) * (x < 0.5 ? 2 * x : 2 - 2 * x);
}

/* The integral of wave from 0 to phase. */
static double wave_area(double phase) {
  double x = phase - whole(phase);
  double ramp = x < 0.5 ? x * x : 2 * x - x * x - 0.5;
  return whole(phase) * (LOWEST + HIGHEST) / 2 + LOWEST * x + (HIGHEST - LOWEST) * ramp;
}

static double power_at(const struct gpu *gpu, double utilization) {
  double idle = (double)gpu_number_or(gpu, POWER_IDLE, 0);
  double limit = (double)gpu_number_or(gpu, POWER_LIMIT, gpu_number_or(gpu, POWER_LIMIT_DEFAULT, 0));
  return idle + (limit - idle) * POWER_SHARE * utilization;
}

int64_t model_utilization(const struct gpu *gpu) {
  return gpu_number_or(gpu, UTILIZATION, (int64_t)(100 * wave(phase(gpu, model_now())) + 0.5));
}

int64_t model_power(const struct gpu *gpu) {
  if (gpu->number[POWER] != UNSET) return gpu->number[POWER];
  double utilization =
      gpu->number[UTILIZATION] != UNSET ? (double)gpu->number[UTILIZATION] / 100 : wave(phase(gpu, model_now()));
  return (int64_t)(power_at(gpu, utilization) + 0.5);
}

int64_t model_energy(const struct gpu *gpu) {
  double since = (double)gpu_number_or(gpu, COUNTERS_SINCE, 0) * 1e-9, now = model_now();
  if (now < since) now = since;
  double spent;
  if (gpu->number[POWER] != UNSET) {
    spent = (double)gpu->number[POWER] * (now - since);
  } else if (gpu->number[UTILIZATION] != UNSET) {
    spent = power_at(gpu, (double)gpu->number[UTILIZATION] / 100) * (now - since);
  } else {
    double area = (wave_area(phase(gpu, now)) - wave_area(phase(gpu, since))) * period(gpu);
    spent = power_at(gpu, 0) * (now - since) + (power_at(gpu, 1) - power_at(gpu, 0)) * area;
  }
  return gpu_number_or(gpu, ENERGY_BASE, 0) + (int64_t)spent; /* mW x s = mJ */
}

int64_t model_temperature(const struct gpu *gpu) {
  return gpu_number_or(gpu, TEMPERATURE, 31 + gpu->position % 4 + model_utilization(gpu) * 42 / 100);
}

int64_t model_memory_used(const struct gpu *gpu) {
  int64_t usable = gpu_number_or(gpu, MEMORY_TOTAL, 0) - gpu_number_or(gpu, MEMORY_RESERVED, 0);
  int64_t load = usable / 100 * (20 + gpu->position * 9 % 60) / PAGE * PAGE;
  int64_t used = gpu_number_or(gpu, MEMORY_USED, gpu->used_by_processes ? gpu->process_bytes : load);
  return used < usable ? used : usable;
}

int64_t model_pcie_rate(const struct gpu *gpu, bool received) {
  int64_t usual = (received ? 2400 : 900) * 1000000LL + gpu->position * 1000000LL;
  return gpu_number_or(gpu, received ? PCIE_RECEIVED_RATE : PCIE_SENT_RATE, usual);
}

int64_t model_pcie_bytes(const struct gpu *gpu, bool received) {
  double since = (double)gpu_number_or(gpu, COUNTERS_SINCE, 0) * 1e-9, now = model_now();
  double seconds = now > since ? now - since : 0;
  int64_t base = gpu_number_or(gpu, received ? PCIE_RECEIVED_BASE : PCIE_SENT_BASE, 0);
  return base + (int64_t)((double)model_pcie_rate(gpu, received) * seconds);
}

double model_mean_utilization(const struct gpu *gpu, double from, double to) {
  if (gpu->number[UTILIZATION] != UNSET) return (double)gpu->number[UTILIZATION] / 100;
  return (wave_area(phase(gpu, to)) - wave_area(phase(gpu, from))) * period(gpu) / (to - from);
}

int64_t model_throttled(const struct gpu *gpu, enum gpu_number noted, int64_t bits) {
  int64_t so_far = gpu_number_or(gpu, noted, 0);
  if (!(gpu_number_or(gpu, CLOCK_REASONS, 0) & bits) || gpu->number[THROTTLE_SINCE] == UNSET) return so_far;
  int64_t passed = (int64_t)(model_now() * 1e9) - gpu->number[THROTTLE_SINCE];
  return so_far + (passed > 0 ? passed : 0);
}

int64_t model_ecc_dram(const struct gpu *gpu, bool uncorrected) {
  int64_t all = gpu_number_or(gpu, uncorrected ? ECC_UNCORRECTED : ECC_CORRECTED, 0);
  int64_t sram = gpu_number_or(gpu, uncorrected ? ECC_SRAM_UNCORRECTED : ECC_SRAM_CORRECTED, 0);
  return all > sram ? all - sram : 0;
}

/* Row remapping came with Ampere (7); page retirement went with it. */
bool model_remaps_rows(const struct gpu *gpu) { return gpu_number_or(gpu, ARCHITECTURE, 0) >= 7; }

bool model_has_link(const struct gpu *gpu, unsigned link) { return link < (unsigned)gpu_number_or(gpu, NVLINK_LINKS, 0); }

bool model_link_up(const struct gpu *gpu, unsigned link) {
  return model_has_link(gpu, link) && !(gpu_number_or(gpu, NVLINK_DOWN, 0) >> link & 1);
}

int64_t model_link_rate(bool received) { return received ? 3500000000LL : 3400000000LL; }

int64_t model_link_bytes(const struct gpu *gpu, bool received) {
  double since = (double)gpu_number_or(gpu, COUNTERS_SINCE, 0) * 1e-9, now = model_now();
  return now > since ? (int64_t)((double)model_link_rate(received) * (now - since)) : 0;
}

int64_t model_link_errors(const struct gpu *gpu, unsigned link, enum gpu_number which) {
  return link == (unsigned)gpu_number_or(gpu, NVLINK_BAD, 0) ? gpu_number_or(gpu, which, 0) : 0;
}
