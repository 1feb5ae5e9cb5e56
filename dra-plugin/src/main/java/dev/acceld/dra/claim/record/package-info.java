/**
 * The files of a claim on disk: its record with a second copy, its CDI file, and the locks that
 * guard them. It decides nothing.
 */
@NullMarked
package dev.acceld.dra.claim.record;

import org.jspecify.annotations.NullMarked;
