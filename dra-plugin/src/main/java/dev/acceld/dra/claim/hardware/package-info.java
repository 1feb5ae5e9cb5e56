/**
 * Hardware that is made for a claim and unmade after, with calls that come back in time whatever
 * the driver does.
 */
@NullMarked
package dev.acceld.dra.claim.hardware;

import org.jspecify.annotations.NullMarked;
