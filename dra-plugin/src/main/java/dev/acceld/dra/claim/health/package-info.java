/**
 * The last look at a device before a claim gets it: what is known against it, whether it is on the
 * bus, and, before its first use, what its self-test finds. It changes nothing.
 */
@NullMarked
package dev.acceld.dra.claim.health;

import org.jspecify.annotations.NullMarked;
