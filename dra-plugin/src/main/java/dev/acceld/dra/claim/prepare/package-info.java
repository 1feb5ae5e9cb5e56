/**
 * The steps of preparing and unpreparing a claim, the holders of a device, and the proof that a
 * holder is gone.
 */
@NullMarked
package dev.acceld.dra.claim.prepare;

import org.jspecify.annotations.NullMarked;
