/* What the simulated driver knows: a text file of key=value lines, read again whenever it has been replaced. */
#ifndef ACCELD_STATE_H
#define ACCELD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "mig.h"
#include "processes.h"

#define MAX_GPUS 64
#define MAX_RULES 128
#define MAX_EVENTS 512
#define ALL_GPUS (-1)

/* Numbers of a GPU, by the name after "gpu.<n>."; units are NVML's (bytes, mW, mJ, MHz, degrees, percent). */
#define GPU_NUMBERS(X)                                                                                        \
  X(MINOR, "minor") X(MODULE, "module") X(PCI_DEVICE, "pci.device") X(PCI_SUBSYSTEM, "pci.subsystem")         \
  X(BRAND, "brand") X(ARCHITECTURE, "architecture") X(CC_MAJOR, "cc.major") X(CC_MINOR, "cc.minor")           \
  X(CORES, "cores") X(BUS_WIDTH, "bus.width") X(MEMORY_TOTAL, "memory.total")                                 \
  X(MEMORY_RESERVED, "memory.reserved") X(BAR1_TOTAL, "bar1.total") X(POWER_IDLE, "power.idle")               \
  X(POWER_LIMIT_MIN, "power.limit.min") X(POWER_LIMIT_MAX, "power.limit.max")                                 \
  X(POWER_LIMIT_DEFAULT, "power.limit.default") X(CLOCK_SM_MAX, "clock.sm.max")                               \
  X(CLOCK_MEMORY_MAX, "clock.memory.max") X(CLOCK_VIDEO_MAX, "clock.video.max")                               \
  X(PCIE_GENERATION_MAX, "pcie.generation.max") X(PCIE_WIDTH_MAX, "pcie.width.max") X(ECC_MODE, "ecc.mode")   \
  X(MIG_MODE, "mig.mode") X(MIG_PENDING, "mig.pending") X(HBM, "hbm") X(NUMA, "numa") X(ADDRESSING, "addressing") X(LOST, "lost")           \
  X(REMOVED, "removed") X(UTILIZATION, "utilization") X(MEMORY_UTILIZATION, "memory.utilization")             \
  X(ENCODER_UTILIZATION, "encoder.utilization") X(DECODER_UTILIZATION, "decoder.utilization")                 \
  X(MEMORY_USED, "memory.used") X(TEMPERATURE, "temperature") X(MEMORY_TEMPERATURE, "memory.temperature")     \
  X(POWER, "power") X(POWER_LIMIT, "power.limit") X(CLOCK_SM, "clock.sm") X(CLOCK_MEMORY, "clock.memory")     \
  X(CLOCK_VIDEO, "clock.video") X(CLOCK_REASONS, "clock.reasons") X(PERFORMANCE_STATE, "performance.state")   \
  X(PERSISTENCE_MODE, "persistence.mode") X(COMPUTE_MODE, "compute.mode")                                     \
  X(ECC_CORRECTED, "ecc.corrected") X(ECC_UNCORRECTED, "ecc.uncorrected")                                     \
  X(ECC_CORRECTED_AGGREGATE, "ecc.corrected.aggregate")                                                       \
  X(ECC_UNCORRECTED_AGGREGATE, "ecc.uncorrected.aggregate") X(REMAP_CORRECTABLE, "remap.correctable")         \
  X(REMAP_UNCORRECTABLE, "remap.uncorrectable") X(REMAP_PENDING, "remap.pending")                             \
  X(REMAP_FAILURE, "remap.failure") X(PCIE_GENERATION, "pcie.generation") X(PCIE_WIDTH, "pcie.width")         \
  X(PCIE_REPLAYS, "pcie.replays") X(PCIE_CORRECTABLE, "pcie.correctable") X(PCIE_NONFATAL, "pcie.nonfatal")   \
  X(PCIE_FATAL, "pcie.fatal") X(PCIE_LANE_ERRORS, "pcie.lane.errors") X(PCIE_SENT_RATE, "pcie.sent.rate")     \
  X(PCIE_RECEIVED_RATE, "pcie.received.rate") X(PCIE_SENT_BASE, "pcie.sent.base")                             \
  X(PCIE_RECEIVED_BASE, "pcie.received.base") X(ENERGY_BASE, "energy.base") X(COUNTERS_SINCE, "counters.since") \
  X(RECOVERY_ACTION, "recovery.action") X(ECC_SRAM_CORRECTED, "ecc.sram.corrected")                           \
  X(ECC_SRAM_UNCORRECTED, "ecc.sram.uncorrected") X(ECC_SRAM_THRESHOLD, "ecc.sram.threshold")                 \
  X(RETIRED_SINGLE, "retired.single") X(RETIRED_DOUBLE, "retired.double") X(RETIRED_PENDING, "retired.pending") \
  X(REPAIR_CHANNEL, "repair.channel") X(REPAIR_TPC, "repair.tpc")                                             \
  X(NVLINK_LINKS, "nvlink.links") X(NVLINK_VERSION, "nvlink.version") X(NVLINK_DOWN, "nvlink.down")           \
  X(NVLINK_BAD, "nvlink.bad") X(NVLINK_CRC, "nvlink.crc") X(NVLINK_REPLAYS, "nvlink.replays")                 \
  X(NVLINK_RECOVERIES, "nvlink.recoveries") X(NVLINK_FAILURES, "nvlink.failures")                             \
  X(THROTTLE_POWER, "throttle.power") X(THROTTLE_THERMAL, "throttle.thermal")                                 \
  X(THROTTLE_SYNC_BOOST, "throttle.sync.boost") X(THROTTLE_BOARD_LIMIT, "throttle.board.limit")               \
  X(THROTTLE_LOW_UTILIZATION, "throttle.low.utilization") X(THROTTLE_RELIABILITY, "throttle.reliability")     \
  X(THROTTLE_SW_THERMAL, "throttle.software.thermal") X(THROTTLE_HW_THERMAL, "throttle.hardware.thermal")     \
  X(THROTTLE_POWER_BRAKE, "throttle.power.brake") X(THROTTLE_SINCE, "throttle.since")                         \
  X(POWER_MODULE, "power.module") X(FAN, "fan") X(JPEG_UTILIZATION, "jpeg.utilization")                       \
  X(OFA_UTILIZATION, "ofa.utilization") X(FABRIC_STATE, "fabric.state") X(FABRIC_STATUS, "fabric.status")     \
  X(FABRIC_HEALTH, "fabric.health") X(FABRIC_SUMMARY, "fabric.summary") X(FABRIC_CLIQUE, "fabric.clique")

enum gpu_number {
#define X(id, key) id,
  GPU_NUMBERS(X)
#undef X
      GPU_NUMBER_COUNT
};

#define UNSET INT64_MIN

struct gpu {
  int position; /* in the machine, from 0; the index that NVML gives may differ */
  char uuid[64], name[96], serial[30], part[80], vbios[32], pci[32];
  int64_t number[GPU_NUMBER_COUNT];
  bool used_by_processes; /* then that many bytes are in use, unless a number says otherwise */
  int64_t process_bytes;
};

/* "this call hangs" or "this call answers with that code" */
struct rule {
  char symbol[64];
  int gpu; /* or ALL_GPUS */
  int code;
};

/* An event bit and its data. With a module, a GPU Operational Event: type 0, and data is the XID of its context (0: none). */
struct event {
  uint64_t sequence;
  int gpu;
  uint64_t type, data;
  char module[17];
  unsigned code, category, severity, log_level, attributes, group_attributes;
  uint64_t group;
  char contexts[160]; /* XIDs, joined by commas; '-' for one that cannot be read */
};

struct state {
  bool loaded; /* the driver is there */
  uint64_t generation; /* changes when the driver is loaded anew: sessions from before are dead */
  char driver_version[80], nvml_version[80];
  int driver_branch, cuda_version;
  int gpu_count, hang_count, fail_count, event_count;
  uint64_t next_event;
  bool nameless_events; /* the third form of the wait tells no UUID */
  struct gpu gpu[MAX_GPUS];
  struct rule hang[MAX_RULES], fail[MAX_RULES];
  struct event event[MAX_EVENTS];
  struct mig mig[MAX_GPUS];
  struct processes processes[MAX_GPUS];
};

void state_lock(void);
void state_unlock(void);

/* The state as it is now. Call with the lock held; valid until it is released. Costs one stat(). */
const struct state *state_now(void);

/* Where the state file is, and the root of the machine's tree; empty when they are not known. */
const char *state_path(void);
const char *state_root(void);

/* A number, or what to say when the file does not have it. */
static inline int64_t gpu_number_or(const struct gpu *gpu, enum gpu_number which, int64_t otherwise) {
  return gpu->number[which] == UNSET ? otherwise : gpu->number[which];
}

#endif
