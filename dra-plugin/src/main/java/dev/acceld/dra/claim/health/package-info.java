/**
 * The last look at a device before a claim gets it: what is known against it, and whether it is on
 * the bus. It changes nothing.
 */
@NullMarked
package dev.acceld.dra.claim.health;

import org.jspecify.annotations.NullMarked;
