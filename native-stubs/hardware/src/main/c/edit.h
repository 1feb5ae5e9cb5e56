/* Changing the machine from inside the driver. */
#ifndef ACCELD_EDIT_H
#define ACCELD_EDIT_H

#include "state.h"

/*
 * Keeps other editors of the machine out, in this process and others (the lock of the Java side's TreeLock). To be taken
 * before state_lock. False when the machine cannot be written.
 */
bool state_edit_begin(int *lock);
void state_edit_end(int lock);

/*
 * Replaces lines: those that begin with one of the prefixes (a NULL ends the list) go, the others stay, new ones come at
 * the end. Call between begin and end, with the lock held. False when the file cannot be written; then nothing changed.
 */
bool state_rewrite(const char *const *prefixes, const char *lines);

/* A file of the machine's tree, such as "/proc/driver/nvidia/..."; false when it cannot be written. */
bool tree_write(const char *file, const char *text);

/* Takes a file away, and then the directories above it that are empty, up to the one named. */
void tree_remove(const char *file, const char *up_to);

#endif
