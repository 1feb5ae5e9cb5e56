/**
 * What is on disk for a claim: its record with a second copy, its CDI file, and the locks that
 * guard them. Decides nothing.
 */
@NullMarked
package dev.acceld.dra.claim.record;

import org.jspecify.annotations.NullMarked;
