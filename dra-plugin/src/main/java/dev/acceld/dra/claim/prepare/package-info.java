/**
 * The steps of preparing a claim and of giving it back, who holds a device, and what shows that a
 * holder is gone.
 */
@NullMarked
package dev.acceld.dra.claim.prepare;

import org.jspecify.annotations.NullMarked;
