/* Simulated processes that use a GPU: lines of the state file. */
#ifndef ACCELD_PROCESSES_H
#define ACCELD_PROCESSES_H

#include <stdbool.h>
#include <stdint.h>

#define ANY_INSTANCE (-1)
#define NO_MEMORY_TOLD UINT64_MAX

/*
 * gpu.<n>.process.<pid>=<bytes> [sm=<percent>] [memory=<percent>] [encoder=<percent>] [decoder=<percent>]
 *                       [instance=<gi>.<ci>] [type=c|g|cg] [start=<ticks>]
 * With a start time it is there as long as that process runs; without, for ever.
 */
struct process {
  unsigned pid;
  uint64_t bytes, start;
  unsigned sm, memory, encoder, decoder;
  int gi, ci; /* the partition that it runs on; -1 for the whole GPU */
  bool compute, graphics;
};

struct processes {
  unsigned count, room;
  struct process *process;
};

/* Takes a line in; the key without "gpu.<n>.process.". */
void processes_read_line(struct processes *all, const char *pid, const char *value);

/* Forgets those that have ended. */
void processes_drop_ended(struct processes *all);

/* Whether any runs on that partition. */
bool processes_run(const struct processes *all, int gi, int ci);

/* The memory that they have, of one GPU instance or in all. */
uint64_t processes_bytes(const struct processes *all, int gi);

#endif
