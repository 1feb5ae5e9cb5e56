/** Reads from the API server what a prepare needs, with patience. */
@NullMarked
package dev.acceld.dra.claim.fetch;

import org.jspecify.annotations.NullMarked;
