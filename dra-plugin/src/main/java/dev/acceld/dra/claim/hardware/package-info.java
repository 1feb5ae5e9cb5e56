/**
 * Hardware that is created for a claim and deleted afterwards, with calls that return in time even
 * if the driver hangs.
 */
@NullMarked
package dev.acceld.dra.claim.hardware;

import org.jspecify.annotations.NullMarked;
