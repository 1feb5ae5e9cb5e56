/**
 * From the inventory to ResourceSlices, and keeping what the API server holds equal to it. Reads
 * health and claims, changes neither.
 */
@NullMarked
package dev.acceld.dra.slice;

import org.jspecify.annotations.NullMarked;
