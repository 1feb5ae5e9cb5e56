/**
 * Work that must not end for good: what is periodic, and what loops until the process leaves.
 * Depends on nothing.
 */
@NullMarked
package dev.acceld.steady;

import org.jspecify.annotations.NullMarked;
