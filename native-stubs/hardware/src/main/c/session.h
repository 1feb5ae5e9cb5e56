/* Initialisation, handles, and what every call does first. */
#ifndef ACCELD_SESSION_H
#define ACCELD_SESSION_H

#include "nvml_abi.h"
#include "state.h"

/* The facts a call works on: copies, so that nothing is held while it computes, sleeps or hangs. */
struct call {
  struct gpu gpu;
  unsigned index; /* the GPU's index in this session */
  int driver_branch;
  bool faulty; /* something was asked to fail: a part of a call may be meant */
};

/*
 * Enters a call. In the order of a real driver: initialised? handle valid? Then the faults that were asked for
 * (a hang, a forced code), then the GPU itself (lost).
 */
nvmlReturn_t enter_device(const char *symbol, nvmlDevice_t device, struct call *call);

/* The same for a GPU by its position, or -1 for none. */
nvmlReturn_t enter_position(const char *symbol, int position, struct call *call);

/* The code that a part of a call was asked to answer with ("fail.field230.0"), or NVML_SUCCESS. */
nvmlReturn_t forced_part(const char *part, nvmlDevice_t device);

/* The same as enter_device for a call that is about no GPU. */
nvmlReturn_t enter_system(const char *symbol);

/* What a call about a GPU begins with: arguments are looked at last, as a driver does. */
#define ENTER(check)                                           \
  struct call call;                                            \
  nvmlReturn_t result = enter_device(__func__, device, &call); \
  if (result) return result;                                   \
  if (!(check)) return NVML_ERROR_INVALID_ARGUMENT;            \
  const struct gpu *gpu = &call.gpu

/* The machine position that a handle stands for, or -1. Call with the lock held. */
int handle_position(nvmlDevice_t device);

/* The handle of a position in this session. Call with the lock held. */
nvmlDevice_t position_handle(int position);

/* Sessions are told apart by as many places for handles. */
#define SESSIONS 256

/* Which of them is the present one. Call with the lock held. */
unsigned session_number(void);

/* The handle of the MIG device with that UUID on that GPU, or NULL. Call with the lock held. */
nvmlDevice_t partition_handle(const struct state *state, int position, const char *uuid);

/* Whether the driver that this session began with is still there. Call with the lock held. */
bool session_alive(const struct state *state);

/* Copies a string out as NVML does: too small a buffer is an error, a NULL one too, an empty string is "not supported". */
nvmlReturn_t give_string(const char *from, char *to, unsigned length);

struct pci_address {
  unsigned domain, bus, device;
};

/* [domain:]bus:device[.function], hexadecimal; the domain may have four or eight digits. */
bool parse_pci(const char *text, struct pci_address *address);

/* Sleeps; a signal may end it early. */
void sleep_ms(unsigned ms);

#endif
