/**
 * Puts the node in order behind claims: leftovers of a crash, CDI files that somebody removed,
 * claims that are gone for certain. Nothing goes without proof.
 */
@NullMarked
package dev.acceld.dra.claim.cleanup;

import org.jspecify.annotations.NullMarked;
