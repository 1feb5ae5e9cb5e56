/**
 * What claims cost: how long they held devices, how busy these were, and the energy that they took.
 * Counted from the node's snapshots, kept on disk over restarts, and summed up when a claim ends.
 */
@NullMarked
package dev.acceld.usage;

import org.jspecify.annotations.NullMarked;
