/* Resets of simulated GPUs. */
#ifndef ACCELD_RESET_H
#define ACCELD_RESET_H

/*
 * Resets the GPU with that index, UUID or PCI address on the machine below that directory, and says on standard output what
 * became of it. The exit status of the program: 0 when it was reset.
 */
int gpu_reset(const char *root, const char *gpu);

#endif
