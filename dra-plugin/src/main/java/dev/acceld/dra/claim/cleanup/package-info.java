/**
 * Cleans up after claims: leftovers of a crash, CDI files that somebody removed, claims that no
 * longer exist. Nothing is removed without proof.
 */
@NullMarked
package dev.acceld.dra.claim.cleanup;

import org.jspecify.annotations.NullMarked;
