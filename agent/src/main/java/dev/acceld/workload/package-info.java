/**
 * To which workload the pods with devices belong: their owner, and labels that somebody asked for.
 */
@NullMarked
package dev.acceld.workload;

import org.jspecify.annotations.NullMarked;
