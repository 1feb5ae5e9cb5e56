/**
 * The readings of the last ten minutes, of every device, in memory. Fed with the samples that the
 * probes take anyway; nothing here reads hardware, and nothing is kept on disk.
 */
@NullMarked
package dev.acceld.history;

import org.jspecify.annotations.NullMarked;
