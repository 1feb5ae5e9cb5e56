/**
 * From the inventory to ResourceSlices, and keeping the API server's copy equal to them. It reads
 * health and claims, and changes neither.
 */
@NullMarked
package dev.acceld.dra.slice;

import org.jspecify.annotations.NullMarked;
